"""Validation: the exact evaluation of single nodes, of a whole graph, and of chosen nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from kg.shacl.candidates import Keys, suspects
from kg.shacl.columns import Columns, key_of, terms_of
from kg.shacl.graph import StoreGraph, Validated
from kg.shacl.paths import Step, follow
from kg.shacl.reading import subclasses
from kg.shacl.report import Result, ValidationReport
from kg.shacl.shapes import Plan, Shape, TargetClass, TargetNode
from kg.shacl.targets import is_target, targets_of
from kg.shacl.terms import TYPE, Term

MANY: Final = 2_000
"""From so many focus nodes on it is quicker to scan for those that may have results."""


class Evaluator:
    """See `kg.shacl.shapes.Run`; it remembers, so the data must not change while it is used."""

    def __init__(self, graph: Validated) -> None:
        self.graph = graph
        self._subclasses: dict[Term, frozenset[Term]] = {}
        self._types: dict[Term, Sequence[Term]] = {}
        self._conforming: dict[tuple[Shape, Term], bool] = {}

    def results(self, shape: Shape, node: Term) -> Sequence[Result]:
        """See `Run.results`."""
        return list(self._found(shape, node))

    def conforms(self, shape: Shape, node: Term) -> bool:
        """See `Run.conforms`."""
        key = (shape, node)
        if key not in self._conforming:
            self._conforming[key] = next(self._found(shape, node), None) is None
        return self._conforming[key]

    def is_a(self, node: Term, of: Term) -> bool:
        """See `Run.is_a`."""
        if of not in self._subclasses:
            self._subclasses[of] = frozenset(subclasses(self.graph, of))
        if node not in self._types:
            self._types[node] = self.graph.objects(node, TYPE)
        return not self._subclasses[of].isdisjoint(self._types[node])

    def _found(self, shape: Shape, node: Term) -> Iterator[Result]:
        if shape.deactivated:
            return
        values = (node,) if shape.path is None else follow(self.graph, shape.path, (node,))
        for constraint in shape.constraints:
            yield from constraint.results(self, shape, node, values)


def validate(plan: Plan, graph: Validated) -> ValidationReport:
    """What a plan says of a whole graph.

    In a store the nodes that may have results are searched set-at-a-time, and only these are
    evaluated; in memory all of them are.
    """
    evaluator = Evaluator(graph)
    if not isinstance(graph, StoreGraph):
        return _report(evaluator, {shape: targets_of(graph, shape) for shape in plan.shapes})
    columns = Columns(graph)
    keys = {shape: _target_keys(columns, shape) for shape in plan.shapes}
    found = suspects(evaluator, columns, keys)
    focus = {
        shape: dict.fromkeys([*terms_of(sorted(found.get(shape, ()))).values(), *_literals(shape)])
        for shape in plan.shapes
    }
    return _report(evaluator, focus)


def validate_nodes(
    plan: Plan, graph: Validated, focus: Mapping[Shape, Iterable[Term]]
) -> ValidationReport:
    """What a plan says of some nodes; those that are no target of a shape are passed over."""
    evaluator = Evaluator(graph)
    targets = {
        shape: [node for node in focus[shape] if is_target(evaluator, shape, node)]
        for shape in plan.shapes
        if shape in focus
    }
    if isinstance(graph, StoreGraph) and sum(map(len, targets.values())) > MANY:
        targets = _narrowed(evaluator, graph, targets)
    return _report(evaluator, targets)


def _narrowed(
    evaluator: Evaluator, graph: StoreGraph, targets: Mapping[Shape, Sequence[Term]]
) -> dict[Shape, list[Term]]:
    """The focus nodes without those that surely have no results; literals are left in."""
    keys = {
        shape: {key_of(node): node for node in nodes if not isinstance(node, ox.Literal)}
        for shape, nodes in targets.items()
    }
    focus = {shape: frozenset(nodes) for shape, nodes in keys.items()}
    found = suspects(evaluator, Columns(graph), focus)
    return {
        shape: [
            *(node for key, node in keys[shape].items() if key in found.get(shape, ())),
            *(node for node in nodes if isinstance(node, ox.Literal)),
        ]
        for shape, nodes in targets.items()
    }


def _report(evaluator: Evaluator, focus: Mapping[Shape, Iterable[Term]]) -> ValidationReport:
    return ValidationReport(
        tuple(
            result
            for shape, nodes in focus.items()
            for node in nodes
            for result in evaluator.results(shape, node)
        )
    )


def _target_keys(columns: Columns, shape: Shape) -> Keys:
    found: list[Keys] = []
    for target in shape.targets:
        if isinstance(target, TargetNode):
            is_key = not isinstance(target.node, ox.Literal)
            found.append(frozenset([key_of(target.node)] if is_key else []))
        elif isinstance(target, TargetClass):
            found.append(columns.instances(target.of))
        else:
            found.append(columns.relation(Step(target.predicate, target.objects)).domain)
    return found[0] if len(found) == 1 else frozenset().union(*found)


def _literals(shape: Shape) -> Iterable[Term]:
    """Target nodes that are literals: their keys are not known beforehand."""
    nodes = (target.node for target in shape.targets if isinstance(target, TargetNode))
    return dict.fromkeys(node for node in nodes if isinstance(node, ox.Literal))
