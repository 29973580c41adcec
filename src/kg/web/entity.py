"""What a page says about a thing besides the claims: names, types, properties, consensus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from kg.names.phrases import before
from kg.namespaces import CKG, SCHEMA, SKOSXL
from kg.web import rows as read
from kg.web.facts import Facts, Text, Thing
from kg.web.rows import Row

TYPE: Final = "urn:kg:type"

_NAMES: Final = (str(SKOSXL.prefLabel), str(SKOSXL.altLabel))
_SHOWN_ELSEWHERE: Final = frozenset(
    str(p) for p in (RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, *_NAMES, CKG.standing)
)
EXTERNAL: Final = tuple(str(p) for p in (OWL.sameAs, SKOS.exactMatch, RDFS.seeAlso, SCHEMA.sameAs))
"""Predicates that lead to the same thing in other collections, or to more about it."""


@dataclass(frozen=True)
class Name:
    """A name in one language, with where it is from or in what state it is."""

    text: Text
    preferred: bool
    source: Thing | Text | None = None
    status: Thing | None = None


@dataclass(frozen=True)
class Property:
    """A property of a thing with its values."""

    predicate: Thing
    values: tuple[Thing | Text, ...]


@dataclass(frozen=True)
class Uncontested:
    """A consensus triple, the proposition behind it, and how many sources assert it."""

    subject: Thing
    predicate: Thing
    object: Thing | Text | None
    proposition: Thing
    sources: int | None


def types(facts: Facts, iri: str) -> list[Thing]:
    """The types that a person gave it, without the superclasses that follow from them."""
    return [facts.thing(t) for t in facts.iris(iri, TYPE)]


def names(facts: Facts, iri: str) -> list[Name]:
    """Its names in every language: those with a source of their own, then plain labels."""
    sourced = [
        Name(
            text=text,
            preferred=predicate == _NAMES[0],
            source=_first(facts, name, str(DCTERMS.source)),
            status=_status(facts, name),
        )
        for predicate in _NAMES
        for name in facts.iris(iri, predicate)
        for text in facts.texts(name, SKOSXL.literalForm)
    ]
    known = {(name.text.value, name.text.language) for name in sourced}
    plain = [
        Name(text, preferred=predicate == RDFS.label)
        for predicate in (RDFS.label, SKOS.altLabel)
        for text in facts.texts(iri, str(predicate))
        if (text.value, text.language) not in known
    ]
    return sorted(plain + sourced, key=lambda n: (n.text.language or "", not n.preferred))


def uncontested(row: Row) -> Uncontested:
    """A consensus triple out of a row of `uncontested.rq` with the names of things."""
    predicate, value = read.thing(row, "predicate"), read.shown(row, "object")
    words = value.label if isinstance(value, Thing) else value.value if value else ""
    return Uncontested(
        subject=read.thing(row, "subject"),
        predicate=replace(predicate, label=before(predicate.label, words)),
        object=value,
        proposition=read.thing(row, "proposition"),
        sources=read.number(row, "sources"),
    )


def by_subject(iri: str) -> Callable[[Row], Any]:
    """Sort key of these rows: those with the thing as subject come first, then by IRI."""
    names = ("predicate", "subject", "object", "proposition")
    return lambda row: (row["subject"].value != iri, *(row[name].value for name in names))


def properties(facts: Facts, iri: str, leave_out: Sequence[str] = ()) -> list[Property]:
    """Everything else that is recorded directly on the thing."""
    hidden = {*_SHOWN_ELSEWHERE, *leave_out}
    return [
        Property(facts.thing(p), tuple(facts.shown(o) for o in facts.objects(iri, p)))
        for p in facts.predicates(iri)
        if p not in hidden and not p.startswith("urn:kg:")
    ]


def elsewhere(facts: Facts, iri: str) -> list[Property]:
    """The same thing in other collections."""
    return [
        Property(facts.thing(p), tuple(facts.thing(other) for other in others))
        for p in EXTERNAL
        if (others := facts.iris(iri, p))
    ]


def uses(rows: Iterable[Row]) -> list[Property]:
    """What points at a thing, by predicate, out of named rows of `used-by.rq`."""
    found: dict[Thing, list[Thing | Text]] = {}
    for row in rows:
        found.setdefault(read.thing(row, "predicate"), []).append(read.thing(row, "subject"))
    return [Property(predicate, tuple(values)) for predicate, values in found.items()]


def same_elsewhere(facts: Facts, iri: str) -> list[str]:
    """Addresses of the same thing in other collections."""
    return [other for predicate in EXTERNAL for other in facts.iris(iri, predicate)]


def _first(facts: Facts, subject: str, predicate: str) -> Thing | Text | None:
    found = facts.objects(subject, predicate)
    return facts.shown(found[0]) if found else None


def _status(facts: Facts, name: str) -> Thing | None:
    status = facts.iri(name, CKG.nameStatus)
    return facts.thing(status) if status else None
