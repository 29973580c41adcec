"""A generation read from its copy, graph by graph: what others count and index, without the engine.

For those who take quads one by one it is a snapshot like any other. Those who count take the rows
of each predicate as numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyoxigraph as ox

from kg.columnar.layout import Copy, Ids, Numbers
from kg.columnar.table import Mask
from kg.columnar.terms import Kind
from kg.store.interface import Snapshot

QUADS: Final = 50_000
"""So many are read at once."""


@dataclass(frozen=True, slots=True)
class Uses:
    """The triples of one predicate in a graph, in the order of subjects."""

    predicate: str
    s: Ids
    o: Ids


class Copied:
    """A copy as a `Snapshot`; graphs are named as in queries, and what is unnamed is in none."""

    def __init__(self, copy: Copy) -> None:
        self.generation = copy.generation
        self._copy = copy

    @property
    def last(self) -> int:
        """The highest id of a term."""
        return self._copy.last

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        """See `Snapshot.graphs`."""
        graphs = self._copy.named.all().g
        found = [] if graphs is None else np.flatnonzero(np.bincount(graphs)).tolist()
        return tuple(ox.NamedNode(self.iri(graph)) for graph in sorted(found, key=self.iri))

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """See `Snapshot.quads`; those of a graph come subject by subject."""
        for each in self.graphs() if graph is None else (graph,):
            yield from self._read(each, self.uses(each.value))

    def about(self, graph: ox.NamedNode, starts: Sequence[str]) -> Iterator[ox.Quad]:
        """The quads of a graph about IRIs that begin in one of some ways, subject by subject."""
        chosen = self._beginning(starts)
        found = ((uses, chosen[uses.s]) for uses in self.uses(graph.value))
        return self._read(
            graph, (Uses(uses.predicate, uses.s[at], uses.o[at]) for uses, at in found)
        )

    def lines(self, graph: ox.NamedNode | None) -> Iterator[bytes]:
        """The triples of a graph, or of the default graph, as N-Triples in large pieces."""
        return self._lines(self._default() if graph is None else self.uses(graph.value))

    def uses(self, graph: str) -> Iterator[Uses]:
        """The triples of a graph by their predicates."""
        named, known = self._copy.named, self._copy.find(f"<{graph}>")
        for predicate in named.predicates.values() if known else ():
            rows = named.by_subject(predicate)
            at = np.flatnonzero(rows.g == known)
            if len(at):
                yield Uses(self.iri(predicate.id), rows.s[at], rows.o[at])

    def _default(self) -> Iterator[Uses]:
        union = self._copy.union
        for predicate in union.predicates.values():
            rows = union.by_subject(predicate)
            yield Uses(self.iri(predicate.id), rows.s, rows.o)

    def iri(self, term: int) -> str:
        """The IRI with an id."""
        return self._copy.text(term)[1:-1]

    def is_iri(self, ids: Ids) -> Mask:
        """Which of some terms are IRIs."""
        found: Mask = self._copy.kinds_of(ids) == Kind.IRI
        return found

    def counted(self, ids: Ids) -> dict[str, int]:
        """How often each IRI is among some terms."""
        found, many = np.unique(ids[self.is_iri(ids)], return_counts=True)
        return dict(zip(map(self.iri, found.tolist()), many.tolist(), strict=True))

    def id_of(self, iri: str) -> int:
        """The id of an IRI; 0 where no triple has it."""
        return self._copy.find(f"<{iri}>")

    def starting(self, start: str) -> Mask:
        """Of each id whether it is an IRI that begins so."""
        return self._beginning([start])

    def _beginning(self, starts: Iterable[str]) -> Mask:
        copy, ways = self._copy, tuple(f"<{start}" for start in starts)
        found = np.zeros(copy.last + 1, np.bool_)
        for way in ways:
            first, end = copy.beginning(way[1:].encode())
            found[first:end] = True
        for term in range(copy.terms + 1, copy.last + 1):
            found[term] = copy.text(term).startswith(ways)
        return found

    def _read(self, graph: ox.NamedNode, uses: Iterable[Uses]) -> Iterator[ox.Quad]:
        """The quads that some uses are, in the order of subjects, predicates and objects."""
        for lines in self._lines(uses):
            for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)

    def _lines(self, uses: Iterable[Uses]) -> Iterator[bytes]:
        """What some uses are as N-Triples, in the order of subjects, predicates and objects."""
        parts = [
            (uses.s, np.full(len(uses.s), self.id_of(uses.predicate)), uses.o) for uses in uses
        ]
        if not parts:
            return
        s, p, o = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((o, p, s))
        for start in range(0, len(order), QUADS):
            at = order[start : start + QUADS]
            texts = [self._texts(column[at]) for column in (s, p, o)]
            yield b"".join(b"%b %b %b .\n" % each for each in zip(*texts, strict=True))

    def _texts(self, ids: Numbers) -> Iterator[bytes]:
        """The text of each term; each distinct one is looked up once."""
        values, inverse = np.unique(ids, return_inverse=True)
        texts = [self._copy.text(term).encode() for term in values.tolist()]
        return map(texts.__getitem__, inverse.tolist())


def quads_about(
    snapshot: Snapshot, graph: ox.NamedNode, starts: Sequence[str]
) -> Iterator[ox.Quad]:
    """The quads of a graph, subject by subject, at least those about IRIs that begin in some ways.

    Of a copy the others are not read.
    """
    if isinstance(snapshot, Copied):
        return snapshot.about(graph, starts)
    return snapshot.quads(graph)
