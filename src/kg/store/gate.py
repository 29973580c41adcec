"""Our gate: shapes and checks over the state that a commit would make."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.namespaces import AUTHORED, SHAPES
from kg.store.interface import Patch, Verdict
from kg.validation import Report, run_checks, validate
from kg.validation.dataset import authored


def validation_gate(before: ox.Store, after: ox.Store, patch: Patch) -> Verdict:
    """Refuse a commit for the violations that it brings, not for those that were there before."""
    report = report_on(after)
    if report.conforms:
        return Verdict(True, report, report.warnings)
    old = set(report_on(before).violations) if _has_shapes(before) else set()
    new = Report(tuple(r for r in report.violations if r not in old))
    return Verdict(new.conforms, new if not new.conforms else report, report.warnings)


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
