"""A file of Natural Earth as a dataset release."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, XSD

from kg.geo.claiming import english
from kg.geo.natural_earth import POLICY, POLICY_PAGE
from kg.namespaces import CKG, SCHEMA, iri


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
        words = (
            f"The version is not known: the file does not say it. Its SHA-256 is {digest}. "
            f"{POLICY} See {POLICY_PAGE}."
        )
        graph = Graph()
        graph.add((self.iri, RDF.type, CKG.DatasetRelease))
        graph.add((self.iri, RDFS.label, english(self.title)))
        graph.add((self.iri, RDFS.comment, english(words)))
        graph.add((self.iri, DCTERMS.publisher, iri("organisation", "natural-earth")))
        graph.add((self.iri, DCTERMS.rights, english("In the public domain.")))
        address = Literal("https://www.naturalearthdata.com/", datatype=XSD.anyURI)
        graph.add((self.iri, SCHEMA.url, address))
        return graph
