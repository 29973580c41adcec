"""The answer to a query as a table for people: labels for IRIs, and no more rows than fit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Final, TypeAlias, cast

import pyoxigraph as ox
from rdflib.namespace import XSD

from kg.namespaces import compact
from kg.store.interface import ByteStream
from kg.web.addresses import href
from kg.web.facts import Text, Thing

ROWS_SHOWN: Final = 500
TRIPLE_COLUMNS: Final = ("subject", "predicate", "object")
_NUMERIC: Final = frozenset(
    str(t) for t in (XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.int, XSD.long)
)

Label: TypeAlias = Callable[[str], str | None]
AnyTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True)
class Cell:
    """One value; `number` says that it is one, so that it can be aligned as one."""

    value: Thing | Text | None
    number: bool = False


@dataclass(frozen=True)
class Table:
    """What is shown of an answer; `verdict` is the answer to an ASK query, which has no rows."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = field(default=())
    more: bool = False
    verdict: bool | None = None


def solutions_table(stream: ByteStream, label: Label, shown: int = ROWS_SHOWN) -> Table:
    """SELECT and ASK: a stream of SPARQL results in JSON, of which `shown` rows are read."""
    with closing(stream):
        found = ox.parse_query_results(_reader(stream), format=ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QueryBoolean):
            return Table(verdict=bool(found))
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError("an answer of solutions was expected")
        names = tuple(variable.value for variable in found.variables)
        head = list(islice(found, shown + 1))
    rows = tuple(tuple(cell(row[n], label) for n in names) for row in head[:shown])
    return Table(names, rows, more=len(head) > shown)


def triples_table(stream: ByteStream, label: Label, shown: int = ROWS_SHOWN) -> Table:
    """CONSTRUCT and DESCRIBE: a stream of N-Triples, of which `shown` are read."""
    with closing(stream):
        found = (quad.triple for quad in ox.parse(_reader(stream), format=ox.RdfFormat.N_TRIPLES))
        head = list(islice(found, shown + 1))
    rows = tuple(tuple(cell(term, label) for term in triple) for triple in head[:shown])
    return Table(TRIPLE_COLUMNS, rows, more=len(head) > shown)


def briefly(label: Label, seconds: float) -> Label:
    """Labels for so long, then none: each may be a query, and an answer can have thousands."""
    until = time.monotonic() + seconds
    return lambda iri: label(iri) if time.monotonic() < until else None


def cell(term: AnyTerm | None, label: Label) -> Cell:
    """One term ready to be shown."""
    match term:
        case None:
            return Cell(None)
        case ox.NamedNode():
            name = label(term.value)
            thing = Thing(term.value, name or compact(term.value), href(term.value), bool(name))
            return Cell(thing)
        case ox.Literal():
            return Cell(Text(term.value, term.language), term.datatype.value in _NUMERIC)
        case _:
            return Cell(Text(str(term)))


class _Chunks:
    """The chunks of a stream as a file, for a parser that reads files."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; what comes next when it is negative; none at the end."""
        if not self._rest:
            self._rest = next(self._chunks, b"")
        size = len(self._rest) if size < 0 else size
        found, self._rest = self._rest[:size], self._rest[size:]
        return found


def _reader(stream: ByteStream) -> IO[bytes]:
    return cast(IO[bytes], _Chunks(iter(stream)))
