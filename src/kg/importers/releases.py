"""Releases of datasets as claimants: what each is called, its licence, citation and method."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from rdflib import DCTERMS, RDF, RDFS, XSD, Graph, Literal, URIRef

from kg.errors import InputError
from kg.links.authorities import CC_BY
from kg.namespaces import CKG, SCHEMA, iri
from kg.rdf.characters import FORBIDDEN

UCDP: Final = str(iri("organisation", "uppsala-conflict-data-program"))
DOWNLOADS: Final = "https://ucdp.uu.se/downloads/"

_SLUG: Final = re.compile(r"[a-z0-9.]+(-[a-z0-9.]+)*")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+")
_VERSION: Final = re.compile(r"[0-9]+([.][0-9]+)*")

_GLEDITSCH: Final = (
    "Gleditsch, Nils Petter; Peter Wallensteen; Mikael Eriksson; Margareta Sollenberg; Håvard"
    " Strand (2002). Armed Conflict 1946–2001: A New Dataset. Journal of Peace Research 39(5)."
)
_HARBOM: Final = (
    "Harbom, Lotta; Erik Melander; Peter Wallensteen (2008). Dyadic Dimensions of Armed Conflict,"
    " 1946–2007. Journal of Peace Research 45(5)."
)
_SUNDBERG: Final = (
    "Sundberg, Ralph; Erik Melander (2013). Introducing the UCDP Georeferenced Event Dataset."
    " Journal of Peace Research 50(4)."
)
_YEARLY: Final = {
    "23.1": "Davies, Shawn; Therése Pettersson; Magnus Öberg (2023). Organized violence 1989–2022,"
    " and the return of conflict between states. Journal of Peace Research 60(4).",
    "25.1": "Davies, Shawn; Therése Pettersson; Margareta Sollenberg; Magnus Öberg (2025)."
    " Organized violence 1989–2024, and the challenges of identifying civilian victims. Journal of"
    " Peace Research 62(4).",
}
"""What UCDP asks to be cited with a release of any dataset, as far as it could be looked up."""


@dataclass(frozen=True, slots=True)
class Release:
    """One published version of a dataset; `slug` is that of its IRI, the rest is what is said.

    `licence`, `publisher`, `source` and `url` are IRIs; an empty text is not said. Raises
    `InputError` for what cannot be said like that.
    """

    slug: str
    title: str
    version: str
    licence: str
    citation: str
    method: str
    publisher: str = ""
    url: str = ""
    source: str = ""
    comment: str = ""

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.slug):
            raise InputError(
                f"{self.slug!r} is no name of a release",
                hint="write small letters, digits and hyphens, as in ucdp-ged-23-1",
            )
        if not self.licence:
            raise InputError("a release has a licence", hint="name it by its IRI")
        for given in (self.licence, self.publisher, self.source, self.url):
            if given and not _ADDRESS.fullmatch(given):
                raise InputError(f"{given!r} is no IRI", hint="one begins with https://")
        for words in (self.title, self.version, self.citation, self.method):
            if not words.strip() or FORBIDDEN.search(words):
                raise InputError(
                    f"{words!r} says nothing of a release, or has characters that nobody can see",
                    hint="give its title, version, citation and method in plain words",
                )

    @property
    def iri(self) -> str:
        """The IRI of the claimant."""
        return str(iri("dataset-release", self.slug))

    def graph(self) -> Graph:
        """What is said of the claimant."""
        graph = Graph(bind_namespaces="none")
        for predicate, value in self._said():
            graph.add((URIRef(self.iri), predicate, value))
        return graph

    def _said(self) -> Iterator[tuple[URIRef, URIRef | Literal]]:
        yield RDF.type, CKG["DatasetRelease"]
        texts = (
            (RDFS.label, self.title),
            (DCTERMS.bibliographicCitation, self.citation),
            (SCHEMA["measurementTechnique"], self.method),
            (RDFS.comment, self.comment),
        )
        yield from ((name, Literal(words, lang="en")) for name, words in texts if words)
        things = (
            (DCTERMS.license, self.licence),
            (DCTERMS.publisher, self.publisher),
            (DCTERMS.source, self.source),
        )
        yield from ((name, URIRef(thing)) for name, thing in things if thing)
        yield SCHEMA["version"], Literal(self.version)
        if self.url:
            yield SCHEMA["url"], Literal(self.url, datatype=XSD.anyURI)


@dataclass(frozen=True, slots=True)
class Series:
    """The releases of one dataset of UCDP, of which only the versions and citations differ.

    In `slug` and `title`, `{}` stands for the version. `presented` is the article on the dataset.
    """

    slug: str
    title: str
    presented: str
    method: str
    publisher: str = UCDP
    source: str = ""
    comment: str = ""

    def release(self, version: str, citation: str = "") -> Release:
        """One release; raises `InputError` where nobody has said how it is to be cited."""
        if not _VERSION.fullmatch(version):
            raise InputError(f"{version!r} is no version of a release", hint="as in 25.1")
        articles = [_YEARLY[version], self.presented] if version in _YEARLY else []
        cited = citation or " ".join(articles)
        if not cited:
            raise InputError(
                f"how release {version} is to be cited is not known here",
                hint=f'give it as its page says: --citation "…" ({DOWNLOADS})',
            )
        dashed = version.replace(".", "-")
        return Release(
            slug=self.slug.format(dashed),
            title=self.title.format(version),
            version=version,
            licence=CC_BY,
            citation=cited,
            method=self.method,
            publisher=self.publisher,
            url=DOWNLOADS if self.publisher else "",
            source=str(iri("dataset-release", self.source.format(dashed))) if self.source else "",
            comment=self.comment.format(version),
        )


ACD: Final = Series(
    "ucdp-prio-acd-{}",
    "UCDP/PRIO Armed Conflict Dataset {}",
    _GLEDITSCH,
    "A conflict is listed in each year in which fighting between two parties, one of them the"
    " government of a state, killed at least 25 people in battle. The year has one of two levels of"
    " intensity: 25 to 999 battle-related deaths, or at least 1,000. Deaths are not counted more"
    " closely.",
)
DYADIC: Final = Series(
    "ucdp-dyadic-{}",
    "UCDP Dyadic Dataset {}",
    _HARBOM,
    "A pair of warring parties is listed in each year in which the fighting between them killed at"
    " least 25 people in battle, with one of two levels of intensity: 25 to 999 battle-related"
    " deaths, or at least 1,000.",
)
GED: Final = Series(
    "ucdp-ged-{}",
    "UCDP GED {}",
    _SUNDBERG,
    "An event is one incident in which an organised actor used armed force against another or"
    " against civilians and at least one person died, at a place and within days, coded from news"
    " and other reports, with a low, a best and a high number of deaths.",
)
COUNTRY_YEARS: Final = Series(
    "ucdp-ged-{}-country-years",
    "UCDP GED {}, summed by country and year by a third party",
    _SUNDBERG,
    "The low, best and high numbers of the events of state-based conflict in a country, each added"
    " up over a year.",
    publisher="",
    source="ucdp-ged-{}",
    comment="State-based deaths in a country and year, summed by a third party from UCDP GED {},"
    " which the Uppsala Conflict Data Program publishes. The scope is the country, not one"
    " conflict.",
)


def holding_only(release: Release, only: dict[str, tuple[str, ...]]) -> Release:
    """The release, its comment saying which of its rows are held."""
    if not only:
        return release
    rows = " and ".join(f"{name} is {_or(values)}" for name, values in only.items())
    return replace(release, comment=f"{release.comment} Held here: rows whose {rows}.".strip())


def _or(values: tuple[str, ...]) -> str:
    *before, last = values
    return f"{', '.join(before)} or {last}" if before else last
