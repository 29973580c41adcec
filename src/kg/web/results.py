"""The answer to a query as a table for people: labels for IRIs, and no more rows than fit."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from math import isnan
from typing import IO, Final, TypeAlias, cast

import pyoxigraph as ox
from rdflib.namespace import XSD

from kg.errors import InputError
from kg.namespaces import compact
from kg.store.interface import ByteStream
from kg.web.addresses import href
from kg.web.facts import Text, Thing

ROWS_SHOWN: Final = 500
TRIPLE_COLUMNS: Final = ("subject", "predicate", "object")
SORTED_ROWS: Final = 20_000
"""At most so many rows are sorted."""
NUMERIC: Final = frozenset(
    str(t) for t in (XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.int, XSD.long)
)

Label: TypeAlias = Callable[[str], str | None]
AnyTerm: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row: TypeAlias = tuple[AnyTerm | None, ...]


@dataclass(frozen=True)
class Cell:
    """One value, and its datatype where it is a literal without a language."""

    value: Thing | Text | None
    datatype: str | None = None

    @property
    def number(self) -> bool:
        """Whether this is a number, so that it can be aligned as one."""
        return self.datatype in NUMERIC


@dataclass(frozen=True)
class Wanted:
    """Which rows: `count` from `start` on, as they come or by a column, downwards after `-`.

    What is sorted is read whole, up to `sorted_rows`.
    """

    start: int = 0
    count: int = ROWS_SHOWN
    sort: str = ""
    sorted_rows: int = SORTED_ROWS


FROM_THE_FIRST: Final = Wanted()


@dataclass(frozen=True)
class Table:
    """What is shown of an answer; `verdict` is the answer to an ASK query, which has no rows.

    `cut` says that only a part of the rows was sorted, since there are too many.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = field(default=())
    more: bool = False
    verdict: bool | None = None
    wanted: Wanted = Wanted()
    cut: bool = False


def solutions_table(stream: ByteStream, label: Label, wanted: Wanted = FROM_THE_FIRST) -> Table:
    """SELECT and ASK: some rows of a stream of SPARQL results in JSON, of which no more is read."""
    with closing(stream):
        found = ox.parse_query_results(_reader(stream), format=ox.QueryResultsFormat.JSON)
        if isinstance(found, ox.QueryBoolean):
            return Table(verdict=bool(found))
        return _table(*_named_rows(found), label, wanted)


def solutions_of(stream: ByteStream) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The names of the variables and the solutions of SPARQL results in JSON, as they are read."""
    found = ox.parse_query_results(_reader(stream), format=ox.QueryResultsFormat.JSON)
    return _named_rows(found)


def _named_rows(found: object) -> tuple[tuple[str, ...], Iterator[Row]]:
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("an answer of solutions was expected")
    names = tuple(variable.value for variable in found.variables)
    return names, (tuple(row[n] for n in names) for row in found)


def triples_table(stream: ByteStream, label: Label, wanted: Wanted = FROM_THE_FIRST) -> Table:
    """CONSTRUCT and DESCRIBE: some triples of a stream of N-Triples."""
    with closing(stream):
        found = (quad.triple for quad in ox.parse(_reader(stream), format=ox.RdfFormat.N_TRIPLES))
        return _table(TRIPLE_COLUMNS, (tuple(triple) for triple in found), label, wanted)


def _table(names: tuple[str, ...], rows: Iterator[Row], label: Label, wanted: Wanted) -> Table:
    cut = False
    if wanted.sort:
        column = names.index(_column(wanted.sort, names))
        whole = list(islice(rows, wanted.sorted_rows + 1))
        cut = len(whole) > wanted.sorted_rows
        whole = whole[: wanted.sorted_rows]
        whole.sort(key=lambda r: _rank(r[column], label), reverse=wanted.sort.startswith("-"))
        rows = iter(whole)
    head = list(islice(rows, wanted.start, wanted.start + wanted.count + 1))
    shown = tuple(tuple(cell(term, label) for term in row) for row in head[: wanted.count])
    return Table(names, shown, more=len(head) > wanted.count, wanted=wanted, cut=cut)


def _column(sort: str, names: tuple[str, ...]) -> str:
    name = sort.removeprefix("-")
    if name not in names:
        hint = f"the answer has {', '.join(names) or 'no column'}"
        raise InputError(f"there is no column {name[:60]} to sort by", hint=hint)
    return name


def _rank(term: AnyTerm | None, label: Label) -> tuple[int, float, str]:
    """What stands before what: nothing, numbers, then words and names as they are shown."""
    match term:
        case None:
            return (0, 0.0, "")
        case ox.Literal() if term.datatype.value in NUMERIC:
            number = _number(term.value)
            return (1, number, "") if number is not None else (2, 0.0, term.value)
        case ox.Literal():
            return (2, 0.0, term.value.casefold())
        case ox.NamedNode():
            return (2, 0.0, (label(term.value) or compact(term.value)).casefold())
        case _:
            return (3, 0.0, str(term))


def _number(text: str) -> float | None:
    """The number, or None for what is none or stands in no order."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if isnan(number) else number


def briefly(label: Label, seconds: float) -> Label:
    """Labels for so long, then none: each may be a query, and an answer can have thousands.

    What was found for an IRI stays, so that rows are sorted by what is shown.
    """
    until = time.monotonic() + seconds
    return cache(lambda iri: label(iri) if time.monotonic() < until else None)


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
            datatype = None if term.language else term.datatype.value
            return Cell(Text(term.value, term.language), datatype)
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
