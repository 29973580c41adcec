"""Counts of a generation, made in one pass over its quads, or of its copy, and kept with it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import numpy as np
import pyoxigraph as ox

from kg.columnar.copied import Copied
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
        graph.value: asdict(_counted(snapshot, graph, links=graph.value == str(LINKS)))
        for graph in snapshot.graphs()
    }
    found = {"generation": snapshot.generation, "graphs": counted}
    (folder / _FILE).write_text(json.dumps(found, sort_keys=True), encoding="utf-8")


def read(folder: Path) -> Statistics:
    """Read the file again."""
    found = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    graphs = {name: GraphStatistics(**counts) for name, counts in found["graphs"].items()}
    return Statistics(found["generation"], graphs)


def _counted(snapshot: Snapshot, graph: ox.NamedNode, *, links: bool) -> GraphStatistics:
    if isinstance(snapshot, Copied):
        return count_copied(snapshot, graph.value, links=links)
    return count(snapshot.quads(graph), links=links)


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


def count_copied(copied: Copied, graph: str, *, links: bool = False) -> GraphStatistics:
    """What `count` finds, of a graph in a copy."""
    triples = 0
    subjects = np.zeros(copied.last + 1, np.bool_)
    found = GraphStatistics()
    hosts: Counter[str] = Counter()
    for uses in copied.uses(graph):
        triples += len(uses.s)
        subjects[uses.s] = True
        found.properties[uses.predicate] = len(uses.s)
        if uses.predicate == RDF_TYPE.value:
            found.classes.update(copied.counted(uses.o))
        elif links:
            for iri, many in copied.counted(uses.o).items():
                if host := urlsplit(iri).hostname:
                    hosts[f"{uses.predicate} {host}"] += many
    return replace(
        found, triples=triples, subjects=int(np.count_nonzero(subjects)), links=dict(hosts)
    )
