"""Shapes as they are run: compiled from a graph of shapes, and not changed any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from kg.shacl.graph import Validated
from kg.shacl.paths import Path
from kg.shacl.report import Result
from kg.shacl.terms import VIOLATION, Term


@dataclass(frozen=True, slots=True)
class TargetNode:
    """One node, whether the data speaks of it or not."""

    node: Term


@dataclass(frozen=True, slots=True)
class TargetClass:
    """The instances of a class and of its subclasses in the data."""

    of: ox.NamedNode


@dataclass(frozen=True, slots=True)
class TargetEnds:
    """The subjects of a property or, if `objects`, its objects."""

    predicate: ox.NamedNode
    objects: bool


Target: TypeAlias = TargetNode | TargetClass | TargetEnds


class Run(Protocol):
    """A validation that is going on: the data, and what was found out about it."""

    graph: Validated

    def results(self, shape: Shape, node: Term) -> Sequence[Result]:
        """The results of validating a node against a shape."""

    def conforms(self, shape: Shape, node: Term) -> bool:
        """Whether a node conforms to a shape."""

    def is_a(self, node: Term, of: Term) -> bool:
        """Whether a node is an instance of a class, or of a subclass of it."""


class Constraint(Protocol):
    """One constraint of a shape: a component with its parameters."""

    @property
    def component(self) -> ox.NamedNode:
        """The constraint component that results name."""

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """What is wrong with a focus node and its value nodes."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A node shape or, with a path, a property shape; two are the same only if identical."""

    node: Term
    path: Path | None = None
    targets: tuple[Target, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    severity: ox.NamedNode = VIOLATION
    messages: tuple[ox.Literal, ...] = ()
    deactivated: bool = False

    def result(
        self,
        constraint: Constraint,
        focus: Term,
        value: Term | None = None,
        *,
        path: Path | None = None,
    ) -> Result:
        """A result of one of its constraints, with its severity and its messages."""
        return Result(
            focus_node=focus,
            path=self.path if path is None else path,
            value=value,
            severity=self.severity,
            component=constraint.component,
            source_shape=self.node,
            messages=self.messages or (ox.Literal(f"{constraint}"),),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What a graph of shapes compiles to: the shapes that have targets, in a stable order."""

    shapes: tuple[Shape, ...]
