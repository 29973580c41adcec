"""Entities that look like others: they share a name or an identifier of somebody else's.

Namesakes exist, and a region may be called like a state. So this asks for a look, with the
reason, and `owl:differentFrom` answers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from rdflib import OWL, SKOS

from kg.namespaces import BASE, SKOSXL, compact
from kg.rdf.folding import folded, in_lower_case, loosely_folded
from kg.validation.beyond.around import Around, node
from kg.validation.beyond.names import KINDS, NAMING, Names, Spellings, is_named, names_of
from kg.validation.report import Finding, Kind, Severity

LOOKS_LIKE: Final = "looks-like-another-warning"
CALLED_LIKE: Final = "called-like-another-kind-info"

SAME: Final = tuple(map(node, (SKOS.exactMatch, OWL.sameAs)))
DIFFERENT: Final = node(OWL.differentFrom)
TOLD: Final = frozenset((*NAMING, *SAME, node(SKOSXL.prefLabel), node(SKOSXL.altLabel)))
"""What may make an entity look like another."""

WAYS: Final = (
    (in_lower_case, "but for case or order"),
    (folded, "but for marks or letters of another script"),
    (loosely_folded, "as transliterations differ"),
)
"""How names can be alike that are not the same, the surest first."""


def likenesses(
    around: Around, names: Names | Spellings, added: Iterable[ox.Triple]
) -> Iterator[Finding]:
    """For each entity of which a name or an identifier is new: those that it looks like."""
    subjects = (t.subject for t in added if t.predicate in TOLD)
    new = {s for s in subjects if isinstance(s, ox.NamedNode) and is_named(s.value)}
    for entity in sorted(new, key=str):
        different = {*around.objects(entity, DIFFERENT), *around.subjects(DIFFERENT, entity)}
        for other, why in _candidates(around, names, entity).items():
            told_there = other in new and other.value > entity.value
            if other not in different and not told_there:
                yield _finding(around, entity, other, why)


def _candidates(
    around: Around, names: Names | Spellings, entity: ox.NamedNode
) -> dict[ox.NamedNode, str]:
    """The entities that one looks like, each with the best reason."""
    found: dict[ox.NamedNode, str] = {}
    for predicate in SAME:
        for iri in around.objects(entity, predicate):
            if isinstance(iri, ox.NamedNode) and not iri.value.startswith(BASE):
                others = (one for same in SAME for one in around.subjects(same, iri))
                found |= dict.fromkeys(others, f"it has the same identifier, {iri.value}")
    for name in names_of(around, entity):
        for iri_like in names.like(name):
            other = ox.NamedNode(iri_like)
            why = _shared(name, names_of(around, other)) if other not in found else None
            if why is not None:
                found[other] = why
    found.pop(entity, None)
    return found


def _shared(name: str, others: list[str]) -> str | None:
    """How a name is like one of others; None if it is not."""
    if name in others:
        return f'it is called "{name}" too'
    for key, how in WAYS:
        for other in others:
            if key(other) == key(name):
                return f'its name "{other}" is "{name}", {how}'
    return None


def _finding(around: Around, entity: ox.NamedNode, other: ox.NamedNode, why: str) -> Finding:
    ours, theirs = (KINDS & around.classes(one) for one in (entity, other))
    alike = not ours or not theirs or bool(ours & theirs)
    begin = "Looks like" if alike else "Is called like something of another kind,"
    return Finding(
        focus_node=entity.value,
        message=f"{begin} {compact(other.value)}: {why}. If they are two, owl:differentFrom"
        " between them says so.",
        severity=Severity.WARNING if alike else Severity.INFO,
        source_shape=LOOKS_LIKE if alike else CALLED_LIKE,
        kind=Kind.LIKENESS,
        related=(other.value,),
    )
