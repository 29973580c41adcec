"""What files add to a graph, once each and in the forms of the store, in memory that does not grow.

Lines of N-Triples are dealt out to files by a checksum of theirs, so that the same triple comes to
the same part; each of these is small enough to look through in memory. Pieces of files are dealt
out, and parts looked through, by several processes at once.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from kg.store.digest import EMPTY, of_lines, summed
from kg.store.reading import Piece, lines_of, pieces_of
from kg.store.workers import Work

PART_BYTES: Final = 64_000_000
"""About so much text is looked through at once."""

MOST_PARTS: Final = 1_000
"""More parts than these are larger ones."""

LINES: Final = 200_000
"""So many lines are dealt out at once."""

COPIED_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class News:
    """What is new to a graph: files of N-Triples, each line once, and the sum of its digests."""

    graph: ox.NamedNode
    paths: Sequence[Path]
    quads: int
    digest: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is new in one part: its lines, and as lines of a patch."""

    path: Path
    patch: Path
    quads: int
    digest: str


class PatchFile:
    """The file of a patch that only adds."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file: Final = file
        self._sha256: Final = hashlib.sha256()
        self.bytes = 0

    def take(self, path: Path) -> None:
        """Add the lines of a file, which is gone then."""
        with path.open("rb") as file:
            while text := file.read(COPIED_BYTES):
                self._file.write(text)
                self._sha256.update(text)
                self.bytes += len(text)
        path.unlink()

    def sha256(self) -> str:
        """The digest of all that was written."""
        return self._sha256.hexdigest()


@dataclass(frozen=True, slots=True)
class Given:
    """Files to be read, what the graph has as the engine writes it, and who hears of bytes."""

    files: Sequence[Path]
    known: Path
    tell: Callable[[int], None]


def news_of(graph: ox.NamedNode, given: Given, place: Path, work: Work) -> Iterator[Part]:
    """What of some files is not known, each triple once, part by part in files in `place`.

    Raises `TurtleError` with the place, and `InputError` for what is not read.
    """
    place.mkdir()
    size = sum(path.stat().st_size for path in (*given.files, given.known) if path.exists())
    parts = min(MOST_PARTS, size // PART_BYTES + 1)
    pieces = [*pieces_of(given.known, written=True)]
    pieces += [piece for path in given.files for piece in pieces_of(path)]
    for piece, read in zip(pieces, work.each(partial(_deal, place, parts), pieces), strict=True):
        if not piece.written:
            given.tell(read)
    yield from work.each(partial(_joined, place, f" {graph}".encode()), range(parts))


def together(graph: ox.NamedNode, parts: Iterable[Part], patch: PatchFile) -> News:
    """The news of all parts; their lines are added to a patch."""
    paths, quads, digest = list[Path](), 0, EMPTY
    for part in parts:
        patch.take(part.patch)
        paths.append(part.path)
        quads += part.quads
        digest = summed(digest, part.digest)
    return News(graph, paths, quads, digest)


def _deal(place: Path, parts: int, piece: Piece) -> int:
    """Add the lines of a piece to the files of the parts; gives how many bytes were read."""
    kind, crc32 = "known" if piece.written else "lines", zlib.crc32
    lines = lines_of(piece)
    while some := list(islice(lines, LINES)):
        dealt: list[list[bytes]] = [[] for _ in range(parts)]
        for line in some:
            dealt[crc32(line) % parts].append(line)
        for part, those in enumerate(dealt):
            with (place / f"{kind}-{part}-{os.getpid()}").open("ab") as file:
                file.writelines(those)
    return piece.bytes


def _joined(place: Path, name: bytes, part: int) -> Part:
    known, lines = (_taken(place.glob(f"{kind}-{part}-*")) for kind in ("known", "lines"))
    found = sorted(lines - known)
    named = [line[:-3] + name for line in found]
    path, patch = place / f"news-{part}.nt", place / f"patch-{part}"
    path.write_bytes(b"".join(found))
    patch.write_bytes(b"".join(b"A " + quad + b" .\n" for quad in named))
    return Part(path, patch, len(found), of_lines(named))


def _taken(paths: Iterable[Path]) -> set[bytes]:
    """The lines of files, which are gone then."""
    found: set[bytes] = set()
    for path in paths:
        with path.open("rb") as file:
            found.update(file)
        path.unlink()
    return found
