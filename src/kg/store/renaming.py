"""One IRI in the place of another, throughout the data: a merger of two things, or a new name.

What is named by a hash of its values (propositions, memberships, estimates) gets the name of its
new values, and so on until nothing changes any more. The former IRI stays as a `ckg:ReplacedThing`
that says what has replaced it, so that it resolves; earlier ones lead straight to the newest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, SKOS
from rdflib.namespace import DCTERMS

from kg.errors import InputError, NotFoundError
from kg.namespaces import CKG, CURATED, IMPORTED, LINKS, SKOSXL, compact, split
from kg.profiles.ids import computed_iri
from kg.store.interface import Patch, Snapshot

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Names: TypeAlias = dict[Node, ox.NamedNode]
"""The new IRI of each node that has one."""

RENAMED: Final = (
    *("person", "organisation", "state", "group", "place", "conflict", "event", "agreement"),
    *("prospective-agreement", "post", "statement", "situation", "reference"),
)
"""Kinds whose slugs people choose; the others are named after their values or their document."""
HASHED: Final = ("proposition", "membership", "estimate")
DASH: Final = " – "
"""Between the parts in the label of a proposition."""

_DATA: Final = tuple(ox.NamedNode(str(graph)) for graph in (CURATED, IMPORTED, LINKS))
_TYPE, _LABEL, _ALT = (ox.NamedNode(str(p)) for p in (RDF.type, RDFS.label, SKOS.altLabel))
_PREFERRED, _OTHER = (ox.NamedNode(str(p)) for p in (SKOSXL.prefLabel, SKOSXL.altLabel))
_FORM = ox.NamedNode(str(SKOSXL.literalForm))
_DIFFERENT: Final = ox.NamedNode(str(OWL.differentFrom))
_REPLACED: Final = ox.NamedNode(str(CKG.ReplacedThing))
_REPLACED_BY: Final = ox.NamedNode(str(DCTERMS.isReplacedBy))


def rename(snapshot: Snapshot, former: str, present: str) -> Patch:
    """What gives a thing a new IRI, which nothing has yet."""
    quads = _data(snapshot)
    _check(quads, former, present)
    if _describes(quads, present):
        raise InputError(f"{compact(present)} is there already", hint="`kg merge` makes one of two")
    return _replaced(quads, ox.NamedNode(former), ox.NamedNode(present))


def merge(snapshot: Snapshot, former: str, present: str) -> Patch:
    """What makes one thing of two; the former's names become other names of the present one.

    What both say differently and only one of them may say stays, and the gate refuses it.
    """
    quads = _data(snapshot)
    _check(quads, former, present)
    if not _describes(quads, present):
        raise NotFoundError(
            f"nothing is known of {compact(present)}", hint="`kg rename` gives a thing a new IRI"
        )
    one, other = ox.NamedNode(former), ox.NamedNode(present)
    if any(q.predicate == _DIFFERENT and {q.subject, q.object} == {one, other} for q in quads):
        raise InputError(
            f"{compact(former)} and {compact(present)} are said to be different",
            hint="remove the owl:differentFrom between them first, if that was wrong",
        )
    return _replaced(quads, one, other)


def _check(quads: Iterable[ox.Quad], former: str, present: str) -> None:
    kinds = [(split(iri) or ("", ""))[0] for iri in (former, present)]
    if former == present or kinds[0] != kinds[1] or kinds[0] not in RENAMED:
        raise InputError(
            f"{compact(former)} cannot become {compact(present)}",
            hint=f"both are of one kind, and of one of these: {', '.join(RENAMED)}",
        )
    if not _describes(quads, former):
        raise NotFoundError(f"nothing is known of {compact(former)}")


def _data(snapshot: Snapshot) -> list[ox.Quad]:
    return [quad for graph in _DATA for quad in snapshot.quads(graph)]


def _describes(quads: Iterable[ox.Quad], iri: str) -> bool:
    """Whether a thing of this IRI is there, and not only a former name."""
    node = ox.NamedNode(iri)
    return any(q.subject == node and q.predicate == _TYPE and q.object != _REPLACED for q in quads)


def _replaced(quads: list[ox.Quad], former: ox.NamedNode, present: ox.NamedNode) -> Patch:
    renaming = _Renaming(quads, former, present)
    added, removed = set[ox.Quad](), set[ox.Quad]()
    for quad in quads:
        found = renaming.of(quad)
        if found != quad:
            removed.add(quad)
            added |= set() if found is None else {found}
    added.add(ox.Quad(former, _TYPE, _REPLACED, _DATA[0]))
    added.add(ox.Quad(former, _REPLACED_BY, present, _DATA[0]))
    new, gone = added - set(quads), removed - added
    return Patch(tuple(sorted(new, key=str)), tuple(sorted(gone, key=str)))


class _Renaming:
    """What becomes of each quad."""

    def __init__(self, quads: list[ox.Quad], former: ox.NamedNode, present: ox.NamedNode) -> None:
        self.former, self.present = former, present
        self.names = _cascade(quads, {former: present})
        labels = [q for q in quads if q.predicate == _LABEL]
        self.labelled = {q.subject for q in labels}
        words = {
            node: q.object.value
            for q in labels
            if (node := q.subject) in (former, present) and isinstance(q.object, ox.Literal)
        }
        self.words = (words.get(former), words.get(present))
        forms = {q.subject: q.object for q in quads if q.predicate == _FORM}
        self.language: dict[Node, str | None] = {
            node: form.language for node, form in forms.items() if isinstance(form, ox.Literal)
        }
        preferred = [q.object for q in quads if (q.subject, q.predicate) == (present, _PREFERRED)]
        self.preferred = {self.language[name] for name in preferred if name in self.language}

    def of(self, quad: ox.Quad) -> ox.Quad | None:
        """The quad that takes its place, which may be itself; None where none does."""
        subject, predicate, value, graph = quad
        if subject == self.present and (predicate == _REPLACED_BY or value == _REPLACED):
            return None
        subject, predicate = self._name(subject), self.names.get(predicate, predicate)
        value = self.names.get(value, value)
        if predicate == _LABEL and subject != quad.subject:
            return self._label(quad, subject)
        if quad.subject == self.former and predicate == _PREFERRED:
            taken = self.language.get(quad.object) in self.preferred
            predicate = _OTHER if taken else _PREFERRED
        return ox.Quad(subject, predicate, value, graph)

    def _label(self, quad: ox.Quad, subject: ox.NamedNode | ox.BlankNode) -> ox.Quad | None:
        """The label of what has a new IRI: one that is labelled already keeps its own."""
        if quad.subject == self.former and subject in self.labelled:
            if isinstance(quad.object, ox.Literal) and quad.object.value == self.words[1]:
                return None
            return ox.Quad(subject, _ALT, quad.object, quad.graph_name)
        if subject in self.labelled:
            return None
        return ox.Quad(subject, _LABEL, self._relabelled(quad.object), quad.graph_name)

    def _relabelled(self, label: Node) -> Node:
        """The label of a proposition with the name that its part has now."""
        before, now = self.words
        if before is None or now is None or not isinstance(label, ox.Literal):
            return label
        parts = [now if part == before else part for part in label.value.split(DASH)]
        return ox.Literal(DASH.join(parts), language=label.language)

    def _name(self, node: ox.NamedNode | ox.BlankNode) -> ox.NamedNode | ox.BlankNode:
        return self.names.get(node, node)


def _cascade(quads: list[ox.Quad], names: Names) -> Names:
    """The new names, with those of what is named after something that has a new one."""
    hashed: dict[ox.NamedNode, dict[str, Node]] = defaultdict(dict)
    for quad in quads:
        if isinstance(quad.subject, ox.NamedNode) and _kind(quad.subject) in HASHED:
            hashed[quad.subject][quad.predicate.value] = quad.object
    found, before = dict(names), -1
    while len(found) > before:
        before = len(found)
        for node, values in hashed.items():
            if node not in found and any(value in found for value in values.values()):
                new = computed_iri(_kind(node), {p: found.get(v, v) for p, v in values.items()})
                if new is not None and new != node.value:
                    found[node] = ox.NamedNode(new)
    return found


def _kind(node: ox.NamedNode) -> str:
    return (split(node.value) or ("", ""))[0]
