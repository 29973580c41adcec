"""The triple patterns of a query, in groups that hold together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pyoxigraph as ox

Place: TypeAlias = ox.NamedNode | str
"""What stands in a pattern: an IRI, or the name of a variable."""

ENTITY: Final = "entity"

Allowed: TypeAlias = dict[str, frozenset[ox.NamedNode]]
"""The IRIs that VALUES gives to variables."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A predicate from subject to object, or with `inverse` from object to subject."""

    predicate: ox.NamedNode
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A triple pattern; one that is `endless` stands for chains of any length.

    One of the `hops` leads from subject to object; without any, each predicate does, and
    `predicate` names the variable that is bound to it. With `empty` a chain of no triple fits too.
    """

    subject: Place
    object: Place
    hops: tuple[Hop, ...] = ()
    predicate: str = ""
    endless: bool = False
    empty: bool = False

    @property
    def places(self) -> tuple[Place, Place, Place]:
        """Subject, predicate (the empty text where a hop stands) and object."""
        return self.subject, self.predicate, self.object


@dataclass(eq=False, slots=True)
class Group:
    """Patterns that hold together, also with those of the groups `around` it."""

    around: Group | None = None
    projected: frozenset[str] | None = None
    number: int = 0
    own: list[Pattern] = field(default_factory=list)
    values: Allowed = field(default_factory=dict)

    def name(self, variable: str) -> str:
        """What a variable is called outside; what a sub-select keeps has a name of its own."""
        if self.projected is not None and variable not in self.projected:
            return f"{variable}@{self.number}"
        return variable if self.around is None else self.around.name(variable)

    def patterns(self) -> list[Pattern]:
        """All patterns that hold together with each of this group."""
        return self.own + ([] if self.around is None else self.around.patterns())

    def allowed(self) -> Allowed:
        """What VALUES gives to the variables of `patterns`."""
        return self.values if self.around is None else self.around.allowed() | self.values
