"""Each constraint of each shape, by itself, holds in the good world and can be broken there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from rdflib import RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.term import Node
from tests.validation.test_shapes import targets
from tests.validation.worlds import base, ontology

from kg.namespaces import CKG, ONTOLOGY, SHAPES
from kg.validation import validate
from kg.validation.shacl import CONSTRAINTS, named_shapes

SHAPES_GRAPH = ontology()[SHAPES]
NONSENSE = CKG.nonsense

Triple = tuple[Node, Node, Node]

BREAKING: dict[URIRef, Callable[[Node], Node]] = {
    SH["class"]: lambda _: NONSENSE,
    SH.node: lambda _: NONSENSE,
    SH["or"]: lambda _: NONSENSE,
    SH["in"]: lambda _: Literal("?"),
    SH.pattern: lambda _: Literal("?"),
    SH.languageIn: lambda _: Literal("?", lang="xx"),
    SH.datatype: lambda _: Literal("?", datatype=XSD.hexBinary),
    SH.nodeKind: lambda kind: Literal("?") if kind == SH.IRI else NONSENSE,
    SH.minInclusive: lambda least: Literal(int(str(least)) - 1),
    SH.maxInclusive: lambda most: Literal(int(str(most)) + 1),
    SH.maxCount: lambda _: NONSENSE,
}

PAIRS = [
    (shape, component)
    for shape in sorted(named_shapes(SHAPES_GRAPH))
    for component in sorted(set(SHAPES_GRAPH.predicates(shape)) & CONSTRAINTS)
    if (shape, SH.path, None) in SHAPES_GRAPH
]


@cache
def world() -> Graph:
    return ontology()[ONTOLOGY] + base()


def copy(node: Node, into: Graph) -> None:
    """All triples of a node, and of the nodes that it leads to."""
    for s, p, o in SHAPES_GRAPH.triples((node, None, None)):
        if (s, p, o) not in into:
            into.add((s, p, o))
            copy(o, into)


def alone(shape: URIRef, component: URIRef) -> Graph:
    """A graph of shapes with one constraint, and the targets that it has in ours."""
    graph = Graph()
    for owner in SHAPES_GRAPH.subjects(SH.property, shape):
        graph.add((owner, SH.property, shape))
        for p, o in SHAPES_GRAPH.predicate_objects(owner):
            if p == RDF.type or "target" in str(p):
                graph.add((owner, p, o))
    for p, o in SHAPES_GRAPH.predicate_objects(shape):
        if p in (RDF.type, SH.path, SH.message, component):
            graph.add((shape, p, o))
            if p == component:
                copy(o, graph)
    return graph


def ids(pair: object) -> str:
    return str(pair).rpartition("#")[2]


@contextmanager
def changed(data: Graph, removed: set[Triple], added: set[Triple]) -> Iterator[None]:
    """Copying the world for each constraint would take most of the time."""
    for triple in removed:
        data.remove(triple)
    for triple in added:
        data.add(triple)
    try:
        yield
    finally:
        for triple in added:
            data.remove(triple)
        for triple in removed:
            data.add(triple)


def a_focus_node(shape: URIRef, path: Node) -> Node:
    (owner,) = SHAPES_GRAPH.subjects(SH.property, shape)
    return min(node for node in targets(world(), owner) if (node, path, None) in world())


@pytest.mark.parametrize(("shape", "component"), PAIRS, ids=ids)
@pytest.mark.sample(12)
def test_a_constraint_holds_and_can_be_broken(shape: URIRef, component: URIRef) -> None:
    shapes, data = alone(shape, component), world()
    path = SHAPES_GRAPH.value(shape, SH.path)
    parameter = SHAPES_GRAPH.value(shape, component)
    focus = a_focus_node(shape, path)
    assert validate(data, shapes).results == ()
    removed: set[Triple] = set()
    added: set[Triple] = set()
    if component == SH.minCount:
        removed = set(data.triples((focus, path, None)))
    else:
        added = {(focus, path, BREAKING[component](parameter))}
    with changed(data, removed, added):
        (result,) = validate(data, shapes).results
    assert (result.focus_node, result.source_shape) == (str(focus), str(shape))


def test_every_kind_of_constraint_on_a_property_can_be_broken_here() -> None:
    assert {component for _, component in PAIRS} == BREAKING.keys() | {SH.minCount}
