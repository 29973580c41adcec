"""What files add to a graph, once each and in the forms of the store, in memory that hardly grows.

Pieces of files are read by several processes at once, each into a file of lines and one of their
digests. By the first half of its digest a line is told from others: of these numbers alone, 16
bytes for each line, all are held at once. Which lines come again is found by sorting them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress
from pathlib import Path
from typing import IO, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from kg.store.digest import EMPTY, of_sums, summed
from kg.store.filling import News
from kg.store.reading import Piece, pieces_of, texts_of
from kg.store.workers import Work

DIGEST_BYTES: Final = 32
"""So long a SHA-256 is."""

Mask: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.int64]
Halves: TypeAlias = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that were read together; beside their file is one of their digests."""

    path: Path

    @property
    def digests(self) -> Path:
        """The file of digests, in the order of the lines."""
        return self.path.with_suffix(".sha256")


@dataclass(frozen=True, slots=True)
class Given:
    """Files to be read, what the graph has as the engine writes it, and who hears of bytes."""

    files: Sequence[Path]
    known: Path
    tell: Callable[[int], None]


class PatchFile:
    """The file of a patch that only adds."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file: Final = file
        self._sha256: Final = hashlib.sha256()
        self.bytes = 0

    def take(self, lines: bytes, graph: ox.NamedNode) -> None:
        """Add triples of a graph."""
        text = b"A " + lines.replace(b" .\n", f" {graph} .\nA ".encode())[: -len("A ")]
        self._file.write(text)
        self._sha256.update(text)
        self.bytes += len(text)

    def sha256(self) -> str:
        """The digest of all that was written."""
        return self._sha256.hexdigest()


def news_of(graph: ox.NamedNode, given: Given, place: Path, work: Work) -> News:
    """What of some files is not known, each triple once, in files in `place`.

    Raises `TurtleError` with the place, and `InputError` for what is not read.
    """
    place.mkdir()
    pieces = [*pieces_of(given.known, written=True)]
    pieces += [piece for path in given.files for piece in pieces_of(path)]
    known, blocks = list[Block](), list[Block]()
    read = partial(_read, place, f" {graph}\n".encode())
    for piece, found in zip(pieces, work.each(read, enumerate(pieces)), strict=True):
        (known if piece.written else blocks).extend(found)
        if not piece.written:
            given.tell(piece.bytes)
    return _together(graph, zip(blocks, _firsts(known, blocks), strict=True))


def _read(place: Path, ending: bytes, numbered: tuple[int, Piece]) -> list[Block]:
    """Read a piece into blocks; of what is known, only the digests are kept."""
    number, piece = numbered
    blocks = list[Block]()
    for at, text in enumerate(texts_of(piece)):
        block = Block(place / f"{number}-{at}.nt")
        quads = text.replace(b" .\n", ending).split(b"\n")[:-1]
        sha256 = hashlib.sha256
        block.digests.write_bytes(b"".join([sha256(quad).digest() for quad in quads]))
        if not piece.written:
            block.path.write_bytes(text)
        blocks.append(block)
    return blocks


def _firsts(known: Sequence[Block], blocks: Sequence[Block]) -> Iterator[Mask]:
    """Which lines of each block are neither known nor in the block, or one before it, already."""
    every = (*known, *blocks)
    sizes = [block.digests.stat().st_size // DIGEST_BYTES for block in every]
    ends = np.cumsum(sizes)
    first, second = np.empty((2, sum(sizes)), np.uint64)
    for block, size, end in zip(every, sizes, ends, strict=True):
        words = np.fromfile(block.digests, np.uint64).reshape(-1, DIGEST_BYTES // 8)
        first[end - size : end], second[end - size : end] = words[:, 0], words[:, 1]
    order, again = ordered(first, second)
    is_new = np.empty(len(order), np.bool_)
    is_new[order] = ~again  # the order is stable: of the same lines the first one is new
    for size, end in zip(sizes[len(known) :], ends[len(known) :], strict=True):
        yield is_new[end - size : end]


def ordered(first: Halves, second: Halves) -> tuple[Numbers, Mask]:
    """The places of pairs in their order, and which pair is the one before it again.

    The first halves alone are sorted in a third of the time, and are the same for the same lines
    only, but for one chance in 10^5 with 20 million lines, or somebody's purpose.
    """
    order = np.argsort(first, kind="stable")
    again = np.zeros(len(order), np.bool_)
    again[1:] = _repeating(first[order])
    if (again[1:] & ~_repeating(second[order])).any():
        order = np.lexsort((second, first))
        again[1:] = _repeating(first[order]) & _repeating(second[order])
    return order, again


def _repeating(halves: Halves) -> Mask:
    """Whether each is followed by the same one; there is none for the last."""
    return np.asarray(halves[1:] == halves[:-1])


def _together(graph: ox.NamedNode, blocks: Iterable[tuple[Block, Mask]]) -> News:
    """Leave the new lines of blocks in their files."""
    paths, quads, digest = list[Path](), 0, EMPTY
    for block, new in blocks:
        digests = np.fromfile(block.digests, np.uint8).reshape(-1, DIGEST_BYTES)
        block.digests.unlink()
        if not new.any():
            block.path.unlink()
            continue
        if not new.all():
            lines = block.path.read_bytes().split(b"\n")
            block.path.write_bytes(b"\n".join([*compress(lines, new.tolist()), b""]))
        paths.append(block.path)
        quads += int(new.sum())
        words = digests[new].view(">u4").sum(axis=0, dtype=np.uint64)
        digest = summed(digest, of_sums(words.tolist()))
    return News(graph, paths, quads, digest)
