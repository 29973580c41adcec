"""What validation says: results, each about a focus node, and whether the data conforms."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.shacl.paths import Path
from kg.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result, with the fields that SHACL's vocabulary has for it.

    Two are equal if they say the same of the data; messages are not compared.
    """

    focus_node: Term
    path: Path | None
    value: Term | None
    severity: ox.NamedNode
    component: ox.NamedNode
    source_shape: Term
    source_constraint: Term | None = None
    messages: tuple[ox.Literal, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """All results of a validation; one that is reached on two ways is there twice."""

    results: tuple[Result, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all, of whatever severity."""
        return not self.results
