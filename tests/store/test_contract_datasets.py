"""The contract of every home: the graphs that a query sees."""

from __future__ import annotations

import pyoxigraph as ox
from tests.store.homes import ALL, commit, names, rows
from tests.store.toy import curated, derived, imported, quad

from kg.namespaces import PREFIXES
from kg.store.interface import Dataset
from kg.store.values import solutions, truth


def test_the_default_graph_is_a_union_in_which_a_triple_stands_once(store):
    commit(store, quad("a", "b"), quad("a", "b", imported))
    assert names(solutions(store, ALL)) == [("a", "b")]


def test_graphs_outside_the_union_are_reached_by_name_only(store):
    shapes = ox.NamedNode(PREFIXES["graph"] + "shapes")
    commit(store, quad("a", "b", shapes))
    assert solutions(store, ALL) == []
    assert truth(store, "ASK { GRAPH graph:shapes { ?s ?p ?o } }")


def test_every_named_graph_can_be_asked_for(store):
    commit(store, quad("a", "b"), quad("c", "d", imported))
    found = solutions(store, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
    assert [row["g"] for row in found] == [curated, derived, imported]


def test_from_and_from_named_choose_the_graphs(store):
    commit(store, quad("a", "b"), quad("c", "d", imported))
    text = "SELECT ?s ?o FROM graph:imported WHERE { ?s <http://example.org/p> ?o }"
    assert names(solutions(store, text)) == [("c", "d")]
    text = "ASK FROM NAMED graph:curated { ?s ?p ?o }"
    assert not truth(store, text)
    text = "SELECT DISTINCT ?g FROM NAMED graph:curated WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert [row["g"] for row in solutions(store, text)] == [curated]


def test_a_dataset_that_is_handed_in_wins_over_from(store):
    commit(store, quad("a", "b"), quad("c", "d", imported))
    text = "SELECT * FROM graph:imported WHERE { ?s <http://example.org/p> ex:b }"
    text = f"PREFIX ex: <http://example.org/> {text}"
    assert rows(store, text, Dataset(default=(curated,))) == 1
    if store.capabilities.merges:
        assert rows(store, text, Dataset(default=(curated, derived))) == 1


def test_a_merged_dataset_follows_the_next_commit(store):
    both = Dataset(default=(curated, imported) if store.capabilities.merges else (curated,))
    commit(store, quad("a", "b"))
    assert rows(store, ALL, both) == 1
    commit(store, quad("c", "d"))
    assert rows(store, ALL, both) == 2
