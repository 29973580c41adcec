"""Counts of a generation, made in one pass over its quads and kept with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.namespaces import LINKS, PREFIXES
from kg.publication.seldom import seldom
from kg.store.interface import Generation, Snapshot, Store

ARTEFACT: Final = "statistics"

RDF_TYPE: Final = ox.NamedNode(f"{PREFIXES['rdf']}type")

_FILE: Final = "statistics.json"


@dataclass(frozen=True, slots=True)
class GraphStatistics:
    """Counts of one graph.

    `classes` has the instances of each class and `properties` the triples of each property, by IRI.
    `links` has the triples from things to the things of others, by the property and the host that
    they lead to, as in `{"http://…#exactMatch www.wikidata.org": 3}`.
    """

    triples: int = 0
    subjects: int = 0
    classes: dict[str, int] = field(default_factory=dict)
    properties: dict[str, int] = field(default_factory=dict)
    links: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of all named graphs of a generation, by IRI."""

    generation: Generation
    graphs: dict[str, GraphStatistics]


def statistics_of(store: Store) -> Statistics:
    """The counts of the newest generation, or of one shortly before it."""
    found = seldom(store, ARTEFACT, build, read)
    if not isinstance(found, Statistics):
        raise TypeError(f"the artefact {ARTEFACT} is something else")
    return found


def build(snapshot: Snapshot, folder: Path) -> None:
    """Count, and write it into a file."""
    counted = {
        graph.value: asdict(count(snapshot.quads(graph), links=graph.value == str(LINKS)))
        for graph in snapshot.graphs()
    }
    found = {"generation": snapshot.generation, "graphs": counted}
    (folder / _FILE).write_text(json.dumps(found, sort_keys=True), encoding="utf-8")


def read(folder: Path) -> Statistics:
    """Read the file again."""
    found = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    graphs = {name: GraphStatistics(**counts) for name, counts in found["graphs"].items()}
    return Statistics(found["generation"], graphs)


def count(quads: Iterable[ox.Quad], *, links: bool = False) -> GraphStatistics:
    """Count the quads of one graph, which come subject by subject, as every index has them."""
    triples = subjects = 0
    last: object = None
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    hosts: Counter[str] = Counter()
    for quad in quads:
        triples += 1
        if quad.subject != last:
            subjects += 1
            last = quad.subject
        properties[quad.predicate.value] += 1
        if isinstance(quad.object, ox.NamedNode):
            if quad.predicate == RDF_TYPE:
                classes[quad.object.value] += 1
            elif links and (host := urlsplit(quad.object.value).hostname):
                hosts[f"{quad.predicate.value} {host}"] += 1
    return GraphStatistics(triples, subjects, dict(classes), dict(properties), dict(hosts))
