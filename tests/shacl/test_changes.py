"""Validating what a change touches tells of every result that the change brings or takes."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from tests.examples import examples
from tests.shacl.random_shapes import data, few_triples, graph, shapes, store

from kg.shacl import MemoryGraph, StoreGraph, compile_shapes, validate, validate_nodes
from kg.shacl.changes import Dependencies
from kg.shacl.evaluate import MANY

ONE = ox.NamedNode("urn:one")


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(shapes(), data, few_triples, few_triples)
def test_results_elsewhere_stay_and_those_of_touched_nodes_are_all_found(
    shapes: str, kept: str, removed: str, added: str
) -> None:
    plan = compile_shapes(graph(shapes))
    before = StoreGraph(store(kept + removed, ONE), [ONE])
    after = StoreGraph(store(kept + added, ONE), [ONE])
    old, new = ({q.triple for q in view.store} for view in (before, after))
    touched = Dependencies(plan).touched(after, new - old, old - new)
    assert touched is not None
    apart = [validate_nodes(plan, view, touched).results for view in (before, after)]
    whole = [validate(plan, view).results for view in (before, after)]
    elsewhere = [Counter(all_) - Counter(near) for all_, near in zip(whole, apart, strict=True)]
    assert elsewhere[0] == elsewhere[1]
    assert [Counter(near) - Counter(all_) for all_, near in zip(whole, apart, strict=True)] == [
        Counter(),
        Counter(),
    ]


SHAPES = """
ex:S a sh:NodeShape ; sh:targetClass ex:A ; sh:property ex:S-p .
ex:S-p sh:path ex:p ; sh:class ex:B .
"""


def touched(kept: str, added: str = "", removed: str = "") -> set[str]:
    plan = compile_shapes(graph(SHAPES))
    view = StoreGraph(store(kept + added, ONE), [ONE])
    new, old = (graph(text) for text in (added, removed))
    found = Dependencies(plan).touched(view, triples(new), triples(old))
    assert found is not None
    return {str(node).rpartition("/")[2].rstrip(">") for nodes in found.values() for node in nodes}


def triples(found: MemoryGraph) -> list[ox.Triple]:
    return [ox.Triple(s, p, o) for p in found.predicates() for s, o in found.pairs(p)]


@pytest.mark.parametrize(
    ("added", "expected"),
    [
        ("ex:n1 ex:q ex:n2 .", set()),
        ("ex:n1 ex:p ex:n2 .", {"n1"}),
        ("ex:n2 a ex:B .", {"n0"}),
        ("ex:n2 a ex:C .", set()),
        ("ex:n3 a ex:A .", {"n3"}),
        ("ex:K rdfs:subClassOf ex:B .", {"n1"}),
    ],
)
def test_a_change_touches_what_reads_it_and_no_more(added: str, expected: set[str]) -> None:
    kept = "ex:n0 a ex:A ; ex:p ex:n2 . ex:n1 a ex:A ; ex:p ex:k . ex:k a ex:K ."
    assert touched(kept, added) == expected


PATHS = (
    "[ sh:zeroOrMorePath ex:p ]",
    "[ sh:oneOrMorePath ex:p ]",
    "[ sh:zeroOrOnePath ex:p ]",
    "( [ sh:zeroOrMorePath ex:p ] ex:q )",
    "( [ sh:oneOrMorePath ex:p ] ex:q )",
    "( ex:q [ sh:zeroOrMorePath ex:p ] )",
    "( [ sh:inversePath ex:p ] [ sh:zeroOrMorePath ex:q ] )",
    "[ sh:alternativePath ( [ sh:zeroOrMorePath ex:p ] ex:q ) ]",
    "[ sh:inversePath [ sh:zeroOrMorePath ex:p ] ]",
)


NESTED = (
    "sh:property [ sh:path ex:p ; sh:node [ sh:property [ sh:path ex:q ; sh:class ex:B ] ] ]",
    "sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; sh:property [ sh:path ex:p ;"
    " sh:class ex:B ] ] ]",
    "sh:not [ sh:property [ sh:path ex:q ; sh:node [ sh:property [ sh:path ( ex:p ex:q ) ;"
    " sh:class ex:B ; sh:minCount 1 ] ] ; sh:minCount 1 ] ]",
)


@pytest.mark.parametrize(
    "shape",
    [*(f"sh:property [ sh:path {p} ; sh:class ex:B ; sh:maxCount 2 ]" for p in PATHS), *NESTED],
)
def test_a_change_anywhere_on_a_path_touches_where_it_begins(shape: str) -> None:
    """Of two chains, by ex:p and by ex:q, each triple in turn comes and goes."""
    plan = compile_shapes(graph(f"ex:S a sh:NodeShape ; sh:targetClass ex:A ; {shape} ."))
    nodes = [f"ex:c{number}" for number in range(6)]
    links = [f"{one} {by} {other} ." for by in ("ex:p", "ex:q") for one, other in pairwise(nodes)]
    classes = [f"{node} a ex:A, ex:B ." for node in nodes]
    for changed in links + classes:
        kept = " ".join(line for line in links + classes if line != changed)
        views = [StoreGraph(store(text, ONE), [ONE]) for text in (kept, f"{kept} {changed}")]
        for before, after in (views, views[::-1]):
            old, new = ({quad.triple for quad in view.store} for view in (before, after))
            near = Dependencies(plan).touched(after, new - old, old - new)
            assert near is not None
            whole = [Counter(validate(plan, view).results) for view in (before, after)]
            parts = [Counter(validate_nodes(plan, view, near).results) for view in (before, after)]
            assert whole[0] - parts[0] == whole[1] - parts[1]


def test_what_is_removed_is_followed_as_it_was() -> None:
    assert touched("", removed="ex:n0 ex:p ex:n2 . ex:n2 a ex:B .") == {"n0"}


def test_a_shape_with_a_query_is_touched_everywhere() -> None:
    query = 'sh:sparql [ sh:select "SELECT $this { $this ?p 1 }" ]'
    plan = compile_shapes(graph(f"ex:S a sh:NodeShape ; sh:targetClass ex:A ; {query} ."))
    added = [ox.Triple(ONE, ONE, ONE)]
    assert Dependencies(plan).touched(StoreGraph(ox.Store()), added, ()) is None


def test_of_very_many_touched_nodes_those_that_break_a_shape_are_found() -> None:
    plan = compile_shapes(graph(SHAPES.replace("sh:class ex:B", "sh:nodeKind sh:IRI")))
    many = "".join(f"ex:m{number} a ex:A ; ex:p ex:n0 .\n" for number in range(MANY + 1))
    view = StoreGraph(store(many + "ex:m7 ex:p 1 . ex:m1000 ex:p 'x' .", ONE), [ONE])
    (shape,) = plan.shapes
    everything = dict.fromkeys(q.subject for q in view.store)
    found = validate_nodes(plan, view, {shape: everything})
    assert Counter(found.results) == Counter(validate(plan, view).results)
    assert len(found.results) == 2
