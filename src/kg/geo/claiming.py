"""Claims in the name of a dataset release, and geometries that it draws, as triples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS

from kg.claims.minting import proposition_iri
from kg.geo.wkt import Geometry, write
from kg.namespaces import CKG, GEO, OA, concept, iri

DIGITS: Final = 4
"""Of degrees: 0.0001 is 11 m at most, and the coarsest of these files is drawn for 1:110m."""

Content: TypeAlias = tuple[URIRef, URIRef, URIRef]
"""Subject, predicate and object of a proposition."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a release, which claims rest on; `locator` says where it is, `slug` names it."""

    slug: str
    release: URIRef
    locator: str

    @property
    def passage(self) -> URIRef:
        """The passage of the release that is this row."""
        return iri("passage", self.slug)

    def graph(self) -> Graph:
        """The passage as a thing."""
        graph = Graph()
        graph.add((self.passage, RDF.type, CKG.Passage))
        graph.add((self.passage, RDFS.label, english(f"Natural Earth: {self.locator}")))
        graph.add((self.passage, OA.hasSource, self.release))
        graph.add((self.passage, CKG.locator, english(self.locator)))
        return graph


@dataclass(frozen=True, slots=True)
class Claiming:
    """Somebody who claims something, in a row: the release itself, or whom it tells of."""

    slug: str
    claimant: URIRef
    row: Row
    mode: str = "fact"

    @property
    def iri(self) -> URIRef:
        """The claim."""
        return iri("claim", self.slug)

    def graph(self, gloss: str, content: URIRef) -> Graph:
        """The claim of a content, with the passage that it rests on."""
        graph = self.row.graph()
        graph.add((self.iri, RDF.type, CKG.Claim))
        graph.add((self.iri, RDFS.label, english(gloss)))
        graph.add((self.iri, CKG.claimant, self.claimant))
        graph.add((self.iri, CKG.content, content))
        graph.add((self.iri, CKG.evidence, self.row.passage))
        graph.add((self.iri, CKG.mode, concept("mode", self.mode)))
        graph.add((self.iri, CKG.certainty, concept("certainty", "certain")))
        graph.add((self.iri, CKG.polarity, concept("polarity", "positive")))
        return graph

    def of_proposition(self, gloss: str, content: Content, words: str) -> Graph:
        """The claim of a proposition, which `words` label."""
        node = proposition_iri(*content)
        graph = self.graph(gloss, node)
        graph.add((node, RDF.type, CKG.Proposition))
        graph.add((node, RDFS.label, english(words)))
        for predicate, value in zip((RDF.subject, RDF.predicate, RDF.object), content, strict=True):
            graph.add((node, predicate, value))
        return graph


def english(text: str) -> Literal:
    """A text with its language."""
    return Literal(text, lang="en")


def drawn(thing: URIRef, geometry: Geometry, release: URIRef, named: tuple[str, str]) -> Graph:
    """A geometry of a thing, `named` by its slug and its label."""
    slug, label = named
    node = iri("geometry", slug)
    graph = Graph()
    graph.add((thing, GEO.hasGeometry, node))
    graph.add((node, RDF.type, GEO.Geometry))
    graph.add((node, RDFS.label, english(label)))
    graph.add((node, GEO.asWKT, Literal(write(geometry, DIGITS), datatype=GEO.wktLiteral)))
    graph.add((node, DCTERMS.source, release))
    return graph
