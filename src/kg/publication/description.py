"""The description of the dataset for machines: VoID and DCAT 3, made from its statistics."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.links.authorities import AUTHORITIES, CC0
from kg.namespaces import BASE, DEFAULT_UNION, FETCHED, ONTOLOGY_IRI, PREFIXES
from kg.publication.dumps import DUMPS
from kg.publication.statistics import GraphStatistics, Statistics
from kg.store.interface import LogEntry

ABOUT: Final = f"{BASE}.well-known/void"
"""The document of the description, as a w3id address that leads to this server."""

DATASET: Final = ox.NamedNode(f"{ABOUT}#dataset")
LICENCE: Final = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
LICENCES: Final = dict.fromkeys(map(str, FETCHED), ox.NamedNode(CC0))
"""Those of graphs that have another one than the dataset."""
TITLE: Final = "Conflict knowledge graph"
SUMMARY: Final = (
    "Who claims what about armed conflicts, mediation and agreements, how firmly, on which passage"
    " of which document and against which other claim; and the plain facts that nobody contests."
)
EXAMPLE: Final = ox.NamedNode(f"{BASE}id/person/vladimir-putin")
FORMATS: Final = {
    "application/n-quads": "http://www.w3.org/ns/formats/N-Quads",
    "application/trig": "http://www.w3.org/ns/formats/TriG",
    "text/turtle": "http://www.w3.org/ns/formats/Turtle",
}


def description(statistics: Statistics, last: LogEntry | None, root: str) -> Iterator[ox.Triple]:
    """The triples of `/.well-known/void`.

    `last` is the newest commit, `root` the address of the server without a slash at the end. A
    triple that stands in several graphs counts in each of them, and in the sum.
    """
    yield from _document()
    yield from _dataset(statistics, last, root)
    for name, dump in DUMPS.items():
        yield from _distribution(name, dump.media_type, dump.about, root)
    for graph, counts in sorted(statistics.graphs.items()):
        yield from _graph(graph, counts)


def graph_description(graph: str, counts: GraphStatistics) -> Iterator[ox.Triple]:
    """What one named graph is and has."""
    yield from _graph(graph, counts)


def _n(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def _number(value: int) -> ox.Literal:
    return ox.Literal(value)


def _triples(
    subject: ox.NamedNode | ox.BlankNode,
    pairs: Iterable[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal]],
) -> Iterator[ox.Triple]:
    return (ox.Triple(subject, _n(name), value) for name, value in pairs)


def _document() -> Iterator[ox.Triple]:
    yield from _triples(
        ox.NamedNode(ABOUT),
        [
            ("rdf:type", _n("void:DatasetDescription")),
            ("dcterms:title", ox.Literal(f"Description of the {TITLE}", language="en")),
            ("foaf:primaryTopic", DATASET),
        ],
    )


def _dataset(statistics: Statistics, last: LogEntry | None, root: str) -> Iterator[ox.Triple]:
    union = {str(graph) for graph in DEFAULT_UNION}
    things = [counts for name, counts in statistics.graphs.items() if name in union]
    yield from _triples(
        DATASET,
        [
            ("rdf:type", _n("void:Dataset")),
            ("rdf:type", _n("dcat:Dataset")),
            ("dcterms:title", ox.Literal(TITLE, language="en")),
            ("dcterms:description", ox.Literal(SUMMARY, language="en")),
            ("dcterms:license", LICENCE),
            ("dcat:landingPage", ox.NamedNode(f"{root}/")),
            ("foaf:homepage", ox.NamedNode(f"{root}/")),
            ("dcat:version", ox.Literal(str(statistics.generation))),
            ("dcat:accessService", ox.NamedNode(f"{ABOUT}#sparql")),
            ("void:sparqlEndpoint", ox.NamedNode(f"{root}/sparql")),
            ("void:uriSpace", ox.Literal(f"{BASE}id/")),
            ("void:vocabulary", ox.NamedNode(str(ONTOLOGY_IRI))),
            ("void:exampleResource", EXAMPLE),
        ],
    )
    if things:  # else nothing has been counted yet
        triples = _number(sum(counts.triples for counts in things))
        yield ox.Triple(DATASET, _n("void:triples"), triples)
    yield from _triples(
        ox.NamedNode(f"{ABOUT}#sparql"),
        [
            ("rdf:type", _n("dcat:DataService")),
            ("dcterms:title", ox.Literal("SPARQL endpoint", language="en")),
            ("dcat:endpointURL", ox.NamedNode(f"{root}/sparql")),
            ("dcat:servesDataset", DATASET),
        ],
    )
    if last is not None:
        modified = ox.Literal(last.time, datatype=_n("xsd:dateTime"))
        yield ox.Triple(DATASET, _n("dcterms:modified"), modified)
    for name in DUMPS:
        yield ox.Triple(DATASET, _n("void:dataDump"), ox.NamedNode(f"{root}/dumps/{name}"))
        yield ox.Triple(DATASET, _n("dcat:distribution"), ox.NamedNode(f"{ABOUT}#{name}"))
    for graph in sorted(statistics.graphs):
        yield ox.Triple(DATASET, _n("void:subset"), ox.NamedNode(graph))


def _distribution(name: str, media_type: str, about: str, root: str) -> Iterator[ox.Triple]:
    node = ox.NamedNode(f"{ABOUT}#{name}")
    yield from _triples(
        node,
        [
            ("rdf:type", _n("dcat:Distribution")),
            ("dcterms:title", ox.Literal(about, language="en")),
            ("dcterms:license", LICENCE),
            ("dcterms:format", ox.NamedNode(FORMATS[media_type])),
            ("dcat:mediaType", _media_type(media_type)),
            ("dcat:compressFormat", _media_type("application/gzip")),
            ("dcat:downloadURL", ox.NamedNode(f"{root}/dumps/{name}")),
        ],
    )


def _media_type(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://www.iana.org/assignments/media-types/{name}")


def _graph(graph: str, counts: GraphStatistics) -> Iterator[ox.Triple]:
    node = ox.NamedNode(graph)
    yield from _triples(
        node,
        [
            ("rdf:type", _n("void:Dataset")),
            ("dcterms:isPartOf", DATASET),
            ("dcterms:license", LICENCES.get(graph, LICENCE)),
            ("dcterms:title", ox.Literal(graph.rpartition("/")[2], language="en")),
        ],
    )
    if not counts.triples:  # they have not been counted yet
        return
    yield from _triples(
        node,
        [
            ("void:triples", _number(counts.triples)),
            ("void:distinctSubjects", _number(counts.subjects)),
            ("void:classes", _number(len(counts.classes))),
            ("void:properties", _number(len(counts.properties))),
        ],
    )
    for name, instances in sorted(counts.classes.items()):
        part = ox.NamedNode(_part(graph, "class", name))
        yield from _triples(
            part,
            [("void:class", ox.NamedNode(name)), ("void:entities", _number(instances))],
        )
        yield ox.Triple(node, _n("void:classPartition"), part)
    for name, triples in sorted(counts.properties.items()):
        part = ox.NamedNode(_part(graph, "property", name))
        yield from _triples(
            part,
            [("void:property", ox.NamedNode(name)), ("void:triples", _number(triples))],
        )
        yield ox.Triple(node, _n("void:propertyPartition"), part)
    for key, triples in sorted(counts.links.items()):
        predicate, host = key.split(" ")
        yield from _linkset(graph, predicate, host, triples)


def _linkset(graph: str, predicate: str, host: str, triples: int) -> Iterator[ox.Triple]:
    part = ox.NamedNode(_part(graph, "links", f"{predicate}@{host}"))
    target = ox.NamedNode(f"https://{host}/")
    yield from _collection(target, host)
    yield from _triples(
        part,
        [
            ("rdf:type", _n("void:Linkset")),
            ("void:subjectsTarget", DATASET),
            ("dcterms:license", LICENCE),
            ("void:objectsTarget", target),
            ("void:linkPredicate", ox.NamedNode(predicate)),
            ("void:triples", _number(triples)),
        ],
    )
    yield ox.Triple(ox.NamedNode(graph), _n("void:subset"), part)


def _collection(target: ox.NamedNode, host: str) -> Iterator[ox.Triple]:
    """What is known of the collections that links to a host lead to."""
    for authority in AUTHORITIES.values():
        if urlsplit(authority.template).hostname == host:
            yield from _triples(
                target,
                [
                    ("rdf:type", _n("void:Dataset")),
                    ("dcterms:title", ox.Literal(authority.title, language="en")),
                    ("foaf:homepage", ox.NamedNode(authority.homepage)),
                    ("dcterms:license", ox.NamedNode(authority.terms)),
                    ("void:uriSpace", ox.Literal(authority.template.partition("{}")[0])),
                ],
            )


def _part(graph: str, kind: str, name: str) -> str:
    """The IRI of a part of a graph, in the description of the dataset."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{ABOUT}#{graph.rpartition('/')[2]}-{kind}-{digest}"
