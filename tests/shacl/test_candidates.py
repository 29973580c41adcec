"""The search set-at-a-time leaves out no node with results; stores answer as memory does."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from tests.examples import examples
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
    return settings(
        max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck)
    )


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


VALUES = (
    '4 5 6 5.0 5.5 "abc" "ab" "abcd" "x"@en "x"@en-GB "y"@de "2020-01-01"^^xsd:date '
    "ex:b ex:unnamed true _:blank"
).split()
CONSTRAINTS = """
sh:minInclusive 5 | sh:maxInclusive 5 | sh:minExclusive 5 | sh:maxExclusive 5 | sh:minLength 3
sh:maxLength 3 | sh:pattern "^ab" | sh:languageIn ( "en" ) | sh:datatype xsd:integer
sh:datatype xsd:string | sh:nodeKind sh:IRI | sh:nodeKind sh:Literal | sh:nodeKind sh:BlankNode
sh:nodeKind sh:BlankNodeOrIRI | sh:nodeKind sh:BlankNodeOrLiteral | sh:nodeKind sh:IRIOrLiteral
sh:class ex:B | sh:in ( 4 "abc" ex:b ) | sh:hasValue 5 | sh:hasValue ex:b | sh:minCount 2
sh:maxCount 1 | sh:equals ex:q | sh:disjoint ex:q | sh:lessThan ex:q | sh:lessThanOrEquals ex:q
sh:not [ sh:minInclusive 5 ] | sh:or ( [ sh:minInclusive 6 ] [ sh:maxInclusive 4 ] )
sh:xone ( [ sh:minInclusive 5 ] [ sh:maxInclusive 5 ] ) | sh:node [ sh:class ex:B ]
sh:and ( [ sh:minInclusive 5 ] [ sh:maxInclusive 5 ] )
sh:qualifiedValueShape [ sh:minInclusive 5 ] ; sh:qualifiedMinCount 1
sh:qualifiedValueShape [ sh:minInclusive 5 ] ; sh:qualifiedMaxCount 0
""".replace("\n", "|").split("|")
PATHS = (
    "ex:p",
    "[ sh:inversePath ex:r ]",
    "[ sh:alternativePath ( ex:p ex:r ) ]",
    "( ex:p ex:r )",
    "[ sh:zeroOrMorePath ex:p ]",
    "[ sh:oneOrMorePath ex:p ]",
)


@pytest.mark.parametrize("constraint", [c.strip() for c in CONSTRAINTS if c.strip()])
@pytest.mark.sample(12)
def test_each_constraint_suspects_those_that_break_it(constraint: str) -> None:
    assert sum(suspects_all(constraint, path) for path in PATHS) > 0


def suspects_all(constraint: str, path: str) -> bool:
    """Whether any node breaks it; each value stands alone at a node, and with another one."""
    lines = ["ex:b a ex:B ."]
    for number, value in enumerate(VALUES):
        other = VALUES[number - 1]
        name = f"ex:n{number}"
        lines += [
            f"{name} a ex:T ; ex:p {value} ; ex:q {value} .",
            f"{name}a a ex:T ; ex:p {value}, {other} ; ex:q {other} .",
            f"{name}b a ex:T ; ex:p {name} ; ex:r {name}, {value} . {name} ex:r {name}a .",
        ]
    shape = f"ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path {path} ; "
    plan = compile_shapes(graph(f"{shape}{constraint} ] ."))
    found = view("\n".join(lines))
    [target] = [shape for shape in plan.shapes if targets_of(found, shape)]
    evaluator, nodes = Evaluator(found), targets_of(found, target)
    broken = {key_of(node) for node in nodes if evaluator.results(target, node)}
    keys = frozenset(key_of(node) for node in nodes)
    assert broken <= suspects(evaluator, Columns(found), {target: keys}, few=0)[target]
    union = MemoryGraph(quad.triple for quad in found.store if quad.graph_name != OTHER)
    assert Counter(validate(plan, found).results) == Counter(validate(plan, union).results)
    return bool(broken)
