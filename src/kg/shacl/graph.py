"""What is validated: one graph, whether it lies in a store or in memory.

`StoreGraph` is a view of chosen graphs of a store as one graph. `MemoryGraph` keeps triples exactly
as given: the engine writes literals in its own way ("01" of xsd:integer becomes 1, xsd:byte becomes
xsd:integer), which a graph of shapes or an upload should not suffer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from kg.shacl.terms import Term

GraphName: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

UNNAMED: tuple[GraphName, ...] = (ox.DefaultGraph(),)


class Graph(Protocol):
    """A set of triples, asked one pattern at a time; nothing comes twice."""

    canonical: bool
    """Whether literals are in the engine's form, which has no types derived from xsd:integer."""

    def objects(self, subject: Term, predicate: ox.NamedNode) -> Sequence[Term]:
        """What a subject has as values of a property."""

    def subjects(self, predicate: ox.NamedNode, value: Term) -> Sequence[Term]:
        """What has a value of a property."""

    def about(self, subject: Term) -> Sequence[tuple[ox.NamedNode, Term]]:
        """Every predicate and object of a subject."""

    def pairs(self, predicate: ox.NamedNode) -> Iterator[tuple[Term, Term]]:
        """Subject and object of each triple with a predicate."""

    def has(self, subject: Term, predicate: ox.NamedNode, value: Term) -> bool:
        """Whether it holds a triple."""


class Validated(Graph, Protocol):
    """A graph that constraints with queries can ask as well."""

    def queried(self) -> StoreGraph:
        """The same graph where SPARQL can be asked."""


class StoreGraph:
    """Chosen graphs of a store as one graph; None is all of them.

    With `shapes` the store also holds the graph of shapes, so that queries can reach it.
    """

    canonical = True

    def __init__(
        self,
        store: ox.Store,
        graphs: Iterable[GraphName] | None = UNNAMED,
        *,
        shapes: ox.NamedNode | None = None,
    ) -> None:
        self.store = store
        self.shapes = shapes
        self.graphs = None if graphs is None else tuple(graphs)
        self._places: tuple[GraphName | None, ...] = self.graphs or (None,)
        if self.graphs == ():
            raise ValueError("a view has at least one graph")
        self._single = self.graphs is not None and len(self.graphs) == 1

    def objects(self, subject: Term, predicate: ox.NamedNode) -> Sequence[Term]:
        """See `Graph.objects`."""
        return self._distinct([q.object for q in self._quads(subject, predicate, None)])

    def subjects(self, predicate: ox.NamedNode, value: Term) -> Sequence[Term]:
        """See `Graph.subjects`."""
        return self._distinct([q.subject for q in self._quads(None, predicate, value)])

    def about(self, subject: Term) -> Sequence[tuple[ox.NamedNode, Term]]:
        """See `Graph.about`."""
        found = [(q.predicate, q.object) for q in self._quads(subject, None, None)]
        return list(dict.fromkeys(found))

    def pairs(self, predicate: ox.NamedNode) -> Iterator[tuple[Term, Term]]:
        """See `Graph.pairs`."""
        found = ((q.subject, q.object) for q in self._quads(None, predicate, None))
        return found if self._single else iter(dict.fromkeys(found))

    def has(self, subject: Term, predicate: ox.NamedNode, value: Term) -> bool:
        """See `Graph.has`."""
        return any(True for _ in self._quads(subject, predicate, value))

    def queried(self) -> StoreGraph:
        """See `Validated.queried`."""
        return self

    def query(self, text: str, **options: object) -> object:
        """What the engine answers with this graph as the default graph.

        It does not merge several graphs: a triple that is in two of them is matched twice.
        """
        named = [] if self.shapes is None else [self.shapes]
        if self.graphs is None:
            options["use_default_graph_as_union"] = True
        else:
            options["default_graph"] = list(self.graphs)
        return self.store.query(text, named_graphs=named, **options)  # type: ignore[arg-type]

    def _quads(
        self, subject: Term | None, predicate: ox.NamedNode | None, value: Term | None
    ) -> Iterator[ox.Quad]:
        if isinstance(subject, ox.Literal | ox.Triple):
            return
        for place in self._places:
            yield from self.store.quads_for_pattern(subject, predicate, value, place)

    def _distinct(self, found: list[Term]) -> Sequence[Term]:
        return found if self._single or len(found) < 2 else list(dict.fromkeys(found))


