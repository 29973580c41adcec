"""Files as patches: what loading them adds, and to which graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.store.interface import Patch
from kg.validation.files import graph_of


def patch_of(files: Mapping[Path, Graph], graph: URIRef | None = None) -> Patch:
    """What loading these files adds; each goes where files of its folder go, unless told."""
    added = {
        quad
        for path, content in files.items()
        for quad in _quads(content, ox.NamedNode(str(graph or graph_of(path.resolve()))))
    }
    return Patch(added=tuple(sorted(added, key=str)))


def _quads(content: Graph, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    data = content.serialize(format="nt", encoding="utf-8")
    for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
