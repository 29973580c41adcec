"""Files of triples as lines of N-Triples in the forms of the store, piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, Final, cast

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

KEPT_LITERALS: Final = 100_000
"""Of so many literals it is remembered how the store writes them."""

_BOM: Final = b"\xef\xbb\xbf"


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


def lines_of(piece: Piece) -> Iterator[bytes]:
    """The triples of a piece as lines, literals as the store writes them.

    Raises `TurtleError` with the place, and `InputError` for blank nodes and for RDF 1.2.
    """
    try:
        with piece.path.open("rb") as file:
            if piece.start or file.read(len(_BOM)) != _BOM:
                file.seek(piece.start)
            text = BytesIO(file.read(piece.end - file.tell())) if piece.is_cut else file
            if piece.written:
                yield from text
                return
            for quad in ox.parse(text, _format(piece.path)):
                yield _line(quad, piece.path)
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


def _line(quad: ox.Quad, path: Path) -> bytes:
    """A triple as the store writes it; what is written the same way is told by its text."""
    text = str(quad)
    subject, predicate, value = text.split(" ", 2)
    if subject[0] != "<" or subject[1] == "<":
        raise _not_read(_what(subject), text, path)
    if value[0] == '"':
        if value[-1] == ">":
            value = str(_stored(cast(ox.Literal, quad.object)))
            return f"{subject} {predicate} {value} .\n".encode()
        if "--" in value[value.rfind('"') :]:
            raise _not_read("a literal with a base direction (RDF 1.2)", text, path)
    elif value[0] != "<" or value[1] == "<":
        raise _not_read(_what(value), text, path)
    return f"{text} .\n".encode()


def _what(term: str) -> str:
    return "a blank node" if term[0] == "_" else "a triple term (RDF 1.2)"


def _not_read(what: str, triple: str, path: Path) -> InputError:
    return InputError(
        f"{what} is not read: {triple}",
        hint="subjects and objects of data are IRIs or literals",
        source=str(path),
    )


@lru_cache(KEPT_LITERALS)
def _stored(literal: ox.Literal) -> ox.Literal:
    """A literal as the engine gives it back."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), literal))
    [quad] = store
    return cast(ox.Literal, quad.object)
