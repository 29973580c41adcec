"""What a claim says, taken apart: propositions, situations and further claims, to any depth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from rdflib.namespace import RDF

from kg.messages import marked
from kg.namespaces import CKG
from kg.web.facts import Facts, Text, Thing
from kg.web.translations import gettext

_ROLE: Final = f"{CKG}role"


@dataclass(frozen=True)
class Part:
    """One filler of a role: a thing or a literal, taken apart where it has parts of its own."""

    role: Thing
    filler: Thing | Text
    content: Content | None = None


@dataclass(frozen=True)
class Content:
    """A content: `sort` is "proposition", "situation" or "claim"; its parts in a stable order."""

    thing: Thing
    sort: str
    parts: tuple[Part, ...] = field(default=())


def content(facts: Facts, iri: str, above: tuple[str, ...] = ()) -> Content | None:
    """The parts of a content; None for what has none, or where the data runs in a circle."""
    if iri in above:
        return None
    types = facts.iris(iri, str(RDF.type))
    if str(CKG.Proposition) in types:
        return Content(facts.thing(iri), marked("proposition"), _proposition(facts, iri, above))
    if str(CKG.Situation) in types:
        return Content(facts.thing(iri), marked("situation"), _situation(facts, iri, above))
    if str(CKG.Claim) in types:
        return Content(facts.thing(iri), marked("claim"), _claim(facts, iri, above))
    return None


def _proposition(facts: Facts, iri: str, above: tuple[str, ...]) -> tuple[Part, ...]:
    named = (
        (RDF.subject, gettext("Subject")),
        (RDF.predicate, gettext("Relation")),
        (RDF.object, gettext("Object")),
    )
    return tuple(
        part
        for predicate, word in named
        for part in _parts(facts, iri, _said(str(predicate), word), above)
    )


def _situation(facts: Facts, iri: str, above: tuple[str, ...]) -> tuple[Part, ...]:
    kind = _said(str(CKG.kind), gettext("Kind"))
    roles = (facts.thing(p) for p in facts.predicates(iri) if p.startswith(_ROLE))
    return tuple(
        part
        for role in (kind, *sorted(roles, key=lambda r: _ORDER.get(r.iri, len(_ORDER))))
        for part in _parts(facts, iri, role, above)
    )


def _claim(facts: Facts, iri: str, above: tuple[str, ...]) -> tuple[Part, ...]:
    named = (
        (CKG.claimant, gettext("Claimant")),
        (CKG["mode"], gettext("Mode")),
        (CKG.certainty, gettext("Certainty")),
        (CKG.polarity, gettext("Polarity")),
        (CKG.content, gettext("Content")),
    )
    return tuple(
        part
        for predicate, word in named
        for part in _parts(facts, iri, _said(str(predicate), word), above)
    )


def _parts(facts: Facts, iri: str, role: Thing, above: tuple[str, ...]) -> tuple[Part, ...]:
    return tuple(
        Part(role, shown, _below(facts, shown, (*above, iri)))
        for shown in (facts.shown(node) for node in facts.objects(iri, role.iri))
    )


def _said(iri: str, words: str) -> Thing:
    return Thing(iri, words, None, is_said=True)


def _below(facts: Facts, shown: Thing | Text, above: tuple[str, ...]) -> Content | None:
    return content(facts, shown.iri, above) if isinstance(shown, Thing) else None


_FIRST: Final = ("Agent", "Patient", "Theme", "Affected", "Counterpart", "Source", "Instrument")
_ORDER: Final = {f"{_ROLE}{name}": index for index, name in enumerate(_FIRST)}
"""Who did what to whom comes before the circumstances, which follow by IRI."""
