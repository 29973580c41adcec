"""A dataset as validation sees it: authored graphs, and what the rules derive from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox
from rdflib import Graph, URIRef

from kg.claims.derived import inferred_quads
from kg.namespaces import AUTHORED, SHAPES
from kg.validation.beyond.findings import beyond
from kg.validation.checks import run_checks
from kg.validation.report import Report
from kg.validation.shacl import Rules, load, rules_of, triples_of, view_of

__all__ = ["Graphs", "check_dataset", "derived_store", "infer", "load"]

Graphs = Mapping[URIRef, Graph]
"""Graphs by their name, as in `kg.namespaces`."""


def check_dataset(graphs: Graphs) -> Report:
    """Everything that shapes and checks say of a whole dataset, which holds its shapes too.

    Consensus and derived are computed here. Given ones are looked at beside them, so that a triple
    that no claim supports is found.
    """
    rules = rules_of(triples_of(graphs.get(SHAPES, Graph())))
    store = derived_store(graphs)
    return _report_on(rules, store)


def check_with_new(graphs: Graphs, added: Iterable[ox.Triple]) -> Report:
    """As `check_dataset`, and what there is to say beside it of triples of data that are new."""
    rules = rules_of(triples_of(graphs.get(SHAPES, Graph())))
    store = derived_store(graphs)
    return _report_on(rules, store) + beyond(store, added)


def _report_on(rules: Rules, store: ox.Store) -> Report:
    return rules.validate(view_of(store, AUTHORED)) + Report.of(run_checks(store))


def derived_store(graphs: Graphs) -> ox.Store:
    """A store in memory with all given graphs but the shapes, and with consensus and derived."""
    store = ox.Store()
    for name, graph in graphs.items():
        if name != SHAPES:
            load(store, name, graph)
    infer(store)
    return store


def infer(store: ox.Store) -> None:
    """Add the consensus and derived graphs of what a store holds to it."""
    for quads in inferred_quads(store):
        store.extend(quads)
