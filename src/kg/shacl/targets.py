"""Targets: which nodes of the data a shape is about."""

from __future__ import annotations

from collections.abc import Iterable

from kg.shacl.graph import Graph
from kg.shacl.reading import instances
from kg.shacl.shapes import Run, Shape, Target, TargetClass, TargetNode
from kg.shacl.terms import Term


def targets_of(graph: Graph, shape: Shape) -> dict[Term, None]:
    """All focus nodes of a shape, each once."""
    return {node: None for target in shape.targets for node in _nodes(graph, target)}


def _nodes(graph: Graph, target: Target) -> Iterable[Term]:
    if isinstance(target, TargetNode):
        return (target.node,)
    if isinstance(target, TargetClass):
        return instances(graph, target.of)
    return (o if target.objects else s for s, o in graph.pairs(target.predicate))


def is_target(run: Run, shape: Shape, node: Term) -> bool:
    """Whether a node is a focus node of a shape."""
    return any(_includes(run, target, node) for target in shape.targets)


def _includes(run: Run, target: Target, node: Term) -> bool:
    if isinstance(target, TargetNode):
        return node == target.node
    if isinstance(target, TargetClass):
        return run.is_a(node, target.of)
    if target.objects:
        return bool(run.graph.subjects(target.predicate, node))
    return bool(run.graph.objects(node, target.predicate))
