"""Files of triples as lines of N-Triples in the forms of the store, piece by piece.

The engine reads and writes all lines of a piece at once; what it would keep in another form than it
reads (numbers and dates) is looked for in the text, and what is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from kg.errors import InputError, UnsupportedMediaError
from kg.rdf.placing import media_type_of
from kg.rdf.reader import turtle_error

FORMATS: Final = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
}

PIECE_BYTES: Final = 16_000_000
"""So much of a file of N-Triples is read at once; other files are read whole."""

TRIPLES: Final = 200_000
"""So many are held at once."""

_BOM: Final = b"\xef\xbb\xbf"

_DATATYPE: Final = re.compile(rb"\^\^<[^>\n]*> \.\n")
"""How the line of a literal with a datatype ends."""

_BLANK_NODE: Final = re.compile(rb"^_:| _:[^ \"\n]+ \.$", re.MULTILINE)
"""How a line with one begins or ends: a literal has a quotation mark there."""

_ENDINGS: Final = {
    b">> .\n": "a triple term (RDF 1.2)",
    b"--ltr .\n": "a literal with a base direction (RDF 1.2)",
    b"--rtl .\n": "a literal with a base direction (RDF 1.2)",
}
"""How the lines of other things end that are not read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file: whole lines, or all of it; `written` by the engine, or by anybody."""

    path: Path
    start: int
    end: int
    written: bool = False
    is_cut: bool = True

    @property
    def bytes(self) -> int:
        """How many they are."""
        return self.end - self.start


def pieces_of(path: Path, *, written: bool = False) -> Iterator[Piece]:
    """The pieces of a file; raises `InputError` for what is not there or is not read in bulk."""
    is_cut = written or _format(path) == ox.RdfFormat.N_TRIPLES
    try:
        with path.open("rb") as file:
            size, start = path.stat().st_size, 0
            while start < size or not start:
                end = _line_end(file, start + PIECE_BYTES) if is_cut else size
                yield Piece(path, start, min(end, size), written, is_cut)
                if end >= size:
                    return
                start = end
    except OSError as error:
        raise _unreadable(path, error) from error


def _line_end(file: IO[bytes], at: int) -> int:
    file.seek(at - 1)
    file.readline()
    return file.tell()


def texts_of(piece: Piece) -> Iterator[bytes]:
    """The triples of a piece as lines, literals as the store writes them, many at once.

    Raises `TurtleError` with the place, and `InputError` for blank nodes and for RDF 1.2.
    """
    try:
        with piece.path.open("rb") as file:
            if piece.start or file.read(len(_BOM)) != _BOM:
                file.seek(piece.start)
            text = file.read(piece.end - file.tell()) if piece.is_cut else file
            if isinstance(text, bytes) and piece.written:
                yield text
                return
            quads = ox.parse(text, _format(piece.path))
            while lines := ox.serialize(islice(quads, TRIPLES), format=ox.RdfFormat.N_TRIPLES):
                yield _as_stored(lines, piece.path)
    except SyntaxError as error:
        raise turtle_error(_placed(error, piece), "", str(piece.path)) from error
    except OSError as error:
        raise _unreadable(piece.path, error) from error


def _placed(error: SyntaxError, piece: Piece) -> SyntaxError:
    """An error of a piece with its line in the file."""
    with piece.path.open("rb") as file:
        before = file.read(piece.start).count(b"\n")
    if error.lineno is not None:
        error.lineno += before
    return error


def _unreadable(path: Path, error: OSError) -> InputError:
    reason = (error.strerror or str(error)).lower()
    return InputError(f"cannot be read: {reason}", source=str(path))


def _format(path: Path) -> ox.RdfFormat:
    try:
        return FORMATS[media_type_of(path)]
    except KeyError as error:
        raise UnsupportedMediaError(
            f"a bulk load reads N-Triples and Turtle, and not {path.name}",
            hint="leave out --bulk, or convert it first: `kg convert`",
        ) from error


def _as_stored(lines: bytes, path: Path) -> bytes:
    """Lines with typed literals as the store writes them."""
    _refuse_unread(lines, path)
    stored = _stored({lines[slice(*place)] for place in _typed(lines)})
    if not stored:
        return lines
    parts, end = list[bytes](), 0
    for start, stop in _typed(lines):
        parts += [lines[end:start], stored.get(lines[start:stop], lines[start:stop])]
        end = stop
    return b"".join([*parts, lines[end:]])


def _refuse_unread(lines: bytes, path: Path) -> None:
    blank = _BLANK_NODE.search(lines) if b"_:" in lines else None
    if blank:
        raise _not_read("a blank node", _line_at(lines, blank.start()), path)
    for ending, what in _ENDINGS.items():
        if ending in lines:
            raise _not_read(what, _line_at(lines, lines.index(ending)), path)


def _line_at(lines: bytes, at: int) -> str:
    start = lines.rfind(b"\n", 0, at) + 1
    return lines[start : lines.index(b"\n", start)].removesuffix(b" .").decode()


def _typed(lines: bytes) -> Iterator[tuple[int, int]]:
    """Where the literals with a datatype are."""
    for found in _DATATYPE.finditer(lines):
        start = lines.rfind(b"\n", 0, found.start()) + 1
        predicate = lines.index(b" ", start) + 1
        yield lines.index(b" ", predicate) + 1, found.end() - len(b" .\n")


def _stored(literals: set[bytes]) -> dict[bytes, bytes]:
    """What the engine gives back for literals that it does not give back as they are."""
    store, numbered = ox.Store(), list(literals)
    text = b"".join(b"<x:%d> <x:p> %b .\n" % each for each in enumerate(numbered))
    store.load(text, ox.RdfFormat.N_TRIPLES, lenient=True)
    kept = {numbered[int(quad.subject.value[2:])]: str(quad.object).encode() for quad in store}
    return {literal: other for literal, other in kept.items() if literal != other}


def _not_read(what: str, triple: str, path: Path) -> InputError:
    return InputError(
        f"{what} is not read: {triple}",
        hint="subjects and objects of data are IRIs or literals",
        source=str(path),
    )
