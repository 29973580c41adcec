"""Whose results a change can alter, by what it removes and adds.

An *owner* is the subject of derived triples. All that the rules say of an owner is computed anew
when anything can differ, so these sets may be too large but never too small. They are found among
the quads before and after a change together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.claims import mentions as terms
from kg.claims.near import Near, triples_of
from kg.claims.overlay import Object
from kg.claims.schema import Schema

Step: TypeAlias = Callable[["Dependents", Object, Object], None]


def closure(start: Object, further: Callable[[Object], Iterable[Object]]) -> set[Object]:
    """A node and all that it leads to, a step at a time."""
    found: set[Object] = set()
    waiting = [start]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += further(node)
    return found


class Dependents:
    """The owners, and the triples of the consensus, that a change can alter.

    `contents` are those on which a claim, or which themselves, changed; what is stated of others
    is as it was, though it may be excluded now by what changed.
    """

    def __init__(self, near: Near, schema: Schema) -> None:
        self.contents: set[Object] = set()
        self.owners: set[Object] = set()
        self.triples: set[ox.Triple] = set()
        self._near = near
        self._schema = schema
        self._parts = (*terms.PARTS, *near.roles)

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Take in what follows from single quads alone."""
        for quad in quads:
            if quad.predicate in self._near.roles:
                self._whole(quad.subject)
            if step := STEPS.get(quad.predicate):
                step(self, quad.subject, quad.object)

    def spread(self, events: Iterable[Object]) -> None:
        """Take in rivals, propositions on events whose attestation changed, and equal triples."""
        reached = {*self.contents}
        for content in self.contents:
            reached.update(rivals(self._near, self._schema, content))
        for event in events:
            reached.update(self._near.subjects(event, terms.SUBJECT, terms.OBJECT))
        for content in reached:
            self.owners |= {content, *self._near.subjects(content, terms.CONTENT)}
            self.triples.update(triples_of(self._near, content))
        for triple in self.triples:
            self.owners.update(self._near.equals(triple))

    def _subject(self, subject: Object, _: Object) -> None:
        self.owners.add(subject)

    def _content(self, content: Object, _: Object) -> None:
        self.contents.add(content)

    def _claim(self, claim: Object, _: Object | None = None) -> None:
        self.owners.add(claim)
        self._contents_of(claim)

    def _contents_of(self, *claims: Object) -> None:
        for claim in claims:
            self.contents.update(self._near.objects(claim, terms.CONTENT))

    def _about_end(self, thing: Object) -> None:
        self.contents.update(self._near.subjects(thing, terms.SUBJECT, terms.OBJECT))

    def _below(self, claim: Object) -> None:
        """All claims that this one holds: they rest on its claimant's word as well."""
        self.owners |= closure(claim, lambda node: self._near.objects(node, terms.CONTENT))

    def _whole(self, part: Object, _: Object | None = None) -> None:
        """All claims that are about something through this part."""
        for node in closure(part, lambda node: self._near.subjects(node, *self._parts)):
            self.owners.update(self._near.subjects(node, terms.CONTENT))

    def _content_edge(self, claim: Object, content: Object) -> None:
        self._claim(claim)
        self._claim(content)
        self.contents |= {claim, content}
        self._below(content)
        self._whole(claim)
        for inner in (claim, *self._near.subjects(claim, terms.CONTENT)):
            self.owners.update(self._near.objects(inner, terms.NESTED_IN))

    def _claimant_edge(self, claim: Object, _: Object) -> None:
        self._claim(claim)
        self._below(claim)
        self.owners.update(self._near.subjects(claim, terms.NESTED_IN))

    def _dispute(self, _: Object, claim: Object) -> None:
        self._contents_of(claim)

    def _relation(self, claim: Object, other: Object) -> None:
        self.owners.add(other)
        self._contents_of(claim, other)

    def _nesting(self, inner: Object, outer: Object) -> None:
        self.owners |= {inner, outer}

    def _end_edge(self, proposition: Object, _: Object) -> None:
        self.contents.add(proposition)
        self._whole(proposition)

    def _period(self, membership: Object, _: Object) -> None:
        self._about_end(membership)

    def _bound(self, time: Object, _: Object) -> None:
        self._about_end(time)
        for membership in self._near.subjects(time, terms.MEMBER_DURING):
            self._about_end(membership)

    def _type(self, thing: Object, name: Object) -> None:
        self.owners.add(thing)
        classes = self._schema.above(name)
        if classes & terms.SOURCES:
            for claim in self._near.subjects(thing, terms.CLAIMANT):
                self._claim(claim)
        if classes & (terms.ENDS | terms.WHOLES):
            self._about_end(thing)
        if classes & (terms.KINDS | terms.WHOLES):
            self._whole(thing)

    def _name(self, name: Object, _: Object) -> None:
        self.owners.update(self._near.subjects(name, *terms.NAMES))

    def _source(self, passage: Object, _: Object) -> None:
        self.owners.update(self._near.subjects(passage, terms.EVIDENCE))


STEPS: Final[dict[ox.NamedNode, Step]] = {
    terms.TYPE: Dependents._type,
    terms.CONTENT: Dependents._content_edge,
    terms.CLAIMANT: Dependents._claimant_edge,
    terms.VOICE: Dependents._claim,
    terms.EVIDENCE: Dependents._subject,
    terms.HAS_SOURCE: Dependents._source,
    terms.DISPUTES: Dependents._dispute,
    terms.NESTED_IN: Dependents._nesting,
    terms.SUBJECT: Dependents._end_edge,
    terms.OBJECT: Dependents._end_edge,
    terms.PREDICATE: Dependents._content,
    terms.STANDING: Dependents._content,
    terms.MEMBER_DURING: Dependents._period,
    terms.LITERAL_FORM: Dependents._name,
    **dict.fromkeys(terms.AXES, Dependents._claim),
    **dict.fromkeys(terms.RELATIONS, Dependents._relation),
    **dict.fromkeys(terms.BOUNDS, Dependents._bound),
    **dict.fromkeys(terms.WITHIN, Dependents._whole),
    **dict.fromkeys(terms.NAMES, Dependents._subject),
}
"""What follows from a quad by its predicate; each predicate that rules read is here."""


def rivals(near: Near, schema: Schema, content: Object) -> Iterable[Object]:
    """The propositions with the same subject and the same predicate, if it is an exclusive one."""
    predicates = {p for p in near.objects(content, terms.PREDICATE) if schema.is_exclusive(p)}
    if predicates:
        for subject in near.objects(content, terms.SUBJECT):
            for other in near.subjects(subject, terms.SUBJECT):
                if predicates.intersection(near.objects(other, terms.PREDICATE)):
                    yield other
