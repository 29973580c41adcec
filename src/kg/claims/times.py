"""The node of a time, with the bounds that follow from its EDTF expression."""

from __future__ import annotations

from rdflib import RDF, RDFS, Graph, Literal

from kg.claims.minting import OPEN, time_iri
from kg.namespaces import CKG
from kg.rdf.edtf import bounds


def time_triples(edtf: str) -> Graph:
    """All triples of the time; raises `EdtfError` for what is not read as one."""
    found = bounds(edtf)
    node = time_iri(edtf)
    graph = Graph(bind_namespaces="none")
    graph.add((node, RDF.type, CKG.Time))
    graph.add((node, RDFS.label, Literal(_in_words(edtf), "en")))
    graph.add((node, CKG.edtf, Literal(edtf)))
    for predicate, day in (
        (CKG.earliest, found.earliest),
        (CKG.latest, found.latest),
        (CKG.latestStart, found.latest_start),
        (CKG.earliestEnd, found.earliest_end),
    ):
        if day is not None:
            graph.add((node, predicate, Literal(day)))
    return graph


def _in_words(edtf: str) -> str:
    start, slash, end = edtf.partition("/")
    if not slash:
        return edtf
    if start == OPEN:
        return f"until {end}"
    return f"since {start}" if end == OPEN else f"{start} to {end}"
