"""Look-ups around single nodes in the authored graphs, each made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.claims.mentions import OBJECT, PREDICATE, READ, SUBJECT
from kg.claims.overlay import Object, Quads
from kg.namespaces import AUTHORED

GRAPHS: Final = tuple(ox.NamedNode(str(name)) for name in AUTHORED)
SMALL: Final = 64
"""Up to so many quads that lead to a node are read at once; of more, only what is asked for."""

READ_ON: Final = 2
"""To read so many quads more costs as much as to look up one node."""

Edges: TypeAlias = dict[ox.NamedNode, list[Object]]


class TooMuchError(Exception):
    """A change reaches further than look-ups are worth; never leaves `kg.claims.incremental`."""


class Near:
    """The triples of the authored graphs with a predicate that rules read, by their ends.

    `extra` are quads that count as well; `limit` is how many quads may be read. What a node leads
    to is read whole: no thing says so much of itself as others may say of it.
    """

    def __init__(
        self,
        quads: Quads,
        roles: frozenset[ox.NamedNode],
        *,
        limit: int,
        extra: Collection[ox.Quad] = (),
    ) -> None:
        self.roles: Final = roles
        self._looked_up = 0
        self._quads = quads
        self._read = READ | roles
        self._limit = limit
        self._out: dict[Object, Edges] = {}
        self._whole: dict[Object, Edges | None] = {}
        self._into: dict[tuple[ox.NamedNode, Object], list[Object]] = {}
        self._equals: dict[ox.Triple, list[Object]] = {}
        self._extra_out: defaultdict[Object, list[ox.Quad]] = defaultdict(list)
        self._extra_into: defaultdict[Object, list[ox.Quad]] = defaultdict(list)
        for quad in extra:
            self._extra_out[quad.subject].append(quad)
            self._extra_into[quad.object].append(quad)

    def out(self, node: Object) -> Edges:
        """The objects of a node, by predicate."""
        if node not in self._out:
            edges: defaultdict[ox.NamedNode, dict[Object, None]] = defaultdict(dict)
            if isinstance(node, ox.NamedNode | ox.BlankNode):
                for quad in self._quads_of(node):
                    if quad.predicate in self._read:
                        edges[quad.predicate][quad.object] = None
            self._out[node] = {predicate: list(found) for predicate, found in edges.items()}
        return self._out[node]

    def objects(self, node: Object, *predicates: ox.NamedNode) -> list[Object]:
        """The objects of a node for some predicates."""
        edges = self.out(node)
        return [found for predicate in predicates for found in edges.get(predicate, ())]

    def subjects(self, node: Object, *predicates: ox.NamedNode) -> list[Object]:
        """The nodes that have this one as their object for one of some predicates."""
        whole = self._read_whole(node)
        if whole is not None:
            return [found for predicate in predicates for found in whole.get(predicate, ())]
        return [found for predicate in predicates for found in self._read_one(node, predicate)]

    def each(self, node: Object, predicate: ox.NamedNode) -> Iterator[Object]:
        """As `subjects`, but read no further than is asked for."""
        if (predicate, node) in self._into:
            return iter(self._into[predicate, node])
        whole = self._read_whole(node)
        if whole is not None:
            return iter(whole.get(predicate, ()))
        return self._one_by_one(node, predicate)

    def equals(self, triple: ox.Triple) -> list[Object]:
        """The propositions of a triple: one, unless it is told twice."""
        if triple not in self._equals:
            ends = ((SUBJECT, triple.subject), (OBJECT, triple.object))
            nodes, n = meeting(*(self.each(end, predicate) for predicate, end in ends))
            self._equals[triple] = [
                node
                for node in nodes
                if self._has(node, *ends[1 - n]) and triple in triples_of(self, node)
            ]
        return self._equals[triple]

    def _has(self, node: Object, predicate: ox.NamedNode, value: Object) -> bool:
        """As a look-up in `objects`, without reading what else there is of the node."""
        if node in self._out:
            return value in self.objects(node, predicate)
        stored = isinstance(node, ox.NamedNode | ox.BlankNode) and any(
            any(True for _ in self._quads.quads_for_pattern(node, predicate, value, graph))
            for graph in GRAPHS
        )
        return stored or any(quad.object == value for quad in self._extra_out.get(node, ()))

    def _quads_of(self, node: ox.NamedNode | ox.BlankNode) -> Iterator[ox.Quad]:
        for graph in GRAPHS:
            yield from self._counted(self._quads.quads_for_pattern(node, None, None, graph))
        yield from self._extra_out.get(node, ())

    def _quads_to(self, node: Object, predicate: ox.NamedNode | None) -> Iterator[ox.Quad]:
        for graph in GRAPHS:
            yield from self._counted(self._quads.quads_for_pattern(None, predicate, node, graph))
        for quad in self._extra_into.get(node, ()):
            if predicate is None or quad.predicate == predicate:
                yield quad

    def _counted(self, quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
        for quad in quads:
            self._looked_up += 1
            if self._looked_up > self._limit:
                raise TooMuchError
            yield quad

    def _read_whole(self, node: Object) -> Edges | None:
        if node not in self._whole:
            quads = list(islice(self._quads_to(node, None), SMALL + 1))
            edges: defaultdict[ox.NamedNode, dict[Object, None]] = defaultdict(dict)
            for quad in quads:
                if quad.predicate in self._read:
                    edges[quad.predicate][quad.subject] = None
            small = {predicate: list(found) for predicate, found in edges.items()}
            self._whole[node] = small if len(quads) <= SMALL else None
        return self._whole[node]

    def _read_one(self, node: Object, predicate: ox.NamedNode) -> list[Object]:
        if (predicate, node) not in self._into:
            self._into[predicate, node] = list(self._one_by_one(node, predicate))
        return self._into[predicate, node]

    def _one_by_one(self, node: Object, predicate: ox.NamedNode) -> Iterator[Object]:
        seen: set[Object] = set()
        for quad in self._quads_to(node, predicate):
            if quad.subject not in seen:
                seen.add(quad.subject)
                yield quad.subject


def triples_of(near: Near, proposition: Object) -> Iterator[ox.Triple]:
    """The triples that a proposition is of: one, unless it is ill-formed."""
    for subject in near.objects(proposition, SUBJECT):
        for predicate in near.objects(proposition, PREDICATE):
            for value in near.objects(proposition, OBJECT):
                if isinstance(subject, ox.NamedNode | ox.BlankNode) and isinstance(
                    predicate, ox.NamedNode
                ):
                    yield ox.Triple(subject, predicate, value)


def meeting(one: Iterator[Object], other: Iterator[Object]) -> tuple[list[Object], int]:
    """Candidates for what two iterators have in common, and which of the two is shorter (0 or 1).

    One that is much longer than the other is not read to its end, and the candidates are then all
    of the shorter one.
    """
    found: tuple[list[Object], list[Object]] = [], []
    ended = None
    while ended is None:
        for n, iterator in enumerate((one, other)):
            node = next(iterator, None)
            if node is None:
                ended = n
                break
            found[n].append(node)
    short, long = found[ended], {*found[1 - ended]}
    rest = (one, other)[1 - ended]
    long.update(islice(rest, READ_ON * len(short)))
    if next(rest, None) is not None:
        return short, ended
    return [node for node in short if node in long], ended