class MemoryGraph:
    """Triples in memory, exactly as they were given."""

    canonical = False

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._triples = tuple(dict.fromkeys(triples))
        self._about: defaultdict[Term, list[tuple[ox.NamedNode, Term]]] = defaultdict(list)
        self._objects: defaultdict[tuple[Term, ox.NamedNode], list[Term]] = defaultdict(list)
        self._subjects: defaultdict[tuple[ox.NamedNode, Term], list[Term]] = defaultdict(list)
        self._pairs: defaultdict[ox.NamedNode, list[tuple[Term, Term]]] = defaultdict(list)
        for s, p, o in self._triples:
            self._about[s].append((p, o))
            self._objects[s, p].append(o)
            self._subjects[p, o].append(s)
            self._pairs[p].append((s, o))

    def objects(self, subject: Term, predicate: ox.NamedNode) -> Sequence[Term]:
        """See `Graph.objects`."""
        return self._objects.get((subject, predicate), ())

    def subjects(self, predicate: ox.NamedNode, value: Term) -> Sequence[Term]:
        """See `Graph.subjects`."""
        return self._subjects.get((predicate, value), ())

    def about(self, subject: Term) -> Sequence[tuple[ox.NamedNode, Term]]:
        """See `Graph.about`."""
        return self._about.get(subject, ())

    def pairs(self, predicate: ox.NamedNode) -> Iterator[tuple[Term, Term]]:
        """See `Graph.pairs`."""
        return iter(self._pairs.get(predicate, ()))

    def has(self, subject: Term, predicate: ox.NamedNode, value: Term) -> bool:
        """See `Graph.has`."""
        return value in self._objects.get((subject, predicate), ())

    def predicates(self) -> Iterable[ox.NamedNode]:
        """Every predicate that is used."""
        return self._pairs.keys()

    def queried(self) -> StoreGraph:
        """See `Validated.queried`."""
        return self._queried

    @cached_property
    def _queried(self) -> StoreGraph:
        store = ox.Store()
        store.extend(ox.Quad(*triple) for triple in self._triples)
        return StoreGraph(store)


class WithRemoved:
    """A graph together with triples that are no longer in it: what holds, and what held."""

    def __init__(self, graph: Graph, removed: Iterable[ox.Triple]) -> None:
        self._parts = (graph, MemoryGraph(removed))
        self.canonical = graph.canonical

    def objects(self, subject: Term, predicate: ox.NamedNode) -> Sequence[Term]:
        """See `Graph.objects`."""
        return self._all([part.objects(subject, predicate) for part in self._parts])

    def subjects(self, predicate: ox.NamedNode, value: Term) -> Sequence[Term]:
        """See `Graph.subjects`."""
        return self._all([part.subjects(predicate, value) for part in self._parts])

    def about(self, subject: Term) -> Sequence[tuple[ox.NamedNode, Term]]:
        """See `Graph.about`."""
        return list(dict.fromkeys(pair for part in self._parts for pair in part.about(subject)))

    def pairs(self, predicate: ox.NamedNode) -> Iterator[tuple[Term, Term]]:
        """See `Graph.pairs`."""
        return iter(dict.fromkeys(pair for part in self._parts for pair in part.pairs(predicate)))

    def has(self, subject: Term, predicate: ox.NamedNode, value: Term) -> bool:
        """See `Graph.has`."""
        return any(part.has(subject, predicate, value) for part in self._parts)

    def _all(self, found: list[Sequence[Term]]) -> Sequence[Term]:
        return found[0] if not found[1] else list(dict.fromkeys([*found[0], *found[1]]))
