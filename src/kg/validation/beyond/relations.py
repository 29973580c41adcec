"""What others claim about the content of a new claim: told, for nobody has to do anything.

Which claims may contradict each other is what the rules of the derived graph have found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from rdflib import RDF

from kg.namespaces import CKG, compact
from kg.validation.beyond.around import Around, Term, node
from kg.validation.report import Finding, Kind, Severity

SUPPORTS: Final = "supports-claims-info"
OPPOSES: Final = "opposes-claims-info"
RIVALS: Final = "excludes-claims-info"
FIGURES: Final = "other-figures-info"

CONTENT, POLARITY, MAY_CONTRADICT = (
    node(CKG[name]) for name in ("content", "polarity", "mayContradict")
)
SUBJECT, PREDICATE, OBJECT = (node(p) for p in (RDF.subject, RDF.predicate, RDF.object))
LOW, BEST, HIGH, QUALIFIER = (node(CKG[name]) for name in ("low", "best", "high", "qualifier"))
COMPARED: Final = tuple(node(CKG[name]) for name in ("population", "scope", "unit", "period"))
"""Figures that differ in one of these are of different things."""

NAMED: Final = 3
"""So many claims are named in a message."""
KEPT: Final = 10
"""So many are kept with the finding."""


def relations(around: Around, added: Iterable[ox.Triple]) -> Iterator[Finding]:
    """How each new claim stands to claims that were there before it."""
    new = {t.subject: t.object for t in added if t.predicate == CONTENT}
    for claim, content in sorted(new.items(), key=str):
        if isinstance(claim, ox.NamedNode):
            yield from _relations_of(around, claim, content, new.keys())


def _relations_of(
    around: Around, claim: ox.NamedNode, content: Term, new: Collection[Term]
) -> Iterator[Finding]:
    own = around.objects(claim, POLARITY)
    same = [c for c in around.subjects(CONTENT, content) if c not in new]
    agree = [c for c in same if around.objects(c, POLARITY) == own]
    against = [c for c in same if c not in agree]
    rivals = [
        c
        for c in around.objects(claim, MAY_CONTRADICT)
        if isinstance(c, ox.NamedNode) and c not in new and c not in against
    ]
    other = [c for c in _with_other_figures(around, content) if c not in new]
    for name, claims, what in (
        (SUPPORTS, agree, "The same is claimed by"),
        (OPPOSES, against, "The opposite of the same content is claimed by"),
        (RIVALS, rivals, "Another value, where only one can be true, is claimed by"),
        (FIGURES, other, "A figure outside the bounds of this one is claimed by"),
    ):
        if claims:
            yield _finding(claim, name, what, claims)


def _with_other_figures(around: Around, content: Term) -> list[ox.NamedNode]:
    """The claims whose figure for the same thing has bounds that exclude those of this one."""
    found: list[ox.NamedNode] = []
    for estimate in around.objects(content, OBJECT):
        for other in _beside(around, content) if _figures(around, estimate) else ():
            if any(_excludes(around, estimate, one) for one in around.objects(other, OBJECT)):
                found += around.subjects(CONTENT, other)
    return list(dict.fromkeys(found))


def _beside(around: Around, proposition: Term) -> Iterator[ox.NamedNode]:
    """The other propositions with the subject and the predicate of one."""
    predicates = around.objects(proposition, PREDICATE)
    for subject in around.objects(proposition, SUBJECT):
        for other in around.subjects(SUBJECT, subject):
            if other != proposition and around.objects(other, PREDICATE) == predicates:
                yield other


def _excludes(around: Around, estimate: Term, other: Term) -> bool:
    ours, theirs = _figures(around, estimate), _figures(around, other)
    if not ours or not theirs or (ours[0] <= theirs[1] and theirs[0] <= ours[1]):
        return False
    return all(around.objects(estimate, p) == around.objects(other, p) for p in COMPARED)


def _figures(around: Around, estimate: Term) -> tuple[int, int] | None:
    """The lowest and the highest number of an estimate; None where words make it vague."""
    if around.objects(estimate, QUALIFIER):
        return None
    texts = [text for name in (LOW, BEST, HIGH) for text in around.literals(estimate, name)]
    numbers = [int(text) for text in texts if text.isdecimal()]
    return (min(numbers), max(numbers)) if numbers else None


def _finding(claim: ox.NamedNode, name: str, what: str, others: list[ox.NamedNode]) -> Finding:
    iris = sorted(other.value for other in others)
    named = ", ".join(map(compact, iris[:NAMED]))
    rest = f" and {len(iris) - NAMED} more" if len(iris) > NAMED else ""
    return Finding(
        focus_node=claim.value,
        message=f"{what} {named}{rest}.",
        severity=Severity.INFO,
        source_shape=name,
        kind=Kind.RELATION,
        related=tuple(iris[:KEPT]),
    )
