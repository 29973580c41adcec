"""Our gate: shapes and checks over the state that a commit would make.

What judges the data is not data: the ontology and the shapes are those that come with kg, so that
no commit can switch a shape off or widen a list.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.namespaces import AUTHORED, ONTOLOGY, SHAPES
from kg.resources import ontology_dir
from kg.store.blank_nodes import DATA
from kg.store.interface import Patch, Trial, Verdict
from kg.store.live import UNNAMED
from kg.store.loading import COME_WITH_KG, not_written, patch_of
from kg.validation import Finding, Report, read_files, run_checks, seed_files, validate
from kg.validation.dataset import authored

Touched: TypeAlias = frozenset[ox.NamedNode] | None

NEAR: Final = 10_000
"""At most so many of those that point at one node are looked at again."""

_JUDGES: Final = frozenset(ox.NamedNode(str(name)) for name in COME_WITH_KG)


def validation_gate(trial: Trial) -> Verdict:
    """Refuse a change for the violations that it brings, not for those that were there before.

    Shapes are run on the nodes that the change touches, checks on the whole state.
    """
    _refuse_other_graphs(trial.store, trial.patch)
    touched = touched_nodes(trial)
    report = _report_on(trial.store, touched)
    if report.conforms:
        return Verdict(True, report, _about(report, touched))
    with trial.without() as before:
        old = set(_report_on(before, touched).violations) if _has_shapes(before) else set()
    new = Report(tuple(r for r in report.violations if r not in old))
    return Verdict(new.conforms, new if not new.conforms else report, _about(report, touched))


def _about(report: Report, touched: Touched) -> tuple[Finding, ...]:
    """The warnings about what a change touches; others were there before."""
    if touched is None:
        return report.warnings
    names = {node.value for node in touched}
    return tuple(warning for warning in report.warnings if warning.focus_node in names)


def touched_nodes(trial: Trial) -> Touched:
    """The nodes whose verdict a change can alter; None where that can be all.

    Those are the subjects and objects of its quads, and what points at them: no shape of ours looks
    further than one step away from its focus node. What judges the data concerns everything.
    """
    changed = (*trial.patch.added, *trial.patch.removed)
    if any(quad.graph_name in _JUDGES for quad in changed):
        return None
    near = {term for quad in changed for term in (quad.subject, quad.object)}
    nodes = {node for node in near if isinstance(node, ox.NamedNode)}
    subjects = {quad.subject for quad in changed}
    for node in list(nodes & subjects):
        for quad in islice(trial.store.quads_for_pattern(None, None, node, UNNAMED), NEAR):
            if isinstance(quad.subject, ox.NamedNode):
                nodes.add(quad.subject)
    return frozenset(nodes)


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
    return _report_on(store, None)


def _report_on(store: ox.Store, touched: Touched) -> Report:
    shapes = _graph(store, SHAPES)
    if touched is None:
        data = authored({name: _graph(store, name) for name in AUTHORED})
        report = validate(data, shapes)
    elif touched:
        report = validate(_around(store, touched), shapes, focus_nodes=_iris(touched))
    else:
        report = Report()
    return report + Report.of(run_checks(store))


def _iris(nodes: Iterable[ox.NamedNode]) -> list[URIRef]:
    return sorted(URIRef(node.value) for node in nodes)


def _around(store: ox.Store, touched: Iterable[ox.NamedNode]) -> Graph:
    """What authored graphs say of nodes, of what they name and of what names them; all ontology."""
    names = [ox.NamedNode(str(name)) for name in AUTHORED]
    found: set[ox.Triple] = set()
    seen: set[object] = set()
    for node in touched:
        for name in names:
            found.update(q.triple for q in store.quads_for_pattern(node, None, None, name))
            found.update(q.triple for q in store.quads_for_pattern(None, None, node, name))
    for term in {term for triple in found for term in (triple.subject, triple.object)}:
        if isinstance(term, ox.NamedNode) and term not in seen:
            seen.add(term)
            for name in names:
                found.update(q.triple for q in store.quads_for_pattern(term, None, None, name))
    graph = _graph(store, ONTOLOGY)
    data = ox.serialize(found, format=ox.RdfFormat.N_TRIPLES)
    return graph.parse(data=data or b"", format="nt")


def _has_shapes(store: ox.Store) -> bool:
    return store.contains_named_graph(ox.NamedNode(str(SHAPES)))


def _graph(store: ox.Store, name: URIRef) -> Graph:
    graph = Graph(bind_namespaces="none")
    triples = _triples(store.quads_for_pattern(None, None, None, ox.NamedNode(str(name))))
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return graph.parse(data=data or b"", format="nt")


def _triples(quads: Iterable[ox.Quad]) -> Iterable[ox.Triple]:
    return (quad.triple for quad in quads)
