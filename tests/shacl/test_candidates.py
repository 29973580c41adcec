"""The search set-at-a-time leaves out no node with results; stores answer as memory does."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from tests.shacl.random_shapes import data, graph, shapes, store

from kg.shacl import MemoryGraph, StoreGraph, compile_shapes, validate
from kg.shacl.candidates import suspects
from kg.shacl.columns import Columns, key_of
from kg.shacl.evaluate import Evaluator
from kg.shacl.targets import targets_of

ONE = ox.NamedNode("urn:one")
TWO = ox.NamedNode("urn:two")
OTHER = ox.NamedNode("urn:other")


def quick() -> settings:
    return settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def view(text: str) -> StoreGraph:
    """Two graphs that share triples, beside one that is not looked at."""
    found = store(text, ONE, TWO)
    found.add(ox.Quad(OTHER, OTHER, OTHER, OTHER))
    return StoreGraph(found, [ONE, TWO])


@quick()
@given(shapes(), data)
def test_every_node_with_results_is_a_suspect(shapes: str, data: str) -> None:
    plan, found = compile_shapes(graph(shapes)), view(data)
    evaluator = Evaluator(found)
    focus = {shape: targets_of(found, shape) for shape in plan.shapes}
    keys = {
        shape: frozenset(key_of(node) for node in nodes if not isinstance(node, ox.Literal))
        for shape, nodes in focus.items()
    }
    suspected = suspects(evaluator, Columns(found), keys, few=0)
    for shape, nodes in focus.items():
        for node in nodes:
            if not isinstance(node, ox.Literal) and evaluator.results(shape, node):
                assert key_of(node) in suspected[shape]


@quick()
@given(shapes(), data)
def test_a_view_of_two_graphs_is_validated_like_their_union_in_memory(
    shapes: str, data: str
) -> None:
    plan, found = compile_shapes(graph(shapes)), view(data)
    union = MemoryGraph(q.triple for q in found.store if q.graph_name != OTHER)
    assert Counter(validate(plan, found).results) == Counter(validate(plan, union).results)


@quick()
@given(shapes(), data)
def test_all_graphs_of_a_store_are_validated_like_their_union(shapes: str, data: str) -> None:
    plan, found = compile_shapes(graph(shapes)), store(data, ONE, TWO)
    union = MemoryGraph(quad.triple for quad in found)
    report = validate(plan, StoreGraph(found, None))
    assert Counter(report.results) == Counter(validate(plan, union).results)
