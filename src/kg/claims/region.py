"""A part of the authored graphs that is large enough for what the rules say of its owners.

Whatever else the rules say over a region may be wrong, since a rule that finds nothing cannot know
that there is something outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from kg.claims import mentions as terms
from kg.claims.dependents import closure, rivals
from kg.claims.near import Near, triples_of
from kg.claims.overlay import Object
from kg.claims.schema import Schema


class Region:
    """Nodes of which all is taken that rules read.

    Of `contents` it has all that decides about their consensus but for what attests their events,
    which is for others to add.
    """

    def __init__(self, near: Near, schema: Schema) -> None:
        self.nodes: Final[set[Object]] = set()
        self.contents: Final[set[Object]] = set()
        self._near = near
        self._schema = schema
        self._parts = (*terms.PARTS, *near.roles)
        self._stated: set[Object] = set()

    def triples(self) -> Iterator[ox.Triple]:
        """All that is taken, and what the ontology says of the terms in it."""
        classes, predicates = set[Object](), set[Object]()
        roles = set[ox.NamedNode]()
        for node in self.nodes:
            edges = self._near.out(node)
            classes.update(edges.get(terms.TYPE, ()))
            predicates.update(edges.get(terms.PREDICATE, ()))
            roles.update(self._near.roles & edges.keys())
            if isinstance(node, ox.NamedNode | ox.BlankNode):
                for predicate, objects in edges.items():
                    yield from (ox.Triple(node, predicate, value) for value in objects)
        yield from self._schema.describing(classes, predicates, roles)

    def owner(self, node: Object) -> None:
        """Take all that decides which derived triples have this subject."""
        near = self._near
        self.nodes.add(node)
        self._take(near.objects(node, *terms.NAMES, terms.EVIDENCE, terms.NESTED_IN))
        self._take(near.subjects(node, *terms.RELATIONS))
        for inner in near.subjects(node, terms.NESTED_IN):
            self._take([inner, *near.objects(inner, terms.CONTENT)])
        if near.objects(node, terms.CONTENT, terms.CLAIMANT):
            self._nested_claim(node)
        if near.subjects(node, terms.CONTENT):
            self.content(node)
            for triple in triples_of(near, node):
                for equal in near.equals(triple):
                    self.content(equal)

    def content(self, node: Object) -> None:
        """Take what decides whether the triple of a proposition is in consensus."""
        if node not in self.contents:
            self.contents.add(node)
            self._with_rivals(node)

    def stated(self, content: Object) -> None:
        """Take all claims on a content, and what decides whose they are and who disputes them."""
        if content in self._stated:
            return
        self._stated.add(content)
        self.nodes.add(content)
        for claim in self._near.subjects(content, terms.CONTENT):
            self._claim(claim)

    def _claim(self, claim: Object) -> None:
        self.nodes.add(claim)
        self._take(self._near.objects(claim, terms.CLAIMANT))
        self._take(self._near.subjects(claim, terms.CONTENT, terms.DISPUTES, terms.CONTRADICTS))

    def _nested_claim(self, claim: Object) -> None:
        near = self._near
        self._claim(claim)
        self._take(closure(claim, lambda node: near.subjects(node, terms.CONTENT)))
        self._take(closure(claim, lambda node: near.objects(node, *self._parts)))
        for content in near.objects(claim, terms.CONTENT):
            self._with_rivals(content)

    def _with_rivals(self, content: Object) -> None:
        for one in {content, *rivals(self._near, self._schema, content)}:
            self.stated(one)
            for end in self._near.objects(one, terms.SUBJECT, terms.OBJECT):
                self._take([end, *self._near.objects(end, terms.MEMBER_DURING)])

    def _take(self, nodes: Iterable[Object]) -> None:
        self.nodes.update(nodes)
