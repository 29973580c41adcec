"""Our gate: shapes and checks over the state that a commit would make.

What judges the data is not data: the ontology and the shapes are those that come with kg, so that
no commit can switch a shape off or widen a list.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.namespaces import AUTHORED, SHAPES
from kg.resources import ontology_dir
from kg.store.blank_nodes import DATA
from kg.store.interface import Patch, Verdict
from kg.store.loading import COME_WITH_KG, not_written, patch_of
from kg.validation import Report, read_files, run_checks, seed_files, validate
from kg.validation.dataset import authored


def validation_gate(before: ox.Store, after: ox.Store, patch: Patch) -> Verdict:
    """Refuse a commit for the violations that it brings, not for those that were there before."""
    _refuse_other_graphs(after, patch)
    report = report_on(after)
    if report.conforms:
        return Verdict(True, report, report.warnings)
    old = set(report_on(before).violations) if _has_shapes(before) else set()
    new = Report(tuple(r for r in report.violations if r not in old))
    return Verdict(new.conforms, new if not new.conforms else report, report.warnings)


def _refuse_other_graphs(after: ox.Store, patch: Patch) -> None:
    """Refuse to write what is not data, unless it becomes just what comes with kg."""
    written = {quad.graph_name for quad in (*patch.removed, *patch.added)}
    for graph in sorted(written - {ox.NamedNode(str(name)) for name in DATA}, key=str):
        ours = isinstance(graph, ox.NamedNode) and URIRef(graph.value) in COME_WITH_KG
        if not ours or set(after.quads_for_pattern(None, None, None, graph)) != _packaged(graph):
            name = graph.value if isinstance(graph, ox.NamedNode) else str(graph)
            raise not_written(name)


def _packaged(graph: object) -> set[ox.Quad]:
    """The quads of a graph as they come with kg, in the form that the engine gives them."""
    files = [path for path in seed_files() if path.is_relative_to(ontology_dir())]
    store = ox.Store()
    store.bulk_extend(patch_of(read_files(files)).added)
    return {quad for quad in store if quad.graph_name == graph}


def report_on(store: ox.Store) -> Report:
    """All findings about a dataset that holds its shapes and its computed graphs."""
    graphs = {name: _graph(store, name) for name in (*AUTHORED, SHAPES)}
    checked = ox.Store()
    checked.bulk_extend(q for q in store if q.graph_name != ox.NamedNode(str(SHAPES)))
    return validate(authored(graphs), graphs[SHAPES]) + Report.of(run_checks(checked))


def _has_shapes(store: ox.Store) -> bool:
    return store.contains_named_graph(ox.NamedNode(str(SHAPES)))


def _graph(store: ox.Store, name: URIRef) -> Graph:
    graph = Graph(bind_namespaces="none")
    triples = _triples(store.quads_for_pattern(None, None, None, ox.NamedNode(str(name))))
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return graph.parse(data=data or b"", format="nt")


def _triples(quads: Iterable[ox.Quad]) -> Iterable[ox.Triple]:
    return (quad.triple for quad in quads)
