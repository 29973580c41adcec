"""What rows claim, as N-Triples.

A thing that several rows speak of (an estimate, a time, a place) is written once for each part of
an import. That a claim has the same IRI whenever its row is read makes an import repeatable.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import pyoxigraph as ox
from rdflib import Literal, URIRef

from kg.claims.minting import estimate_iri, proposition_iri, time_iri
from kg.importers.releases import Release
from kg.namespaces import CKG, PREFIXES, concept, iri
from kg.rdf.edtf import bounds

_TYPE: Final = f"<{PREFIXES['rdf']}type>"
_LABEL: Final = f"<{PREFIXES['rdfs']}label>"
_SUBJECT, _PREDICATE, _OBJECT = (
    f"<{PREFIXES['rdf']}{name}>" for name in ("subject", "predicate", "object")
)
_DATE: Final = f"^^<{PREFIXES['xsd']}date>"
_INTEGER: Final = f"^^<{PREFIXES['xsd']}integer>"
_DECIMAL: Final = f"^^<{PREFIXES['xsd']}decimal>"
_BOUNDS: Final = {
    "earliest": "earliest",
    "latest": "latest",
    "latest_start": "latestStart",
    "earliest_end": "earliestEnd",
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of people, as `ckg:CasualtyEstimate` has it; `label` follows from the rest."""

    label: str
    population: str
    low: int | None = None
    best: int | None = None
    high: int | None = None
    period: str = ""
    scope: str = ""
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A proposition that a row claims: IRIs of subject, predicate and object, and both labels.

    `label` is the proposition's and follows from its parts; `gloss` is the claim's.
    """

    subject: str
    predicate: str
    value: str
    label: str
    gloss: str
    certainty: str = "certain"


class Claims:
    """The N-Triples of claims of one release; `written` is taken after each row."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._lines: list[str] = []
        self._known: set[str] = set()
        self._tail = (
            f"{_term('claimant')} <{release.iri}>",
            *(f"{_term(scheme)} {_concept(scheme, name)}" for scheme, name in _ALWAYS),
        )

    def written(self) -> list[str]:
        """The lines since the last call."""
        lines, self._lines = self._lines, []
        return lines

    def thing(self, thing: str, type_: str, label: str, others: Iterable[str] = ()) -> str:
        """Say what a thing is, once; `others` are other names. Returns its IRI."""
        if thing not in self._known:
            self._known.add(thing)
            self._describe(thing, type_, label)
        for name in others:
            if (known := f"{thing} {name}") not in self._known:
                self._known.add(known)
                self._lines.append(f"<{thing}> <{PREFIXES['skos']}altLabel> {english(name)} .\n")
        return thing

    def place(self, name: str, latitude: str, longitude: str, digits: str) -> str:
        """A place with coordinates of the release, named by what identifies it there."""
        place = str(iri("place", digits))
        if place not in self._known:
            self.thing(place, "Place", name)
            for axis, degrees in (("lat", latitude), ("long", longitude)):
                number = f'"{degrees}"{_DECIMAL}'
                self._lines.append(f"<{place}> <{PREFIXES['wgs84']}{axis}> {number} .\n")
            source = english(self._release.title)
            self._lines.append(f"<{place}> {_term('coordinateSource')} {source} .\n")
        return place

    def time(self, edtf: str) -> str:
        """A time with its bounds. Returns its IRI; raises `EdtfError` for what is none."""
        time = str(time_iri(edtf))
        if time not in self._known:
            self._known.add(time)
            self._describe(time, "Time", edtf)
            self._lines.append(f'<{time}> {_term("edtf")} "{edtf}" .\n')
            found = bounds(edtf)
            for attribute, name in _BOUNDS.items():
                if (day := getattr(found, attribute)) is not None:
                    self._lines.append(f'<{time}> {_term(name)} "{day.isoformat()}"{_DATE} .\n')
        return time

    def estimate(self, estimate: Estimate) -> str:
        """An estimate and its period. Returns its IRI."""
        node = _estimate_iri(estimate)
        if node in self._known:
            return node
        self._known.add(node)
        self._describe(node, "CasualtyEstimate", estimate.label)
        for name in ("low", "best", "high"):
            if (number := getattr(estimate, name)) is not None:
                self._lines.append(f'<{node}> {_term(name)} "{number}"{_INTEGER} .\n')
        for scheme in ("population", "qualifier"):
            if name := getattr(estimate, scheme):
                self._lines.append(f"<{node}> {_term(scheme)} {_concept(scheme, name)} .\n")
        if estimate.scope:
            self._lines.append(f"<{node}> {_term('scope')} {english(estimate.scope)} .\n")
        if estimate.period:
            period = self.time(estimate.period)
            self._lines.append(f"<{node}> {_term('period')} <{period}> .\n")
        return node

    def passage(self, slug: str, locator: str) -> str:
        """The row that claims rest on, said once. Returns its IRI."""
        passage = self.thing(
            str(iri("passage", slug)), "Passage", f"{self._release.title}: {locator}"
        )
        if (known := f"{passage} located") not in self._known:
            self._known.add(known)
            source = f"<{PREFIXES['oa']}hasSource>"
            self._lines.append(f"<{passage}> {source} <{self._release.iri}> .\n")
            self._lines.append(f"<{passage}> {_term('locator')} {english(locator)} .\n")
        return passage

    def claim(self, slug: str, said: Said, passage: str) -> None:
        """Let the release claim something, on the evidence of a passage; once more adds to it."""
        content = self._proposition(said)
        claim = f"<{iri('claim', slug)}>"
        if claim in self._known:
            self._lines.append(f"{claim} {_term('evidence')} <{passage}> .\n")
            return
        self._known.add(claim)
        certainty = f"{_term('certainty')} {_concept('certainty', said.certainty)}"
        self._lines.append(
            f"{claim} {_TYPE} {_term('Claim')} .\n"
            f"{claim} {_LABEL} {english(said.gloss)} .\n"
            f"{claim} {certainty} .\n"
            f"{claim} {_term('content')} <{content}> .\n"
            f"{claim} {_term('evidence')} <{passage}> .\n"
            + "".join(f"{claim} {each} .\n" for each in self._tail)
        )

    def _proposition(self, said: Said) -> str:
        node = _proposition_iri(said.subject, CKG[said.predicate], said.value)
        if node not in self._known:
            self._known.add(node)
            self._describe(node, "Proposition", said.label)
            self._lines.append(
                f"<{node}> {_SUBJECT} <{said.subject}> .\n"
                f"<{node}> {_PREDICATE} {_term(said.predicate)} .\n"
                f"<{node}> {_OBJECT} <{said.value}> .\n"
            )
        return node

    def _describe(self, node: str, type_: str, label: str) -> None:
        self._lines.append(
            f"<{node}> {_TYPE} {_term(type_)} .\n<{node}> {_LABEL} {english(label)} .\n"
        )


_ALWAYS: Final = (("mode", "fact"), ("polarity", "positive"))
"""How a dataset claims whatever it has in a row."""


def english(words: str) -> str:
    """An English text in N-Triples."""
    return str(ox.Literal(words, language="en"))


@cache
def _term(name: str) -> str:
    return f"<{CKG[name]}>"


@cache
def _concept(scheme: str, name: str) -> str:
    return f"<{concept(scheme, name)}>"


def _proposition_iri(subject: str, predicate: URIRef, value: str) -> str:
    return str(proposition_iri(URIRef(subject), predicate, URIRef(value)))


@lru_cache(maxsize=4096)
def _estimate_iri(estimate: Estimate) -> str:
    return str(
        estimate_iri(
            estimate.low,
            estimate.best,
            estimate.high,
            concept("qualifier", estimate.qualifier) if estimate.qualifier else None,
            concept("population", estimate.population),
            Literal(estimate.scope, lang="en") if estimate.scope else None,
        )
    )
