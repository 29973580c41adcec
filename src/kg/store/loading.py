"""Files as patches: what loading them adds, and to which graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.errors import ConflictError, RefusedError
from kg.namespaces import ONTOLOGY, SHAPES, compact
from kg.rdf.skolem import skolemised
from kg.store.blank_nodes import DATA, blank_nodes
from kg.store.interface import Patch
from kg.validation.files import graph_of

COME_WITH_KG: Final = (ONTOLOGY, SHAPES)
"""Graphs that judge the data; only the seed writes them."""


def patch_of(files: Mapping[Path, Graph], graph: URIRef | None = None) -> Patch:
    """What loading these files adds; each goes where files of its folder go, unless told."""
    added = {
        quad
        for path, content in files.items()
        for quad in _quads(content, ox.NamedNode(str(graph or graph_of(path.resolve()))))
    }
    return Patch(added=tuple(sorted(added, key=str)))


def data_patch(files: Mapping[Path, Graph], graph: URIRef | None = None) -> Patch:
    """What loading files of data adds; those of the ontology and the shapes come with kg only.

    Raises `InputError` for a graph that is not one of data, and `RefusedError` for blank nodes.
    """
    for path in files:
        target = graph or graph_of(path.resolve())
        if target not in DATA:
            raise not_written(str(target), source=str(path))
    report = blank_nodes(files, graph)
    if not report.conforms:
        raise RefusedError("the data has blank nodes; nothing was changed", report)
    return patch_of(files, graph)


def not_written(graph: str, *, source: str | None = None) -> ConflictError:
    """What to say to somebody who writes a graph that is not one of data."""
    if URIRef(graph) in COME_WITH_KG:
        return ConflictError(
            f"{compact(graph)} comes with kg, and nothing is loaded into it",
            hint="what is in the folder ontology/ of an installation is loaded with its data",
            source=source,
        )
    names = ", ".join(compact(str(name)) for name in DATA)
    return ConflictError(f"nobody writes {compact(graph)}", hint=f"write {names}", source=source)


def _quads(content: Graph, graph: ox.NamedNode) -> Iterator[ox.Quad]:
    data = content.serialize(format="nt", encoding="utf-8")
    for triple in skolemised(ox.parse(data, format=ox.RdfFormat.N_TRIPLES)):
        yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)
