"""What the rules read of classes, predicates and roles, looked up as it is needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from kg.claims.mentions import (
    ATTESTS,
    ELIGIBLE,
    EVENT,
    EXCLUSIVE,
    FLAGS,
    READ,
    ROLE,
    SUBCLASS,
    TYPE,
)
from kg.claims.near import GRAPHS
from kg.claims.overlay import Object, Quads

TRUE: Final = ox.Literal(True)
DESCRIBING: Final = FLAGS | {SUBCLASS}
"""Predicates that describe classes and predicates of data."""


class Schema:
    """Classes, predicates and roles of a state, whichever authored graph they are described in."""

    def __init__(self, quads: Quads) -> None:
        self._quads = quads
        self._above: dict[Object, frozenset[Object]] = {}

    @cached_property
    def roles(self) -> frozenset[ox.NamedNode]:
        """The properties that are roles."""
        classes: set[ox.NamedNode | ox.BlankNode] = set()
        waiting: list[Object] = [ROLE]
        while waiting:
            name = waiting.pop()
            if name not in classes and isinstance(name, ox.NamedNode | ox.BlankNode):
                classes.add(name)
                waiting += [quad.subject for quad in self._find(None, SUBCLASS, name)]
        found = {quad.subject for name in classes for quad in self._find(None, TYPE, name)}
        return frozenset(role for role in found if isinstance(role, ox.NamedNode))

    @cached_property
    def is_plain(self) -> bool:
        """Whether no triple of the consensus can be one that a rule reads."""
        read = READ | DESCRIBING | self.roles
        return not any(self._flagged(predicate, ELIGIBLE) for predicate in read)

    def is_read(self, quad: ox.Quad) -> bool:
        """Whether a rule can read this quad of an authored graph."""
        predicate = quad.predicate
        return predicate in READ or predicate in DESCRIBING or predicate in self.roles

    def is_part(self, quad: ox.Quad) -> bool:
        """Whether this quad describes classes, predicates or roles."""
        role = quad.predicate == TYPE and ROLE in self.above(quad.object)
        return role or quad.predicate in DESCRIBING

    def above(self, name: Object) -> frozenset[Object]:
        """A class and all its superclasses."""
        if name not in self._above:
            found: set[Object] = set()
            waiting: list[Object] = [name]
            while waiting:
                one = waiting.pop()
                if one not in found:
                    found.add(one)
                    waiting += [t.object for t in self.triples(one) if t.predicate == SUBCLASS]
            self._above[name] = frozenset(found)
        return self._above[name]

    def is_event(self, types: Iterable[Object]) -> bool:
        """Whether a thing of these classes is an event."""
        return any(EVENT in self.above(name) for name in types)

    def is_exclusive(self, predicate: Object) -> bool:
        """Whether propositions with this predicate can be rivals."""
        return self._flagged(predicate, EXCLUSIVE)

    def attests(self, predicate: Object) -> bool:
        """Whether propositions with this predicate attest their subject."""
        return self._flagged(predicate, ATTESTS)

    def describing(self, nodes: Collection[Object]) -> set[ox.Triple]:
        """Flags, types as roles and superclasses of some classes, predicates and roles."""
        reached = {above for node in nodes for above in self.above(node)}
        found = {triple for node in reached for triple in self.triples(node)}
        types = {triple.object for triple in found if triple.predicate == TYPE}
        return found if types <= reached else self.describing([*nodes, *types])

    def triples(self, node: Object) -> list[ox.Triple]:
        """Flags and superclasses of a class or a predicate, and its types if it is a role."""
        return self._described.get(node, [])

    @cached_property
    def _described(self) -> dict[Object, list[ox.Triple]]:
        found: defaultdict[Object, list[ox.Triple]] = defaultdict(list)
        for predicate in DESCRIBING:
            for quad in self._find(None, predicate, None):
                found[quad.subject].append(quad.triple)
        for role in self.roles:
            found[role] += [quad.triple for quad in self._find(role, TYPE, None)]
        return found

    def _flagged(self, predicate: Object, flag: ox.NamedNode) -> bool:
        return any(t.predicate == flag and t.object == TRUE for t in self.triples(predicate))

    def _find(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | ox.BlankNode | ox.Literal | None,
    ) -> Iterator[ox.Quad]:
        for graph in GRAPHS:
            yield from self._quads.quads_for_pattern(subject, predicate, value, graph)
