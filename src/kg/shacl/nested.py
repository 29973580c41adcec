"""Constraints of SHACL Core that compare two properties, or rest on other shapes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pyoxigraph as ox

from kg.shacl.constraints import ValueConstraint
from kg.shacl.literals import is_less
from kg.shacl.report import Result
from kg.shacl.shapes import Run, Shape
from kg.shacl.terms import Term, core


@dataclass(frozen=True, slots=True)
class Equals:
    """sh:equals: the same values as another property."""

    component: ClassVar[ox.NamedNode] = core("Equals")
    predicate: ox.NamedNode

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        others = run.graph.objects(focus, self.predicate)
        for value in dict.fromkeys([*values, *others]):
            if value not in values or value not in others:
                yield shape.result(self, focus, value)

    def __str__(self) -> str:
        return f"Values are those of {self.predicate}."


@dataclass(frozen=True, slots=True)
class Disjoint:
    """sh:disjoint: no value of another property."""

    component: ClassVar[ox.NamedNode] = core("Disjoint")
    predicate: ox.NamedNode

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        others = run.graph.objects(focus, self.predicate)
        yield from (shape.result(self, focus, value) for value in values if value in others)

    def __str__(self) -> str:
        return f"Values are none of {self.predicate}."


@dataclass(frozen=True, slots=True)
class LessThan:
    """sh:lessThan, or sh:lessThanOrEquals: below each value of another property."""

    component: ox.NamedNode
    predicate: ox.NamedNode
    or_equal: bool

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`; each pair of values that does not compare has a result."""
        others = run.graph.objects(focus, self.predicate)
        for value in values:
            for other in others:
                if not is_less(value, other, or_equal=self.or_equal):
                    yield shape.result(self, focus, value)

    def __str__(self) -> str:
        return f"Values are {'<=' if self.or_equal else '<'} those of {self.predicate}."


@dataclass(frozen=True, slots=True)
class Property:
    """sh:property: each value node is a focus node of a property shape, which has the results."""

    component: ClassVar[ox.NamedNode] = core("Property")
    shape: Shape

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        for value in values:
            yield from run.results(self.shape, value)


@dataclass(frozen=True, slots=True)
class Node(ValueConstraint):
    """sh:node: value nodes conform to a shape."""

    component: ClassVar[ox.NamedNode] = core("Node")
    shape: Shape

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return run.conforms(self.shape, value)

    def __str__(self) -> str:
        return f"Values conform to {self.shape.node}."


@dataclass(frozen=True, slots=True)
class Not(ValueConstraint):
    """sh:not: value nodes do not conform to a shape."""

    component: ClassVar[ox.NamedNode] = core("Not")
    shape: Shape

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return not run.conforms(self.shape, value)

    def __str__(self) -> str:
        return f"Values do not conform to {self.shape.node}."


@dataclass(frozen=True, slots=True)
class And(ValueConstraint):
    """sh:and: value nodes conform to all of some shapes."""

    component: ClassVar[ox.NamedNode] = core("And")
    shapes: tuple[Shape, ...]

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return all(run.conforms(shape, value) for shape in self.shapes)

    def __str__(self) -> str:
        return "Values conform to all of some shapes."


@dataclass(frozen=True, slots=True)
class Or(ValueConstraint):
    """sh:or: value nodes conform to one of some shapes, or to several."""

    component: ClassVar[ox.NamedNode] = core("Or")
    shapes: tuple[Shape, ...]

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return any(run.conforms(shape, value) for shape in self.shapes)

    def __str__(self) -> str:
        return "Values conform to at least one of some shapes."


@dataclass(frozen=True, slots=True)
class Xone(ValueConstraint):
    """sh:xone: value nodes conform to just one of some shapes; one named twice counts twice."""

    component: ClassVar[ox.NamedNode] = core("Xone")
    shapes: tuple[Shape, ...]

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return sum(run.conforms(shape, value) for shape in self.shapes) == 1

    def __str__(self) -> str:
        return "Values conform to exactly one of some shapes."


@dataclass(frozen=True, slots=True)
class Qualified:
    """sh:qualifiedMinCount or -MaxCount: how many values conform to a shape.

    Values that conform to one of the `siblings` do not count.
    """

    component: ox.NamedNode
    shape: Shape
    siblings: tuple[Shape, ...]
    count: int
    least: bool

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        found = sum(self._counts(run, value) for value in values)
        if found < self.count if self.least else found > self.count:
            yield shape.result(self, focus)

    def _counts(self, run: Run, value: Term) -> bool:
        return run.conforms(self.shape, value) and not any(
            run.conforms(sibling, value) for sibling in self.siblings
        )

    def __str__(self) -> str:
        side = "least" if self.least else "most"
        return f"At {side} {self.count} values conform to {self.shape.node}."
