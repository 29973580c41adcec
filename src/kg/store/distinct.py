"""What files add to a graph, once each and in the forms of the store, in memory that does not grow.

Lines of N-Triples are dealt out to files by a checksum of theirs, so that the same triple comes to
the same file; each of these is small enough to look through in memory.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from kg.errors import InputError, UnsupportedMediaError
from kg.rdf.placing import media_type_of
from kg.rdf.reader import turtle_error
from kg.store.digest import EMPTY, of_lines, summed
from kg.store.telling import TellingReader

FORMATS: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}

PART_BYTES: Final = 64_000_000
"""About so much text is looked through at once."""

MOST_PARTS: Final = 200
"""So many files are open at once."""

KEPT_LITERALS: Final = 100_000
"""Of so many literals it is remembered how the store writes them."""

_AS_WRITTEN: Final = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema#string",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    }
)
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class News:
    """What is new to a graph: a file of N-Triples, each line once, and the sum of its digests."""

    graph: ox.NamedNode
    path: Path
    quads: int
    digest: str


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of N-Triples, those that are known already, and how many bytes all are, about."""

    lines: Iterable[bytes]
    known: Iterable[bytes]
    bytes: int


class PatchFile:
    """The file of a patch that only adds, written line by line."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file: Final = file
        self._sha256: Final = hashlib.sha256()
        self.bytes = 0

    def add(self, quads: Iterable[bytes]) -> None:
        """Add quads, as N-Quads without their dots."""
        text = b"".join(b"A " + quad + b" .\n" for quad in quads)
        self._file.write(text)
        self._sha256.update(text)
        self.bytes += len(text)

    def sha256(self) -> str:
        """The digest of all that was written."""
        return self._sha256.hexdigest()


def lines_of(path: Path, tell: Callable[[int], None]) -> Iterator[bytes]:
    """The triples of a file of N-Triples or Turtle as lines, literals as the store writes them.

    Raises `TurtleError` with the place, and `InputError` for blank nodes and for RDF 1.2.
    """
    try:
        with TellingReader(path, tell) as file:
            if file.read(len(_BOM)) != _BOM:
                file.seek(0)
            for quad in ox.parse(file, _format(path)):
                yield _line(quad, path)
    except SyntaxError as error:
        raise turtle_error(error, "", str(path)) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be read: {reason}", source=str(path)) from error


def _format(path: Path) -> ox.RdfFormat:
    try:
        return FORMATS[media_type_of(path)]
    except KeyError as error:
        raise UnsupportedMediaError(
            f"a bulk load reads N-Triples and Turtle, and not {path.name}",
            hint="leave out --bulk, or convert it first: `kg convert`",
        ) from error


def _line(quad: ox.Quad, path: Path) -> bytes:
    subject, value = quad.subject, quad.object
    if isinstance(value, ox.Literal):
        if value.datatype.value not in _AS_WRITTEN:
            value = _stored(value)
        elif value.direction is not None:
            raise _not_read("a literal with a base direction (RDF 1.2)", quad, path)
    elif not isinstance(value, ox.NamedNode):
        raise _not_read(_what(value), quad, path)
    if not isinstance(subject, ox.NamedNode):
        raise _not_read(_what(subject), quad, path)
    return f"{subject} {quad.predicate} {value} .\n".encode()


def _what(term: ox.BlankNode | ox.Triple) -> str:
    return "a blank node" if isinstance(term, ox.BlankNode) else "a triple term (RDF 1.2)"


def _not_read(what: str, quad: ox.Quad, path: Path) -> InputError:
    return InputError(
        f"{what} is not read: {quad.triple}",
        hint="subjects and objects of data are IRIs or literals",
        source=str(path),
    )


@lru_cache(KEPT_LITERALS)
def _stored(literal: ox.Literal) -> ox.Literal:
    """A literal as the store writes it: `"01"^^xsd:integer` is `1`."""
    some = ox.NamedNode("x:x")
    store = ox.Store()
    store.add(ox.Quad(some, some, literal))
    [quad] = store
    return cast(ox.Literal, quad.object)


def news_of(graph: ox.NamedNode, text: Text, place: Path, patch: PatchFile) -> News:
    """What of the lines is not known, each once, in a file in `place` and added to a patch."""
    place.mkdir()
    parts = min(MOST_PARTS, text.bytes // PART_BYTES + 1)
    _deal(text.known, [place / f"known-{part}" for part in range(parts)])
    _deal(text.lines, [place / f"lines-{part}" for part in range(parts)])
    return _joined(graph, place, parts, patch)


def _deal(lines: Iterable[bytes], paths: list[Path]) -> None:
    with ExitStack() as stack:
        writes = [stack.enter_context(path.open("wb")).write for path in paths]
        crc32, parts = zlib.crc32, len(paths)
        for line in lines:
            writes[crc32(line) % parts](line)


def _joined(graph: ox.NamedNode, place: Path, parts: int, patch: PatchFile) -> News:
    path, quads, digest = place / "news.nt", 0, EMPTY
    name = f" {graph}".encode()
    with path.open("wb") as news:
        for part in range(parts):
            known, lines = place / f"known-{part}", place / f"lines-{part}"
            with known.open("rb") as old, lines.open("rb") as new:
                there = set(old)
                found = [line for line in dict.fromkeys(new) if line not in there]
            news.writelines(found)
            named = [line[:-3] + name for line in found]
            patch.add(named)
            quads += len(named)
            digest = summed(digest, of_lines(named))
            known.unlink()
            lines.unlink()
    return News(graph, path, quads, digest)
