"""Which entities a change can make a query answer differently about.

A triple that changes is laid on each pattern that it fits, and the ways from there are followed in
what holds and what held before. Graphs are not told apart: that can only find more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.validation.patterns import ENTITY, Hop, Pattern
from kg.validation.reads import Leg, Read, Route, reads_of
from kg.validation.solutions import Entities

MANY: Final = 200
"""From so many entities on, asking about all is quicker than asking about each."""

FEW: Final = 4
"""So many entities are asked about sooner than another way to fewer of them is found."""

FAR: Final = 1_000
"""A way that branches to more nodes is given up."""

OBJECT: Final = 2
"""The place of the object in a triple."""

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Nodes: TypeAlias = frozenset[Term]


@dataclass(frozen=True, slots=True)
class Changed:
    """Triples that came or went in any graph, computed ones included."""

    added: tuple[ox.Triple, ...] = ()
    removed: tuple[ox.Triple, ...] = ()

    @classmethod
    def of(cls, added: Iterable[ox.Quad], removed: Iterable[ox.Quad]) -> Changed:
        """The triples of quads, each once."""
        return cls(
            tuple(dict.fromkeys(quad.triple for quad in added)),
            tuple(dict.fromkeys(quad.triple for quad in removed)),
        )

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """All of them."""
        return tuple(dict.fromkeys((*self.added, *self.removed)))

    @property
    def subjects(self) -> frozenset[ox.NamedNode]:
        """The IRIs of which something is said that was not, or the other way round."""
        found = (triple.subject for triple in self.triples)
        return frozenset(subject for subject in found if isinstance(subject, ox.NamedNode))


class Touch:
    """Finds what a change touches; `store` is the state after it. Each way is looked up once."""

    def __init__(self, store: ox.Store, changed: Changed) -> None:
        self.changed = changed
        self._gone = ox.Store()
        self._gone.extend(ox.Quad(*triple) for triple in changed.removed)
        self._stores = (store, self._gone) if changed.removed else (store,)
        self._ends: dict[tuple[Term, Hop], Nodes] = {}
        self._held: dict[tuple[Term, Hop, Term], bool] = {}
        self._by_predicate: dict[Term, list[ox.Triple]] = {}
        for triple in changed.triples:
            self._by_predicate.setdefault(triple.predicate, []).append(triple)

    def entities(self, query: str) -> Entities:
        """The entities about which a query may answer differently."""
        reads = reads_of(query)
        if reads is None:
            return None
        found: set[ox.NamedNode] = set()
        for read in reads:
            for triple, hop in self._fitting(read.pattern):
                near = self._through(read, triple, hop)
                if near is None:
                    return None
                found |= near
                if len(found) > MANY:
                    return None
        return frozenset(found)

    def _fitting(self, pattern: Pattern) -> Iterator[tuple[ox.Triple, Hop | None]]:
        """The triples that have a predicate of a pattern."""
        for hop in pattern.hops:
            for triple in self._by_predicate.get(hop.predicate, ()):
                yield triple, hop
        if not pattern.hops:
            yield from ((triple, None) for triple in self.changed.triples)

    def _through(self, read: Read, triple: ox.Triple, hop: Hop | None) -> Entities:
        """The entities whose solutions may have a triple in the place of a pattern.

        Each way leads to all of them, and so do all ways together.
        """
        pattern = read.pattern
        ends = (triple.subject, triple.object)
        start, end = reversed(ends) if hop is not None and hop.inverse else ends
        terms = (start, triple.predicate, end)
        if not pattern.endless and not self._fit(read, terms):
            return frozenset()
        found: Entities = None
        for place, route in read.routes:
            nodes = self._followed(pattern, place, route, terms[place])
            if nodes is not None:
                iris = frozenset(node for node in nodes if isinstance(node, ox.NamedNode))
                found = iris if found is None else found & iris
            if found is not None and len(found) <= FEW:
                break
        if found is None:
            return None
        return frozenset(iri for iri in found if self._allowed(read, ENTITY, iri))

    def _followed(self, pattern: Pattern, place: int, route: Route, term: Term) -> Nodes | None:
        """Where a way leads from a term at a place of a pattern; None is too far."""
        nodes: Nodes | None = frozenset((term,))
        if nodes is not None and pattern.endless:
            nodes = self._chained(pattern, nodes, forward=place == OBJECT)
        for leg in route:
            nodes = None if nodes is None else self._after(leg, nodes)
        return nodes

    def _fit(self, read: Read, terms: Iterable[Term]) -> bool:
        """Whether terms can stand in the places of a pattern."""
        return all(
            place == term if isinstance(place, ox.NamedNode) else self._allowed(read, place, term)
            for place, term in zip(read.pattern.places, terms, strict=True)
        )

    def _allowed(self, read: Read, variable: str, term: Term) -> bool:
        """Whether a variable can be a term, as far as single patterns say."""
        if variable in read.allowed and term not in read.allowed[variable]:
            return False
        demands = read.demands.get(variable, ())
        return all(
            any(self._holds(term, demand.hop, end) for end in demand.ends) for demand in demands
        )

    def _holds(self, start: Term, hop: Hop, end: Term) -> bool:
        key = (start, hop, end)
        if key not in self._held:
            first, last = (end, start) if hop.inverse else (start, end)
            self._held[key] = any(True for _ in self._quads(first, hop.predicate, last))
        return self._held[key]

    def _after(self, leg: Leg, nodes: Nodes) -> Nodes | None:
        """Where a leg leads; None is too far."""
        if leg.pattern.endless:
            return self._chained(leg.pattern, nodes, forward=leg.end == OBJECT)
        found: set[Term] = set()
        for node in nodes:
            for end in self._leads(leg, node):
                found.add(end)
                if len(found) > FAR:
                    return None
        return frozenset(found)

    def _leads(self, leg: Leg, node: Term) -> Iterator[Term]:
        pattern = leg.pattern
        if pattern.hops:
            for hop in pattern.hops:
                yield from self._beyond(node, _turned(hop, forward=leg.end == OBJECT))
            return
        asked: list[Term | None] = [
            p if isinstance(p, ox.NamedNode) else None for p in pattern.places
        ]
        asked[leg.start] = node
        for quad in self._quads(*asked):
            yield quad.triple[leg.end]

    def _chained(self, pattern: Pattern, nodes: Nodes, *, forward: bool) -> Nodes | None:
        """Nodes and all that chains of a pattern lead to from them; None is too many."""
        found, edge = set(nodes), list(nodes)
        while edge:
            node = edge.pop()
            for hop in pattern.hops:
                new = self._beyond(node, _turned(hop, forward=forward)) - found
                found |= new
                edge += new
            if len(found) > FAR:
                return None
        return frozenset(found)

    def _beyond(self, node: Term, hop: Hop) -> Nodes:
        """The nodes to which a predicate or its inverse leads; of too many just one too many."""
        key = (node, hop)
        if key not in self._ends:
            found: set[Term] = set()
            ends = (None, node) if hop.inverse else (node, None)
            for quad in self._quads(ends[0], hop.predicate, ends[1]):
                found.add(quad.subject if hop.inverse else quad.object)
                if len(found) > FAR:
                    break
            self._ends[key] = frozenset(found)
        return self._ends[key]

    def _quads(
        self, subject: Term | None, predicate: Term | None, end: Term | None
    ) -> Iterator[ox.Quad]:
        """Quads of all graphs, of the state before the change and of that after it."""
        if isinstance(subject, ox.Literal | ox.Triple) or isinstance(
            predicate, ox.BlankNode | ox.Literal | ox.Triple
        ):
            return
        for store in self._stores:
            yield from store.quads_for_pattern(subject, predicate, end)


def _turned(hop: Hop, *, forward: bool) -> Hop:
    return hop if forward else Hop(hop.predicate, not hop.inverse)
