"""Mapping sets as RDF: each link as a plain triple, and as a node with its evidence."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef

from kg.errors import InputError
from kg.links.authorities import AUTHORITIES
from kg.links.sssom import MappingSet, Row, mapping_sets
from kg.namespaces import CKG, PAV, SSSOM, expand, iri
from kg.rdf.writer import canonical

PREDICATES: Final = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "owl:sameAs")
DIGITS: Final = 12


def files(folder: Path) -> dict[Path, str]:
    """The Turtle that belongs beside each mapping set of a folder; raises `InputError`."""
    return {
        found.path.with_name(f"{found.authority}.ttl"): canonical(graph_of_links(found))
        for found in mapping_sets(folder)
    }


def graph_of_links(mappings: MappingSet) -> Graph:
    """The triples of a mapping set; raises `InputError` for names that mean nothing."""
    graph = Graph(bind_namespaces="none")
    for row in mappings.rows:
        _add(graph, row, mappings)
    return graph


def mapping_iri(subject: str, predicate: str, target: str) -> URIRef:
    """The IRI of a mapping, a hash of the link's three parts as IRIs."""
    return iri("mapping", mapping_id(subject, predicate, target))


def mapping_id(subject: str, predicate: str, target: str) -> str:
    """The hash that ends the IRI of a mapping."""
    text = "\n".join((subject, predicate, target))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _add(graph: Graph, row: Row, mappings: MappingSet) -> None:
    ends = (row.subject_id, row.predicate_id, row.object_id)
    subject, predicate, target = (_iri(name, mappings) for name in ends)
    node = mapping_iri(subject, predicate, target)
    authority = AUTHORITIES.get(mappings.authority)
    title = authority.title if authority else mappings.authority
    graph.add((subject, predicate, target))
    texts = {
        RDFS.label: Literal(f"{title}: {row.object_label}", lang="en"),
        RDFS.comment: Literal(row.comment, lang="en") if row.comment else None,
        CKG.linkEvidence: Literal(row.evidence) if row.evidence else None,
        SSSOM.object_label: Literal(row.object_label),
        SSSOM.object_category: Literal(row.object_category),
        SSSOM.reviewer_label: Literal(row.reviewer_label) if row.reviewer_label else None,
        SSSOM.confidence: Literal(Decimal(row.confidence)),
        PAV.authoredOn: Literal(row.mapping_date, datatype=XSD.date),
    }
    things = {
        RDF.type: SSSOM.Mapping,
        OWL.annotatedSource: subject,
        OWL.annotatedProperty: predicate,
        OWL.annotatedTarget: target,
        SSSOM.mapping_justification: _iri(row.mapping_justification, mappings),
    }
    for property_, value in (texts | things).items():
        if value is not None:
            graph.add((node, property_, value))


def _iri(name: str, mappings: MappingSet) -> URIRef:
    found = expand(name)
    if found is None:
        raise InputError(
            f"{name!r} is neither an IRI nor a prefixed name", source=str(mappings.path)
        )
    return URIRef(found)
