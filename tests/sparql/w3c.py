"""The W3C's tests of SPARQL, from their manifests; they are not part of this repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.term import Node

SHARED = Path(os.environ.get("KG_SHARED", Path(__file__).parents[3] / "shared"))
FOLDERS = tuple(SHARED / "w3c" / name for name in ("sparql10", "sparql11", "sparql12"))
MISSING = f"the W3C's tests are not in {SHARED / 'w3c'}; KG_SHARED can name another folder"

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")


@dataclass(frozen=True)
class Case:
    """One test: its kind, its manifest, and the node of it there."""

    name: str
    kind: str
    manifest: Graph
    node: Node

    @property
    def text(self) -> str:
        """The query or update."""
        action = self.manifest.value(self.node, MF.action)
        for part in (QT.query, UT.request):
            action = self.manifest.value(action, part) or action
        with path_of(action).open(encoding="utf-8", newline="") as file:
            return file.read()

    def dataset(self, side: URIRef) -> list[ox.Quad]:
        """The quads that an update starts with (`mf:action`) or leaves (`mf:result`)."""
        node = self.manifest.value(self.node, side)
        quads = []
        for data in self.manifest.objects(node, UT.data):
            quads += _triples(data, ox.DefaultGraph())
        for graph in self.manifest.objects(node, UT.graphData):
            file = self.manifest.value(graph, UT.graph) or graph
            name = self.manifest.value(graph, LABEL) or file
            quads += _triples(file, ox.NamedNode(str(name)))
        return quads


def cases(*kinds: str) -> list[Case]:
    """All tests whose kind begins with one of these words; none where there are no suites."""
    found = {
        case.node: case for manifest, folder in _manifests() for case in _cases(manifest, folder)
    }
    return [case for case in found.values() if case.kind.startswith(kinds)]


def listed(kind: str) -> int:
    """How many tests of a kind the manifests list as their entries."""
    return len(
        {
            entry
            for manifest, _ in _manifests()
            for entries in manifest.objects(None, MF.entries)
            for entry in manifest.items(entries)
            if str(manifest.value(entry, RDF.type)).rpartition("#")[2].startswith(kind)
        }
    )


def path_of(iri: Node | None) -> Path:
    return Path(URIRef(str(iri)).removeprefix("file://"))


@cache
def _manifests() -> list[tuple[Graph, str]]:
    return [
        (
            Graph().parse(path, publicID=path.as_uri()),
            str(path.parent.relative_to(folder.parent)),
        )
        for folder in FOLDERS
        for path in sorted(folder.rglob("manifest*.ttl"))
    ]


def _cases(manifest: Graph, folder: str) -> Iterator[Case]:
    for node, kind in manifest.subject_objects(RDF.type):
        if (node, MF.action, None) in manifest:
            name = f"{folder}/{str(node).rpartition('#')[2]}"
            yield Case(name, str(kind).rpartition("#")[2], manifest, node)


def _triples(file: Node, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    path = path_of(file)
    for quad in ox.parse(path=path, base_iri=path.as_uri()):
        named = graph if quad.graph_name == ox.DefaultGraph() else quad.graph_name
        yield ox.Quad(quad.subject, quad.predicate, quad.object, named)
