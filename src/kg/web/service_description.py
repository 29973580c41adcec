"""What the endpoint says of itself (SPARQL 1.1 Service Description): languages, forms, graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.namespaces import PREFIXES, compact
from kg.rdf.upload import MEDIA_TYPES
from kg.sparql.formats import GRAPHS, RESULTS
from kg.store.answers import with_sorted_prefixes

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
SIMPLE: Final = ox.NamedNode("http://www.w3.org/ns/entailment/Simple")
"""Queries are answered from the triples that are there: what follows from them is there, too."""

_NAMES: Final = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/n-quads": "N-Quads",
    "application/trig": "TriG",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
}
"""The names under which the W3C lists media types."""

_TYPE: Final = ox.NamedNode(f"{PREFIXES['rdf']}type")
_PREFIXES: Final = {
    "sd": SD,
    "formats": FORMATS,
    **{name: PREFIXES[name] for name in ("dcterms", "graph", "rdfs")},
}

_COMMENT: Final = ox.NamedNode(f"{PREFIXES['rdfs']}comment")
_DESCRIPTION: Final = ox.NamedNode(f"{PREFIXES['dcterms']}description")

Said: TypeAlias = tuple[str, ox.NamedNode]
"""A property of the vocabulary, and its object."""


@dataclass(frozen=True, slots=True)
class Service:
    """What there is to say: the address, whether it can be written, and its graphs.

    `functions` are the IRIs of those that are answered beyond SPARQL's own.
    `union` are the graphs that make up the default graph. Where some are left out of it, it is not
    the union that the vocabulary has a feature for; so it is described in words. `notes` are
    sentences for people: what is missing here, and what differs from the letter of SPARQL.
    """

    endpoint: str
    updates: bool
    union: Sequence[str]
    graphs: Sequence[ox.NamedNode]
    notes: Sequence[str] = ()
    functions: Sequence[str] = ()


def description(service: Service, media_type: str) -> bytes:
    """The description in the media type of a graph."""
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    if rdf_format is None:
        raise ValueError(f"{media_type} is no form of a graph")
    quads = [ox.Quad(*triple) for triple in _triples(service)]
    if rdf_format.supports_datasets:
        data = ox.serialize(quads, format=rdf_format, prefixes=_PREFIXES)
    else:
        triples = [quad.triple for quad in quads]
        data = ox.serialize(triples, format=rdf_format, prefixes=_PREFIXES)
    return with_sorted_prefixes(data or b"")


def _triples(service: Service) -> Iterator[ox.Triple]:
    service_node, dataset = (_at(service, name) for name in ("service", "dataset"))
    default, available = (_at(service, name) for name in ("default-graph", "available-graphs"))
    yield from _node(service_node, "Service", _of_service(service, dataset))
    for function in service.functions:
        yield from _node(ox.NamedNode(function), "Function", [])
    yield ox.Triple(service_node, _sd("availableGraphs"), available)
    for note in service.notes:
        yield ox.Triple(service_node, _COMMENT, ox.Literal(note, language="en"))
    yield from _node(available, "GraphCollection", _named(service))
    yield from _node(dataset, "Dataset", [("defaultGraph", default), *_named(service)])
    yield from _node(default, "Graph", [])
    if service.union:
        words = f"The union of {', '.join(compact(name) for name in service.union)}."
        yield ox.Triple(default, _DESCRIPTION, ox.Literal(words, language="en"))
    for number, graph in enumerate(service.graphs, 1):
        named = [("name", graph), ("graph", graph)]
        yield from _node(_at(service, f"graph-{number}"), "NamedGraph", named)
        yield from _node(graph, "Graph", [])


def _of_service(service: Service, dataset: ox.NamedNode) -> Iterator[Said]:
    yield "endpoint", ox.NamedNode(service.endpoint)
    yield "defaultEntailmentRegime", SIMPLE
    yield "defaultDataset", dataset
    for language in ("SPARQL10Query", "SPARQL11Query"):
        yield "supportedLanguage", _sd(language)
    if service.updates:
        yield "supportedLanguage", _sd("SPARQL11Update")
    for function in service.functions:
        yield "extensionFunction", ox.NamedNode(function)
    for each in (*RESULTS, *GRAPHS):
        yield "resultFormat", ox.NamedNode(FORMATS + _NAMES[each.media_type])
    if service.updates:
        for media_type in MEDIA_TYPES:
            yield "inputFormat", ox.NamedNode(FORMATS + _NAMES[media_type])


def _named(service: Service) -> Iterator[Said]:
    for number, _ in enumerate(service.graphs, 1):
        yield "namedGraph", _at(service, f"graph-{number}")


def _node(node: ox.NamedNode, kind: str, said: Iterable[Said]) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _TYPE, _sd(kind))
    for name, value in said:
        yield ox.Triple(node, _sd(name), value)


def _at(service: Service, fragment: str) -> ox.NamedNode:
    return ox.NamedNode(f"{service.endpoint}#{fragment}")


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)
