"""Natural Earth as data of ours: outlines, disputed areas, and where cities lie, each claimed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, XSD

from kg.claims.minting import proposition_iri
from kg.geo import natural_earth as ne
from kg.geo.wkt import Geometry, write
from kg.namespaces import CKG, GEO, OA, SCHEMA, concept, iri
from kg.rdf.turtle import canonical

DIGITS: Final = 4
"""Of degrees: 0.0001 is 11 m at most, and the coarsest of these files is drawn for 1:110m."""

_Say: TypeAlias = Callable[[int, str, URIRef], Graph]

_ADMINISTERED: Final = re.compile(r"Admin\.? [Bb]y (.+)")
_CLAIMED: Final = re.compile(r"Claimed by (.+)")


@dataclass(frozen=True, slots=True)
class Release:
    """One of the files, which says nothing of the version that it belongs to."""

    slug: str
    title: str
    path: Path

    @property
    def iri(self) -> URIRef:
        """The dataset release that is the claimant."""
        return iri("dataset-release", self.slug)

    def graph(self) -> Graph:
        """What is known of it."""
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        graph = Graph()
        graph.add((self.iri, RDF.type, CKG.DatasetRelease))
        graph.add((self.iri, RDFS.label, english(self.title)))
        graph.add((self.iri, DCTERMS.publisher, iri("organisation", "natural-earth")))
        graph.add((self.iri, DCTERMS.rights, english("In the public domain.")))
        address = Literal("https://www.naturalearthdata.com/", datatype=XSD.anyURI)
        graph.add((self.iri, SCHEMA.url, address))
        words = (
            f"The version is not known: the file does not say it. Its SHA-256 is {digest}. "
            f"{ne.POLICY} See {ne.POLICY_PAGE}."
        )
        graph.add((self.iri, RDFS.comment, english(words)))
        return graph


def files(folder: Path, ours: ne.Linked) -> Mapping[str, str]:
    """Canonical Turtle by file name, out of the three files of a folder."""
    drawn = Release(
        "natural-earth-110m-countries", "Natural Earth 1:110m countries", folder / ne.COUNTRIES
    )
    listed = Release(
        "natural-earth-10m-disputed-areas",
        "Natural Earth 1:10m disputed areas",
        folder / ne.AREAS,
    )
    countries = ne.features(drawn.path)
    states = ne.states_by_code(countries, ours)
    graphs = {
        "releases.ttl": (drawn.graph(), listed.graph()),
        "states.ttl": outlines(drawn, countries, states),
        "places.ttl": cities(ne.features(folder / ne.PLACES), ours.places, states),
        "disputed-areas.ttl": areas(listed, ne.features(listed.path), countries, states),
    }
    return {name: canonical(_together(parts)) for name, parts in graphs.items()}


def outlines(
    release: Release, countries: Iterable[ne.Feature], states: Mapping[str, str]
) -> Iterator[Graph]:
    """The outlines of states that are ours."""
    for feature in countries:
        code = feature.columns["ADM0_A3"]
        if code in states:
            label = f"{feature.columns['NAME']}, as drawn by {release.title} (ADM0_A3 {code})"
            node = iri("geometry", f"{release.slug}-{code.lower()}")
            yield _drawn(iri("state", states[code]), node, label, feature.geometry, release.iri)


def cities(
    places: Iterable[ne.Feature], ours: Mapping[str, str], states: Mapping[str, str]
) -> Iterator[Graph]:
    """Points of places that are ours, and the state that each lies in as a claim."""
    release = iri("dataset-release", "natural-earth-50m-populated-places")
    for feature in places:
        columns = feature.columns
        slug = ours.get(columns.get("WIKIDATAID", ""))
        if slug is None:
            continue
        name, wikidata = columns["NAME"], columns["WIKIDATAID"]
        label = f"{name}, as placed by Natural Earth 1:50m populated places ({wikidata})"
        node = iri("geometry", f"natural-earth-50m-populated-places-{wikidata.lower()}")
        yield _drawn(iri("place", slug), node, label, feature.geometry, release)
        if columns["ADM0_A3"] in states:
            state = iri("state", states[columns["ADM0_A3"]])
            claim = _Claim(
                f"natural-earth-50m-{wikidata.lower()}",
                release,
                f"wikidataid {wikidata}, ADM0_A3 {columns['ADM0_A3']}",
            )
            content = (iri("place", slug), CKG.locatedIn, state)
            words = f"{name} – located in – {columns['ADM0NAME']}"
            yield claim.of_proposition(
                f"Natural Earth places {name} in {columns['ADM0NAME']}", content, words
            )


def areas(
    release: Release,
    listed: Iterable[ne.Feature],
    countries: Iterable[ne.Feature],
    states: Mapping[str, str],
) -> Iterator[Graph]:
    """Disputed areas of which every party that their notes name is ours, with those notes.

    To take over one side of a dispute without the other would take that side.
    """
    codes = {f.columns[name]: f.columns["ADM0_A3"] for f in countries for name in ("NAME", "ADMIN")}
    ours = {name: iri("state", states[code]) for name, code in codes.items() if code in states}
    for feature in listed:
        area = _Area(release, feature)
        noted = tuple(area.noted())
        if noted and {name for _, name, _ in noted} <= ours.keys():
            yield area.graph()
            yield from (say(number, name, ours[name]) for number, name, say in noted)


class _Area:
    """One disputed area, and what can be said of it in the name of Natural Earth."""

    def __init__(self, release: Release, feature: ne.Feature) -> None:
        self._release = release
        self._columns = feature.columns
        self._geometry = feature.geometry
        self._code = feature.columns["BRK_A3"]
        self._slug = f"natural-earth-{self._code.lower()}"
        self._iri = ne.area_iri(self._code)
        self._label = f"{feature.columns['BRK_NAME']} (Natural Earth {self._code})"

    def graph(self) -> Graph:
        """The area as a thing, with the words of its row, and its outline."""
        node = iri("geometry", f"{self._release.slug}-{self._code.lower()}")
        label = f"{self._columns['BRK_NAME']}, as drawn by {self._release.title} ({self._code})"
        graph = _drawn(self._iri, node, label, self._geometry, self._release.iri)
        graph.add((self._iri, RDF.type, CKG.DisputedArea))
        graph.add((self._iri, RDFS.label, english(self._label)))
        graph.add((self._iri, DCTERMS.source, self._release.iri))
        category = f"{self._columns['FEATURECLA']}; {self._columns['TYPE']}"
        graph.add((self._iri, CKG.sourceCategory, english(category)))
        if "NOTE_BRK" in self._columns:
            graph.add((self._iri, CKG.sourceNote, english(self._columns["NOTE_BRK"])))
        return graph

    def noted(self) -> Iterator[tuple[int, str, _Say]]:
        """Each clause of the note that names a country, by its number, and how to say it."""
        for number, clause in enumerate(self._columns.get("NOTE_BRK", "").split("; "), 1):
            for pattern, say in ((_ADMINISTERED, self.administered), (_CLAIMED, self.claimed)):
                if found := pattern.fullmatch(clause):
                    yield number, self._whole(found[1]), say

    def _whole(self, name: str) -> str:
        """A name, where it is short for that of the country in the same row: `Azer.`."""
        admin = self._columns["ADMIN"]
        return admin if name.endswith(".") and admin.startswith(name[:-1]) else name

    def administered(self, number: int, name: str, state: URIRef) -> Graph:
        """The claim that a state administers the area."""
        situation = iri("situation", f"{self._slug}-administration")
        graph = Graph()
        graph.add((situation, RDF.type, CKG.Situation))
        words = f"{name} administers the area that Natural Earth lists as {self._named}"
        graph.add((situation, RDFS.label, english(words)))
        graph.add((situation, CKG.kind, concept("kind", "control")))
        graph.add((situation, CKG.roleAgent, state))
        graph.add((situation, CKG.roleTheme, self._iri))
        gloss = f"Natural Earth notes that {name} administers the area listed as {self._named}"
        return graph + self._claim(number).graph(gloss, situation)

    def claimed(self, number: int, name: str, state: URIRef) -> Graph:
        """The claim that a state claims the area: a claim inside a claim."""
        content = (self._iri, CKG.partOf, state)
        inner = _Claim(f"{self._claim(number).slug}-1", state, self._locator, mode="judgement")
        graph = inner.of_proposition(
            f"{name} claims the area that Natural Earth lists as {self._named}",
            content,
            f"{self._label} – part of – {name}",
            passage=False,
        )
        outer = self._claim(number)
        graph.add((inner.iri, CKG.evidence, outer.passage))
        gloss = f"Natural Earth notes that {name} claims the area listed as {self._named}"
        return graph + outer.graph(gloss, inner.iri)

    @property
    def _named(self) -> str:
        return f"{self._columns['BRK_NAME']} ({self._code})"

    @property
    def _locator(self) -> str:
        return f"BRK_A3 {self._code}, NOTE_BRK"

    def _claim(self, number: int) -> _Claim:
        return _Claim(f"{self._slug}-{number}", self._release.iri, self._locator)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A claim in the making; `slug` is without its last number, which is always 1."""

    slug: str
    claimant: URIRef
    locator: str
    mode: str = "fact"

    @property
    def iri(self) -> URIRef:
        return iri("claim", f"{self.slug}-1")

    @property
    def passage(self) -> URIRef:
        return iri("passage", f"{self.slug}-1")

    def graph(self, gloss: str, content: URIRef, *, passage: bool = True) -> Graph:
        """The claim of a content, with the passage that it rests on."""
        graph = Graph()
        graph.add((self.iri, RDF.type, CKG.Claim))
        graph.add((self.iri, RDFS.label, english(gloss)))
        graph.add((self.iri, CKG.claimant, self.claimant))
        graph.add((self.iri, CKG.content, content))
        graph.add((self.iri, CKG.mode, concept("mode", self.mode)))
        graph.add((self.iri, CKG.certainty, concept("certainty", "certain")))
        graph.add((self.iri, CKG.polarity, concept("polarity", "positive")))
        if passage:
            graph.add((self.iri, CKG.evidence, self.passage))
            graph.add((self.passage, RDF.type, CKG.Passage))
            graph.add((self.passage, RDFS.label, english(f"Natural Earth: {self.locator}")))
            graph.add((self.passage, OA.hasSource, self.claimant))
            graph.add((self.passage, CKG.locator, english(self.locator)))
        return graph

    def of_proposition(
        self,
        gloss: str,
        content: tuple[URIRef, URIRef, URIRef],
        words: str,
        *,
        passage: bool = True,
    ) -> Graph:
        """The claim of a proposition, which `words` label."""
        node = proposition_iri(*content)
        graph = self.graph(gloss, node, passage=passage)
        graph.add((node, RDF.type, CKG.Proposition))
        graph.add((node, RDFS.label, english(words)))
        for predicate, value in zip((RDF.subject, RDF.predicate, RDF.object), content, strict=True):
            graph.add((node, predicate, value))
        return graph


def english(text: str) -> Literal:
    """A text with its language."""
    return Literal(text, lang="en")


def _drawn(thing: URIRef, node: URIRef, label: str, geometry: Geometry, release: URIRef) -> Graph:
    graph = Graph()
    graph.add((thing, GEO.hasGeometry, node))
    graph.add((node, RDF.type, GEO.Geometry))
    graph.add((node, RDFS.label, english(label)))
    graph.add((node, GEO.asWKT, Literal(write(geometry, DIGITS), datatype=GEO.wktLiteral)))
    graph.add((node, DCTERMS.source, release))
    return graph


def _together(graphs: Iterable[Graph]) -> Graph:
    whole = Graph()
    for graph in graphs:
        whole += graph
    return whole
