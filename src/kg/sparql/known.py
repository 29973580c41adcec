"""What a store knows of a document and of other things, as a small graph to write claims with."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.rdf.reader import graph_of_quads
from kg.sparql.describe import query_text
from kg.store.interface import Store, Term
from kg.store.values import solutions, triples


def known_of(store: Store, things: Iterable[URIRef], document: URIRef | None = None) -> Graph:
    """The triples of these things, of the parts of a document, and the list of predicates."""
    graph = _construct(store, "predicates")
    for thing in things:
        graph += _construct(store, "thing", thing=ox.NamedNode(str(thing)))
    if document is not None:
        graph += _construct(store, "thing", thing=ox.NamedNode(str(document)))
        graph += _construct(store, "document-parts", document=ox.NamedNode(str(document)))
    return graph


def documents_with(store: Store, sha256: str) -> list[URIRef]:
    """The documents whose text has this digest."""
    found = solutions(store, query_text("text-with-digest"), digest=ox.Literal(sha256))
    nodes = (row["document"] for row in found)
    return [URIRef(node.value) for node in nodes if isinstance(node, ox.NamedNode)]


def _construct(store: Store, name: str, **bindings: Term) -> Graph:
    found = triples(store, query_text(name), **bindings)
    return graph_of_quads(ox.Quad(*triple) for triple in found)
