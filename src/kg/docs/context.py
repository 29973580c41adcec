"""The kinds of values of our properties, for the context in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rdflib import OWL, RDF, RDFS, Graph

from kg.namespaces import CKG, PREFIXES, compact


def kinds_of_values(ontology: Graph) -> str:
    """JSON: each property of ours to `@id`, or to the datatype that is its range."""
    return json.dumps(dict(sorted(_kinds(ontology))), indent=1) + "\n"


def _kinds(ontology: Graph) -> Iterator[tuple[str, str]]:
    for node in ontology.subjects(RDF.type, OWL.ObjectProperty, unique=True):
        if str(node).startswith(CKG):
            yield compact(str(node)), "@id"
    for node in ontology.subjects(RDF.type, OWL.DatatypeProperty, unique=True):
        for datatype in ontology.objects(node, RDFS.range):
            if str(node).startswith(CKG) and str(datatype).startswith(PREFIXES["xsd"]):
                yield compact(str(node)), compact(str(datatype))
