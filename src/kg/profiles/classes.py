"""The profile of a class: which properties its instances have, how often, with which values.

It is put together from the shapes that target the class or one above it, from domains and ranges
of the ontology, and from the table of what the properties of others stand on. What none of these
says, such as whether an address is a text, is taken from the data that comes with kg.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from kg.namespaces import BASE, CKG, EXTERNAL_PREFIXES, KINDS, compact
from kg.profiles.model import LANG_STRING, PLAIN, XSD, Profile, Property
from kg.profiles.rdf import RDF, TYPE, Rdf, Term
from kg.profiles.shapes import NodeShape, PropertyShape, Values, node_shapes
from kg.validation.written import ANYWHERE, SUBJECTS

RDFS: Final = EXTERNAL_PREFIXES["rdfs"]
OWL: Final = EXTERNAL_PREFIXES["owl"]
SKOS: Final = EXTERNAL_PREFIXES["skos"]
LABEL: Final = f"{RDFS}label"

_SUB_CLASS: Final = f"{RDFS}subClassOf"
_CONCEPT: Final = f"{SKOS}Concept"
_NOT_WRITTEN: Final = (str(CKG.Predicate), str(CKG.DerivedProperty))
"""What has a domain and still stands on nothing that people write."""
_KIND: Final = re.compile(r"/id/\(?([a-z-]+)")


@dataclass(frozen=True, slots=True)
class Instances:
    """Where examples of a property come from: a class, and the instance that shows most of it."""

    cls: str
    shown: str
    general: bool


class Profiles:
    """All shapes, and the profiles of all classes that shapes target, by name.

    `rules` holds ontology and shapes, `data` is what examples are taken from.
    """

    def __init__(self, rules: Rdf, data: Rdf) -> None:
        self._kinds: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._concepts: dict[str, tuple[str, ...]] = {}
        self.rules = rules
        self.data = data
        self.shapes: tuple[NodeShape, ...] = tuple(node_shapes(rules))
        targets = {iri for s in self.shapes for name, iri in s.target_iris if name == "targetClass"}
        found = {below for iri in targets for below in self._below(iri)}
        made = sorted((self._profile(iri) for iri in found), key=lambda profile: profile.name)
        self.by_name: Mapping[str, Profile] = {profile.local: profile for profile in made}
        self.templates: Mapping[str, Profile] = {p.template: p for p in made if p.kind}
        self.shapes_by_name: Mapping[str, NodeShape] = {shape.name: shape for shape in self.shapes}

    def kinds_of(self, classes: tuple[str, ...]) -> tuple[str, ...]:
        """The prefixes that IRIs of instances of these classes have."""
        if classes not in self._kinds:
            self._kinds[classes] = self._kinds_of(classes)
        return self._kinds[classes]

    def _kinds_of(self, classes: Iterable[str]) -> tuple[str, ...]:
        profiles = [p for p in self.templates.values() if not set(classes).isdisjoint(p.classes)]
        return tuple(sorted({profile.kind for profile in profiles}))

    def concepts(self, scheme: str) -> tuple[str, ...]:
        """The IRIs of the concepts of a vocabulary of ours."""
        if scheme not in self._concepts:
            found = self.rules.subjects(f"{SKOS}inScheme", f"{BASE}vocab/{scheme}")
            self._concepts[scheme] = tuple(found)
        return self._concepts[scheme]

    def other_names(self, concept: str) -> tuple[str, ...]:
        """What else a concept is called, with hyphens for blanks."""
        names = self.rules.texts(concept, f"{SKOS}altLabel")
        return tuple(name.lower().replace(" ", "-") for name in names)

    def _below(self, iri: str) -> set[str]:
        """A class and those below it."""
        found, edge = {iri}, [iri]
        while edge:
            new = set(self.rules.subjects(_SUB_CLASS, edge.pop())) - found
            found |= new
            edge += sorted(new)
        return found

    def _above(self, iri: str) -> tuple[str, ...]:
        """A class and those above it, the nearest first."""
        found = [iri]
        for each in found:
            found += [c for c in self.rules.iris(each, _SUB_CLASS) if c not in found]
        return tuple(found)

    def _profile(self, iri: str) -> Profile:
        classes = self._above(iri)
        shapes = [
            shape
            for cls in classes
            for shape in self.shapes
            if ("targetClass", cls) in shape.target_iris
        ]
        predicates = self._predicates(classes, shapes)
        told = [p for shape in shapes for p in shape.properties if p.predicate]
        conditional = self._shapes_of(predicates)
        told += _not_needed(conditional)
        wanted = predicates | {p.predicate for p in told}
        general = set(map(str, ANYWHERE)) - {TYPE} - wanted
        told += _not_needed(self._shapes_of(general))
        instance = self._instance(iri, wanted)
        properties = [
            self._property(p, told, Instances(iri, instance, general=p in general))
            for p in sorted(wanted | general)
        ]
        return Profile(
            iri=iri,
            meaning=self.rules.text(iri, f"{SKOS}definition") or self._note(iri),
            example=self.rules.text(iri, f"{SKOS}example"),
            kind=_kind(shapes),
            classes=classes,
            shapes=tuple(dict.fromkeys((*shapes, *conditional))),
            properties=tuple(sorted(properties, key=_place)),
            instance=instance,
        )

    def _note(self, iri: str) -> str:
        return self.rules.text(iri, f"{SKOS}scopeNote")

    def _predicates(self, classes: Iterable[str], shapes: Iterable[NodeShape]) -> set[str]:
        """The properties that stand on a class by shapes, by domain, or by the table."""
        found = {p.predicate for shape in shapes for p in shape.properties if p.predicate}
        for cls in classes:
            found.update(self.rules.subjects(f"{RDFS}domain", cls))
        for name, on in SUBJECTS.items():
            if not {str(cls) for cls in on}.isdisjoint(classes):
                found.add(str(name))
        return {p for p in found if not set(self.rules.iris(p, TYPE)).intersection(_NOT_WRITTEN)}

    def _shapes_of(self, predicates: Iterable[str]) -> list[NodeShape]:
        """The shapes of whatever has one of these properties."""
        wanted = {("targetSubjectsOf", predicate) for predicate in predicates}
        return [shape for shape in self.shapes if not wanted.isdisjoint(shape.target_iris)]

    def _property(self, iri: str, told: Iterable[PropertyShape], of: Instances) -> Property:
        mine = [p for p in told if p.predicate == iri]
        values = Values()
        for each in mine:
            values = values.and_also(each.values)
        values = values.and_also(self._ranged(iri))
        usage = self.data.objects(iri)
        datatype = values.datatype or _usual(usage)
        limits = [p.most for p in mine if p.most is not None]
        return Property(
            iri=iri,
            name=compact(iri),
            meaning=self.rules.text(iri, f"{SKOS}definition") or self._note(iri),
            example=self._example(iri, of, usage),
            least=max((p.least for p in mine), default=0),
            most=min(limits, default=None),
            values=values,
            is_iri=self._is_iri(iri, values, usage),
            datatype="" if datatype in PLAIN else datatype,
            fixed=bool(values.datatype),
            tagged=bool(values.languages) or datatype == LANG_STRING,
            general=of.general,
            shapes=tuple(dict.fromkeys(p.iri for p in mine)),
        )

    def _ranged(self, iri: str) -> Values:
        """What the ontology says of the values of a property."""
        ranges = self.rules.iris(iri, f"{RDFS}range")
        if ranges == [_CONCEPT]:
            seen = self.rules.iris(iri, f"{RDFS}seeAlso")
            return Values(scheme=seen[0].rpartition("/")[2] if seen else "")
        if len(ranges) == 1 and ranges[0].startswith((XSD, RDF)):
            return Values(datatype=ranges[0])
        return Values(classes=tuple(r for r in ranges if not r.startswith((RDFS, OWL))))

    def _is_iri(self, iri: str, values: Values, usage: list[Term]) -> bool:
        if values.node_kind == "IRI" or values.classes or values.scheme:
            return True
        if values.node_kind == "Literal" or values.datatype or values.languages:
            return False
        types = self.rules.iris(iri, TYPE)
        if f"{OWL}ObjectProperty" in types or f"{OWL}DatatypeProperty" in types:
            return f"{OWL}ObjectProperty" in types
        if not usage:
            return str(iri).startswith((OWL, f"{SKOS}closeMatch", f"{SKOS}exactMatch"))
        return isinstance(usage[0], ox.NamedNode)

    def _instance(self, iri: str, predicates: set[str]) -> str:
        """The instance in the data that shows most of the properties."""

        def shown(name: str) -> tuple[int, str]:
            return -len({p for p, _ in self.data.pairs(name)} & predicates), name

        return min(self.data.subjects(TYPE, iri), key=shown, default="")

    def _example(self, iri: str, of: Instances, usage: list[Term]) -> Term | None:
        for name in (*filter(None, [of.shown]), *self.data.subjects(TYPE, of.cls)):
            if found := self.data.terms(name, iri):
                return found[0]
        return usage[0] if usage and not of.general else None


def _not_needed(shapes: Iterable[NodeShape]) -> list[PropertyShape]:
    """What shapes say of those that have some property: others need none of it."""
    return [replace(p, least=0) for shape in shapes for p in shape.properties if p.predicate]


def _usual(usage: Iterable[Term]) -> str:
    """The datatype that most texts have; nothing for plain text."""
    counts: Counter[str] = Counter(
        LANG_STRING if term.language else term.datatype.value
        for term in usage
        if isinstance(term, ox.Literal)
    )
    return counts.most_common(1)[0][0] if counts else ""


def _kind(shapes: Iterable[NodeShape]) -> str:
    """The prefix of IRIs that the nearest shape with a pattern names."""
    for shape in shapes:
        if found := _KIND.search(shape.pattern()):
            return found[1] if found[1] in KINDS else ""
    return ""


def _place(each: Property) -> tuple[bool, bool, bool, str]:
    """The label first, then what has to be there, then the rest; what stands on anything last."""
    return (each.general, each.iri != LABEL, not each.least, each.name.rpartition(":")[2])
