"""Constraints of SHACL Core on values taken one by one, and on how many there are.

The text of a constraint (`str`) is the message of its results where the shapes have none.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import pyoxigraph as ox

from kg.shacl import literals
from kg.shacl.paths import Step
from kg.shacl.report import Result
from kg.shacl.shapes import Run, Shape
from kg.shacl.terms import Term, core, sh

_KINDS: Final[dict[ox.NamedNode, tuple[type, ...]]] = {
    sh("IRI"): (ox.NamedNode,),
    sh("BlankNode"): (ox.BlankNode,),
    sh("Literal"): (ox.Literal,),
    sh("BlankNodeOrIRI"): (ox.BlankNode, ox.NamedNode),
    sh("BlankNodeOrLiteral"): (ox.BlankNode, ox.Literal),
    sh("IRIOrLiteral"): (ox.NamedNode, ox.Literal),
}
NODE_KINDS: Final = frozenset(_KINDS)


class ValueConstraint(ABC):
    """A constraint that each value node keeps or breaks by itself."""

    __slots__ = ()
    component: ClassVar[ox.NamedNode]

    @abstractmethod
    def allows(self, run: Run, value: Term) -> bool:
        """Whether a value node keeps it."""

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        for value in values:
            if not self.allows(run, value):
                yield shape.result(self, focus, value)


@dataclass(frozen=True, slots=True)
class OfClass(ValueConstraint):
    """sh:class."""

    component: ClassVar[ox.NamedNode] = core("Class")
    of: ox.NamedNode

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return run.is_a(value, self.of)

    def __str__(self) -> str:
        return f"Values are instances of {self.of}."


@dataclass(frozen=True, slots=True)
class OfDatatype(ValueConstraint):
    """sh:datatype."""

    component: ClassVar[ox.NamedNode] = core("Datatype")
    datatype: ox.NamedNode

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return literals.has_datatype(value, self.datatype, canonical=run.graph.canonical)

    def __str__(self) -> str:
        return f"Values are literals of {self.datatype}."


@dataclass(frozen=True, slots=True)
class OfKind(ValueConstraint):
    """sh:nodeKind."""

    component: ClassVar[ox.NamedNode] = core("NodeKind")
    kind: ox.NamedNode

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return isinstance(value, _KINDS[self.kind])

    def __str__(self) -> str:
        return f"Values are of the kind {self.kind}."


@dataclass(frozen=True, slots=True)
class InRange(ValueConstraint):
    """sh:minInclusive and the three like it: values lie on one side of a bound."""

    component: ox.NamedNode  # type: ignore[misc]
    bound: ox.Literal
    least: bool
    inclusive: bool

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        low, high = (self.bound, value) if self.least else (value, self.bound)
        return literals.is_less(low, high, or_equal=self.inclusive)

    def __str__(self) -> str:
        side = (">" if self.least else "<") + ("=" if self.inclusive else "")
        return f"Values are {side} {self.bound.value}."


@dataclass(frozen=True, slots=True)
class OfLength(ValueConstraint):
    """sh:minLength or sh:maxLength, in characters."""

    component: ox.NamedNode  # type: ignore[misc]
    length: int
    least: bool

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        text = literals.text_of(value)
        if text is None:
            return False
        return len(text) >= self.length if self.least else len(text) <= self.length

    def __str__(self) -> str:
        return f"Values have at {'least' if self.least else 'most'} {self.length} characters."


@dataclass(frozen=True, slots=True)
class Matching(ValueConstraint):
    """sh:pattern with sh:flags."""

    component: ClassVar[ox.NamedNode] = core("Pattern")
    pattern: str
    flags: str = ""

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        text = literals.text_of(value)
        return text is not None and literals.matches(text, self.pattern, self.flags)

    def __str__(self) -> str:
        return f"Values match {self.pattern}"


@dataclass(frozen=True, slots=True)
class InLanguages(ValueConstraint):
    """sh:languageIn."""

    component: ClassVar[ox.NamedNode] = core("LanguageIn")
    languages: tuple[str, ...]

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return literals.in_languages(value, self.languages)

    def __str__(self) -> str:
        return f"Values are in one of the languages {' '.join(self.languages)}."


@dataclass(frozen=True, slots=True)
class OneOf(ValueConstraint):
    """sh:in."""

    component: ClassVar[ox.NamedNode] = core("In")
    members: frozenset[Term]

    def allows(self, run: Run, value: Term) -> bool:
        """See `ValueConstraint.allows`."""
        return value in self.members

    def __str__(self) -> str:
        return "Values are those of a list."


@dataclass(frozen=True, slots=True)
class MinCount:
    """sh:minCount."""

    component: ClassVar[ox.NamedNode] = core("MinCount")
    count: int

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        if len(values) < self.count:
            yield shape.result(self, focus)

    def __str__(self) -> str:
        return f"There are at least {self.count} values."


@dataclass(frozen=True, slots=True)
class MaxCount:
    """sh:maxCount."""

    component: ClassVar[ox.NamedNode] = core("MaxCount")
    count: int

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        if len(values) > self.count:
            yield shape.result(self, focus)

    def __str__(self) -> str:
        return f"There are at most {self.count} values."


@dataclass(frozen=True, slots=True)
class HasValue:
    """sh:hasValue."""

    component: ClassVar[ox.NamedNode] = core("HasValue")
    value: Term

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        if self.value not in values:
            yield shape.result(self, focus)

    def __str__(self) -> str:
        return f"{self.value} is among the values."


@dataclass(frozen=True, slots=True)
class UniqueLang:
    """sh:uniqueLang: no two values have the same language tag."""

    component: ClassVar[ox.NamedNode] = core("UniqueLang")

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        tags = (v.language.lower() for v in values if isinstance(v, ox.Literal) and v.language)
        for count in Counter(tags).values():
            if count > 1:
                yield shape.result(self, focus)

    def __str__(self) -> str:
        return "There is one value in each language."


@dataclass(frozen=True, slots=True)
class Closed:
    """sh:closed: value nodes have no properties but these."""

    component: ClassVar[ox.NamedNode] = core("Closed")
    allowed: frozenset[Term]

    def results(
        self, run: Run, shape: Shape, focus: Term, values: Sequence[Term]
    ) -> Iterator[Result]:
        """See `Constraint.results`."""
        for node in values:
            for predicate, value in run.graph.about(node):
                if predicate not in self.allowed:
                    yield shape.result(self, focus, value, path=Step(predicate))

    def __str__(self) -> str:
        return "There are no other properties."
