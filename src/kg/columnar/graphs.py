"""The triples of a CONSTRUCT query from the solutions of its pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pyoxigraph as ox

from kg.columnar.algebra import Pattern
from kg.columnar.layout import Ids
from kg.columnar.overlay import Terms
from kg.columnar.table import Mask, Table, places, united
from kg.columnar.terms import Kind

TRIPLES: Final = 10_000
"""So many are read at once."""

_NOTHING: Final = Table(0, {})


def triples(template: Sequence[Pattern], table: Table, terms: Terms) -> Iterator[ox.Triple]:
    """Each triple once; what is unbound, or may not stand in its place, makes none."""
    found = _NOTHING
    for pattern in template:
        columns = {
            place: _column(term, table, terms) for place, term in zip("spo", pattern, strict=True)
        }
        made = Table(table.rows, columns)
        found = united(found, made.where(_is_triple(made, terms)))
    found = found.take(places([found.column(place) for place in "spo"], found.rows)[0])
    for start in range(0, found.rows, TRIPLES):
        at = slice(start, start + TRIPLES)
        texts = [_texts(found.column(place)[at], terms) for place in "spo"]
        lines = b"".join(b"%b %b %b .\n" % each for each in zip(*texts, strict=True))
        yield from (quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES))


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
    values = column[first]
    known = [
        term > 0 and terms.kinds(values[at : at + 1]) <= kinds for at, term in enumerate(values)
    ]
    return np.array(known, np.bool_)[of]


def _texts(column: Ids, terms: Terms) -> list[bytes]:
    first, of = places([column], len(column))
    made = [text for _, text in terms.texts(column[first])]
    return [made[at] for at in of.tolist()]
