"""From a graph of shapes to a plan.

What is ill-formed raises `ShaclFailure`, whether or not something is a target of it, and so do
shapes that refer to themselves: SHACL leaves open what recursion means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl import reading
from kg.shacl.components import Component, read_components, sparql_constraints
from kg.shacl.graph import Graph
from kg.shacl.lists import members_of
from kg.shacl.parameters import (
    ON_PROPERTIES,
    PARAMETERS,
    SHAPES_AS_VALUES,
    SHAPES_IN_LISTS,
    core_constraints,
)
from kg.shacl.paths import read_path
from kg.shacl.shapes import (
    Constraint,
    Plan,
    Shape,
    Target,
    TargetClass,
    TargetEnds,
    TargetNode,
)
from kg.shacl.terms import CLASS, TYPE, VIOLATION, Term, sh

_TARGETS: Final[dict[ox.NamedNode, Callable[[Term], Target]]] = {
    sh("targetNode"): TargetNode,
    sh("targetClass"): lambda value: TargetClass(reading.iri(value, sh("targetClass"))),
    sh("targetSubjectsOf"): lambda value: _ends(value, objects=False),
    sh("targetObjectsOf"): lambda value: _ends(value, objects=True),
}
_PATH: Final = sh("path")


def compile_shapes(graph: Graph) -> Plan:
    """The plan of a graph of shapes; raises `ShaclFailure` if it is ill-formed."""
    compiler = _Compiler(graph)
    shapes = [compiler.shape(node) for node in sorted(_shape_nodes(graph), key=str)]
    return Plan(tuple(shape for shape in shapes if shape.targets))


class _Compiler:
    """See `kg.shacl.parameters.Compiling`."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._classes = reading.instances(graph, CLASS)
        self._shape_types = {
            node
            for kind in ("NodeShape", "PropertyShape", "Shape")
            for node in reading.instances(graph, sh(kind))
        }
        self._components: list[Component] = read_components(graph)
        self._done: dict[Term, Shape] = {}
        self._open: list[Term] = []

    def shape(self, node: Term, *, property_shape: bool = False) -> Shape:
        """See `Compiling.shape`."""
        if isinstance(node, ox.Literal | ox.Triple):
            raise ShaclFailure(f"{node} is no shape")
        if node in self._open:
            raise ShaclFailure(f"the shape {node} refers to itself")
        if node not in self._done:
            self._open.append(node)
            self._done[node] = self._compiled(node)
            self._open.pop()
        shape = self._done[node]
        if property_shape and shape.path is None:
            raise ShaclFailure(f"a value of sh:property has one sh:path: {node} has none")
        return shape

    def _compiled(self, node: Term) -> Shape:
        graph = self.graph
        path = reading.optional(graph, node, _PATH)
        types = graph.objects(node, TYPE)
        if path is None and sh("PropertyShape") in types:
            raise ShaclFailure(f"the property shape {node} has no sh:path")
        if path is not None and sh("NodeShape") in types:
            raise ShaclFailure(f"the node shape {node} has a sh:path")
        for predicate in ON_PROPERTIES if path is None else ():
            if graph.objects(node, predicate):
                raise ShaclFailure(f"the node shape {node} has {predicate}")
        severity = reading.optional(graph, node, sh("severity")) or VIOLATION
        deactivated = reading.optional(graph, node, sh("deactivated"))
        return Shape(
            node=node,
            path=None if path is None else read_path(graph, path),
            targets=tuple(self._targets(node)),
            constraints=tuple(self._constraints(node, has_path=path is not None)),
            severity=reading.iri(severity, sh("severity")),
            messages=reading.messages(graph, node),
            deactivated=reading.boolean(deactivated, sh("deactivated")),
        )

    def _constraints(self, node: Term, *, has_path: bool) -> Iterator[Constraint]:
        yield from core_constraints(self, node)
        yield from sparql_constraints(self.graph, node, has_path=has_path)
        for component in self._components:
            yield from component.constraints(self.graph, node, has_path=has_path)

    def _targets(self, node: Term) -> Iterator[Target]:
        for predicate, make in _TARGETS.items():
            for value in sorted(self.graph.objects(node, predicate), key=str):
                yield make(value)
        if node in self._classes and node in self._shape_types:
            yield TargetClass(reading.iri(node, sh("targetClass")))


def _ends(value: Term, *, objects: bool) -> TargetEnds:
    return TargetEnds(reading.iri(value, sh("targetSubjectsOf")), objects)


def _shape_nodes(graph: Graph) -> set[Term]:
    """Every node that is a shape: by its type, a target, a parameter, or where it is used."""
    found = {
        node
        for kind in ("NodeShape", "PropertyShape")
        for node in reading.instances(graph, sh(kind))
    }
    for predicate in (*_TARGETS, *PARAMETERS):
        found.update(subject for subject, _ in graph.pairs(predicate))
    for predicate in SHAPES_AS_VALUES:
        found.update(value for _, value in graph.pairs(predicate))
    for predicate in SHAPES_IN_LISTS:
        for _, head in graph.pairs(predicate):
            found.update(members_of(graph, head))
    return found
