"""The triples of a CONSTRUCT query from the solutions of its pattern, or these as N-Triples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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

FEW: Final = 1_000
"""So many are made one by one: it takes longer to begin with whole columns."""

Texts: TypeAlias = tuple[bytes, bytes, bytes]
_TYPE: Final = TYPE.encode()

_NOTHING: Final = Table(0, {})


def triples(template: Sequence[Pattern], table: Table, terms: Terms) -> Iterator[ox.Triple]:
    """Each triple once; what is unbound, or may not stand in its place, makes none."""
    is_small = _is_small(template, table)
    some = [_few(template, table, terms)] if is_small else _many(template, table, terms)
    for texts in some:
        lines = b"".join(b"%b %b %b .\n" % each for each in texts)
        yield from (quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES))


def write_lines(template: Sequence[Pattern], table: Table, terms: Terms, sink: Sink) -> None:
    """Write the same triples as N-Triples, a few sorted, as `kg.store.answers` does."""
    sink.media_type = ox.RdfFormat.N_TRIPLES.media_type
    if _is_small(template, table):
        few = sorted(_few(template, table, terms), key=_order)
        sink.rows = len(few)
        sink.write(b"".join([b"%b %b %b .\n" % each for each in few]))
        return
    found = _made(template, table, terms)
    sink.rows = found.rows
    if found.rows <= SORTED_TRIPLES:
        _write(_sorted(found, terms), sink)
        return
    for texts in _texts_of(found, terms):
        _write(texts, sink)


def _write(texts: Iterable[Texts], sink: Sink) -> None:
    lines = b" .\n".join(map(b" ".join, texts))
    sink.write(lines + b" .\n" if lines else b"")


def _order(texts: Texts) -> tuple[bytes, tuple[bool, bytes], bytes]:
    s, p, o = texts
    return s, _order_of_predicates(p), o


def _order_of_predicates(predicate: bytes) -> tuple[bool, bytes]:
    return predicate != _TYPE, predicate[1:-1]


def _sorted(found: Table, terms: Terms) -> Iterator[Texts]:
    """The texts of triples in their order, for which each term is looked at once."""
    said, ranks = [], []
    for place in "spo":
        column = found.column(place)
        first, of = places([column], found.rows)
        texts = terms.texts(column[first])
        keys = [*map(_order_of_predicates, texts)] if place == "p" else texts
        order = sorted(range(len(texts)), key=keys.__getitem__)
        rank = np.empty(len(texts), np.int64)
        rank[order] = np.arange(len(texts))
        said.append((texts, of))
        ranks.append(rank[of])
    rows = np.lexsort(ranks[::-1])
    return zip(*([texts[at] for at in of[rows].tolist()] for texts, of in said), strict=True)


def _is_small(template: Sequence[Pattern], table: Table) -> bool:
    return len(template) * table.rows <= FEW


def _few(template: Sequence[Pattern], table: Table, terms: Terms) -> Iterable[Texts]:
    """The texts of triples that are made one by one, each once."""
    names = {term for pattern in template for term in pattern if term[0] == "?"}
    columns = {name: table.column(name).tolist() for name in names}
    ids = sorted({*chain.from_iterable(columns.values())})
    texts = dict(zip(ids, terms.texts(np.array(ids, np.int32)), strict=True))
    rows = range(table.rows)
    said = {name: [texts[term] for term in column] for name, column in columns.items()}
    every = [
        zip(*(said.get(term) or [term.encode() for _ in rows] for term in pattern), strict=True)
        for pattern in template
    ]
    return dict.fromkeys(each for made in every for each in made if _stands(*each))


def _stands(s: bytes, p: bytes, o: bytes) -> bool:
    """Whether terms may stand where they do; one that is unbound has no text."""
    return bool(o) and (s[:1] == b"_" or _is_iri(s)) and _is_iri(p)


def _is_iri(text: bytes) -> bool:
    return text[:1] == b"<" != text[1:2]


def _many(template: Sequence[Pattern], table: Table, terms: Terms) -> Iterator[Iterator[Texts]]:
    return _texts_of(_made(template, table, terms), terms)


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
