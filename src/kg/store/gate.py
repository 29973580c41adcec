"""Our gate: shapes and checks over the state that a commit would make.

What judges the data is not data: the ontology and the shapes are those that come with kg, so that
no commit can switch a shape off or widen a list.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import URIRef

from kg.namespaces import AUTHORED, FETCHED, SHAPES
from kg.resources import ontology_dir
from kg.store.blank_nodes import DATA
from kg.store.interface import Patch, Trial, Verdict
from kg.store.live import UNNAMED
from kg.store.loading import COME_WITH_KG, not_written, patch_of
from kg.store.remembered import findings_beside
from kg.validation import Finding, Report, read_files, run_checks, seed_files
from kg.validation.checks import Asked, touched_by
from kg.validation.shacl import Focus, Rules, rules_of, view_of
from kg.validation.touched import Changed

Nodes: TypeAlias = frozenset[ox.NamedNode] | None

NEAR: Final = 10_000
"""Warnings about so many of those that point at one node are told."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What shapes and checks are asked about; None is everything."""

    focus: Focus | None = None
    asked: Asked | None = None


EVERYTHING: Final = Scope()

_SHAPES: Final = ox.NamedNode(str(SHAPES))
_JUDGES: Final = frozenset(ox.NamedNode(str(name)) for name in COME_WITH_KG)


def validation_gate(trial: Trial) -> Verdict:
    """Refuse a change for the violations that it brings, not for those that were there before.

    Shapes and checks are run on the nodes whose results the change can alter. Where validation is
    waived, what is not data is still refused.
    """
    _refuse_other_graphs(trial.store, trial.patch)
    if trial.waived:
        return Verdict(True, Report())
    near = near_nodes(trial)
    rules = _rules(trial.store)
    scope = scope_of(rules, trial)
    report = _report_on(rules, trial.store, scope)
    beside = findings_beside(trial)
    if report.conforms:
        return Verdict(True, report, (*_about(report, near), *beside.results))
    with trial.without() as before:
        old = set(_report_before(before, rules, scope).violations)
    new = Report(tuple(r for r in report.violations if r not in old))
    told = (*_about(report, near), *beside.results)
    return Verdict(new.conforms, new + beside if not new.conforms else report, told)


def _about(report: Report, near: Nodes) -> tuple[Finding, ...]:
    """The warnings about what a change speaks of; others were there before."""
    if near is None:
        return report.warnings
    names = {node.value for node in near}
    return tuple(warning for warning in report.warnings if warning.focus_node in names)


def touched(rules: Rules, trial: Trial) -> Focus | None:
    """The nodes whose results a change can alter; None where that can be all.

    The shapes tell by what they read. What judges the data concerns everything.
    """
    changed = (*trial.patch.added, *trial.patch.removed)
    if any(quad.graph_name in _JUDGES for quad in changed):
        return None
    return rules.dependencies.touched(
        view_of(trial.store, AUTHORED),
        added=(quad.triple for quad in trial.patch.added),
        removed=(quad.triple for quad in trial.patch.removed),
    )


def asked_of(trial: Trial) -> Asked | None:
    """The checks that a change can alter, and what to ask them about; None where that can be all.

    Checks read what follows from data too.
    """
    if trial.computed is None:
        return None
    patches = (trial.patch, trial.computed)
    added = [quad for patch in patches for quad in patch.added]
    removed = [quad for patch in patches for quad in patch.removed]
    if any(quad.graph_name in _JUDGES for quad in (*added, *removed)):
        return None
    return touched_by(trial.store, Changed.of(added, removed))


def scope_of(rules: Rules, trial: Trial) -> Scope:
    """What a change can alter the report of."""
    return Scope(touched(rules, trial), asked_of(trial))


def near_nodes(trial: Trial) -> Nodes:
    """The subjects and objects of what changes, and what points at the subjects; None is all."""
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
    open_to_all = {ox.NamedNode(str(name)) for name in (*DATA, *FETCHED)}
    for graph in sorted(written - open_to_all, key=str):
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
    return _report_on(_rules(store), store, EVERYTHING)


def _report_on(rules: Rules, store: ox.Store, scope: Scope) -> Report:
    shapes = rules.validate(view_of(store, AUTHORED), scope.focus)
    return shapes + Report.of(run_checks(store, scope.asked))


def _report_before(store: ox.Store, rules: Rules, scope: Scope) -> Report:
    """The report on the state before a change; without shapes nothing was wrong in it.

    Where the change concerns everything, it may be the shapes that it changes.
    """
    if not store.contains_named_graph(_SHAPES):
        return Report()
    return _report_on(rules if scope.focus is not None else _rules(store), store, scope)


def _rules(store: ox.Store) -> Rules:
    return rules_of(q.triple for q in store.quads_for_pattern(None, None, None, _SHAPES))
