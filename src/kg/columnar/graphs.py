"""The triples of a CONSTRUCT query from the solutions of its pattern, or these as N-Triples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
import pyoxigraph as ox

from kg.columnar.algebra import Pattern
from kg.columnar.layout import Ids
from kg.columnar.overlay import Terms
from kg.columnar.table import Mask, Table, places, united
from kg.columnar.terms import Kind
from kg.columnar.triples import TYPE
from kg.store.answers import SORTED_TRIPLES, Sink

TRIPLES: Final = 10_000
"""So many are read or written at once."""

Texts: TypeAlias = tuple[bytes, bytes, bytes]
_TYPE: Final = TYPE.encode()

_NOTHING: Final = Table(0, {})


def triples(template: Sequence[Pattern], table: Table, terms: Terms) -> Iterator[ox.Triple]:
    """Each triple once; what is unbound, or may not stand in its place, makes none."""
    for texts in _texts_of(_made(template, table, terms), terms):
        lines = b"".join(b"%b %b %b .\n" % each for each in texts)
        yield from (quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES))


def write_lines(template: Sequence[Pattern], table: Table, terms: Terms, sink: Sink) -> None:
    """Write the same triples as N-Triples, a few sorted, as `kg.store.answers` does."""
    sink.media_type = ox.RdfFormat.N_TRIPLES.media_type
    found = _made(template, table, terms)
    if found.rows <= SORTED_TRIPLES:
        whole = (each for texts in _texts_of(found, terms) for each in texts)
        sink.write(b"".join(b"%b %b %b .\n" % each for each in sorted(whole, key=_order)))
        return
    for texts in _texts_of(found, terms):
        parts = tuple(chain.from_iterable(texts))
        sink.write(b"%b %b %b .\n" * (len(parts) // 3) % parts)  # one form is filled at once


def _order(texts: Texts) -> tuple[bytes, bool, bytes, bytes]:
    s, p, o = texts
    return s, p != _TYPE, p[1:-1], o


def _made(template: Sequence[Pattern], table: Table, terms: Terms) -> Table:
    """The columns `s`, `p` and `o` of all triples, each once."""
    found = _NOTHING
    for pattern in template:
        columns = {
            place: _column(term, table, terms) for place, term in zip("spo", pattern, strict=True)
        }
        made = Table(table.rows, columns)
        found = united(found, made.where(_is_triple(made, terms)))
    return found.take(places([found.column(place) for place in "spo"], found.rows)[0])


def _texts_of(found: Table, terms: Terms) -> Iterator[Iterator[Texts]]:
    """The texts of triples, so many at once."""
    for start in range(0, found.rows, TRIPLES):
        at = slice(start, start + TRIPLES)
        yield zip(*(_texts(found.column(place)[at], terms) for place in "spo"), strict=True)


def _column(term: str, table: Table, terms: Terms) -> Ids:
    if term.startswith("?"):
        return table.column(term)
    return np.full(table.rows, terms.id_of(term), np.int32)


def _is_triple(made: Table, terms: Terms) -> Mask:
    """Whether subjects are IRIs or blank nodes, predicates are IRIs, and objects are bound."""
    s, p, o = (made.column(place) for place in "spo")
    return _is_of(s, {Kind.IRI, Kind.BLANK}, terms) & _is_of(p, {Kind.IRI}, terms) & (o > 0)


def _is_of(column: Ids, kinds: set[Kind], terms: Terms) -> Mask:
    first, of = places([column], len(column))
    return terms.are_of(column[first], kinds)[of]


def _texts(column: Ids, terms: Terms) -> list[bytes]:
    first, of = places([column], len(column))
    made = terms.texts(column[first])
    return [made[at] for at in of.tolist()]
