"""Validation of single nodes, exactly, with the results that SHACL defines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.shacl.graph import Graph
from kg.shacl.paths import follow
from kg.shacl.reading import subclasses
from kg.shacl.report import Result, ValidationReport
from kg.shacl.shapes import Plan, Shape
from kg.shacl.targets import is_target, targets_of
from kg.shacl.terms import TYPE, Term

Focus = Mapping[Shape, Iterable[Term]]
"""The nodes to look at for each shape."""


class Evaluator:
    """See `kg.shacl.shapes.Run`; it remembers, so the data must not change while it is used."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._subclasses: dict[Term, frozenset[Term]] = {}
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
        kinds = self.subclasses(of)
        return any(kind in kinds for kind in self.graph.objects(node, TYPE))

    def subclasses(self, of: Term) -> frozenset[Term]:
        """A class and all its subclasses."""
        if of not in self._subclasses:
            self._subclasses[of] = frozenset(subclasses(self.graph, of))
        return self._subclasses[of]

    def _found(self, shape: Shape, node: Term) -> Iterator[Result]:
        if shape.deactivated:
            return
        values = (node,) if shape.path is None else follow(self.graph, shape.path, (node,))
        for constraint in shape.constraints:
            yield from constraint.results(self, shape, node, values)


def validate(plan: Plan, graph: Graph) -> ValidationReport:
    """What a plan says of a whole graph, one node after the other."""
    return validate_nodes(plan, graph, {s: targets_of(graph, s) for s in plan.shapes})


def validate_nodes(plan: Plan, graph: Graph, focus: Focus) -> ValidationReport:
    """What a plan says of some nodes; those that are no target of a shape are passed over."""
    evaluator = Evaluator(graph)
    return ValidationReport(
        tuple(
            result
            for shape in plan.shapes
            for node in focus.get(shape, ())
            if is_target(evaluator, shape, node)
            for result in evaluator.results(shape, node)
        )
    )
