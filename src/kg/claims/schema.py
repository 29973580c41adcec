"""What the rules read of classes, predicates and roles, looked up as it is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        self._triples: dict[tuple[Object, ox.NamedNode], list[ox.Triple]] = {}
        self._above: dict[Object, frozenset[Object]] = {}

    @cached_property
    def roles(self) -> frozenset[ox.NamedNode]:
        """The properties that are roles."""
        found = {
            quad.subject for name in self._role_classes for quad in self._find(None, TYPE, name)
        }
        return frozenset(role for role in found if isinstance(role, ox.NamedNode))

    @cached_property
    def _role_classes(self) -> set[ox.NamedNode | ox.BlankNode]:
        classes: set[ox.NamedNode | ox.BlankNode] = set()
        waiting: list[Object] = [ROLE]
        while waiting:
            name = waiting.pop()
            if name not in classes and isinstance(name, ox.NamedNode | ox.BlankNode):
                classes.add(name)
                waiting += [quad.subject for quad in self._find(None, SUBCLASS, name)]
        return classes

    def is_role(self, predicate: ox.NamedNode) -> bool:
        """Whether a property is a role."""
        return any(any(self._find(predicate, TYPE, name)) for name in self._role_classes)

    @cached_property
    def is_plain(self) -> bool:
        """Whether no triple of the consensus can be one that a rule reads."""
        eligible = {quad.subject for quad in self._find(None, ELIGIBLE, TRUE)}
        return not eligible & (READ | DESCRIBING | self.roles)

    def is_read(self, predicates: Iterable[ox.NamedNode]) -> bool:
        """Whether a rule can read quads of authored graphs with one of these predicates."""
        return any(p in READ or p in DESCRIBING or self.is_role(p) for p in predicates)

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
                    waiting += [triple.object for triple in self._read(one, SUBCLASS)]
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

    def describing(
        self,
        classes: Iterable[Object],
        predicates: Iterable[Object],
        roles: Iterable[ox.NamedNode],
    ) -> set[ox.Triple]:
        """Superclasses, flags, and types of roles, with the superclasses of these."""
        found = {
            triple for node in predicates for flag in FLAGS for triple in self._read(node, flag)
        }
        for role in roles:
            found.update(self._read(role, TYPE))
        types = {triple.object for triple in found if triple.predicate == TYPE}
        reached = {above for node in (*classes, *types) for above in self.above(node)}
        return found.union(*(self._read(node, SUBCLASS) for node in reached))

    def _read(self, node: Object, predicate: ox.NamedNode) -> list[ox.Triple]:
        key = node, predicate
        if key not in self._triples:
            self._triples[key] = []
            if isinstance(node, ox.NamedNode | ox.BlankNode):
                self._triples[key] = [q.triple for q in self._find(node, predicate, None)]
        return self._triples[key]

    def _flagged(self, predicate: Object, flag: ox.NamedNode) -> bool:
        return any(triple.object == TRUE for triple in self._read(predicate, flag))

    def _find(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        value: ox.NamedNode | ox.BlankNode | ox.Literal | None,
    ) -> Iterator[ox.Quad]:
        for graph in GRAPHS:
            yield from self._quads.quads_for_pattern(subject, predicate, value, graph)
