"""Triple patterns: how many triples they have, these triples, and their join with solutions."""

from __future__ import annotations

from collections.abc import Container, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from kg.columnar.algebra import Bgp, Pattern
from kg.columnar.handing_over import Budget
from kg.columnar.layout import Copy, Ids, Numbers, Predicate, Relation, Rows
from kg.columnar.table import Mask, Table, run_of, spread

ALL: Final = slice(None)


@dataclass(frozen=True)
class Scan:
    """A pattern in a relation, and what its solutions bind.

    `constants` are the ids of its constants, 0 for an unknown term.
    """

    relation: Relation
    pattern: Pattern
    graph: str | None
    constants: dict[str, int]
    variables: frozenset[str]

    @classmethod
    def of(cls, copy: Copy, pattern: Pattern, graph: str | None) -> Scan:
        """Look up the constants of a pattern; `graph` is None for the default graph."""
        terms = [*pattern] if graph is None else [*pattern, graph]
        constants = {term: copy.find(term) for term in terms if not term.startswith("?")}
        relation = copy.union if graph is None else copy.named
        variables = frozenset(term for term in terms if term.startswith("?"))
        return cls(relation, pattern, graph, constants, variables)

    def predicate(self) -> Predicate | None:
        """The predicate, where it is a constant that there is."""
        return self.relation.predicates.get(self.constants.get(self.pattern.p, 0))

    def is_empty(self) -> bool:
        """Whether a constant is a term that no triple has."""
        return 0 in self.constants.values() or (
            self.pattern.p in self.constants and self.predicate() is None
        )

    @cached_property
    def size(self) -> int:
        """How many triples there are to be looked at."""
        if self.is_empty():
            return 0
        return len(self.part().s) if self.predicate() else self.relation.rows

    def estimate(self, rows: int, bound: frozenset[str] | set[str]) -> float:
        """How many solutions its join with so many `rows` has, which bind some variables."""
        size = self.size
        predicate = self.predicate()
        if predicate is None or not size:
            return rows * size
        s, _, o = self.pattern
        shares = [1.0]
        if s in bound:
            shares.append(1 / (predicate.subjects if o not in self.constants else size))
        if o in bound:
            shares.append(1 / (predicate.objects if s not in self.constants else size))
        return rows * size * min(shares)

    def part(self, *, by: str = "s") -> Rows:
        """The triples with its constants as far as an order finds them, sorted by `s` or `o`."""
        predicate = self.predicate()
        s, _, o = self.pattern
        if predicate is None:
            return self.relation.all()
        if s in self.constants:
            return self.relation.of_subject(predicate, self.constants[s])
        if o in self.constants:
            return self.relation.of_object(predicate, self.constants[o])
        if by == "o":
            return self.relation.by_object(predicate)
        return self.relation.by_subject(predicate)

    def solutions(self, budget: Budget, wanted: Set[str]) -> Table:
        """All solutions of the pattern, with the variables that are wanted."""
        if self.is_empty():
            return Table(0, {name: np.zeros(0, np.int32) for name in sorted(self.variables)})
        part = self.part(by="o" if self.pattern.s not in wanted else "s")
        budget.rows_wanted(len(part.s) if wanted else 0)  # rows alone take no memory
        return self._checked(Table(len(part.s), {}), part, wanted)

    def joined(self, table: Table, budget: Budget, wanted: Container[str]) -> Table:
        """The join of solutions with the pattern, one of whose ends they bind."""
        if self.is_empty():
            nothing = table.take(np.zeros(0, np.int64))
            for name in sorted(self.variables - set(table.columns)):
                nothing = nothing.extended(name, np.zeros(0, np.int32))
            return nothing
        ways = [self._way(table, end) for end in self._ends(table)]
        end, part, low, counts = min(ways, key=lambda way: int(way[3].sum()))
        if counts.max(initial=0) > 1:
            at, places = spread(low, counts, budget)
            table = table.take(at)
        else:
            met = counts > 0
            table, places = table.where(met), low if met.all() else low[met]
        return self._checked(table, part, wanted, end, places)

    def is_reached(self, bound: set[str]) -> bool:
        """Whether solutions that bind these variables find its triples without a scan."""
        s, p, o = self.pattern
        return p in self.constants and (s in bound or o in bound)

    def _ends(self, table: Table) -> list[str]:
        s, _, o = self.pattern
        return [end for end, name in (("s", s), ("o", o)) if name in table.columns]

    def _way(self, table: Table, end: str) -> tuple[str, Rows, Numbers, Numbers]:
        """Triples by an end, and for each solution where its own begin and how many there are."""
        part = self.part(by=end)
        ordered, name = (part.s, self.pattern.s) if end == "s" else (part.o, self.pattern.o)
        return end, part, *run_of(ordered, table.columns[name])

    def _checked(
        self,
        table: Table,
        part: Rows,
        wanted: Container[str],
        joined: str = "",
        at: Numbers | slice = ALL,
    ) -> Table:
        """Solutions with the triples beside them, where all terms agree; `joined` is known to."""
        mask: Mask | None = None
        columns = dict(table.columns)
        names = [self.pattern.s, self.pattern.o, self.pattern.p, self.graph]
        for place, name in zip("sopg", names, strict=True):
            known = self.constants.get(name or "")
            if name is None or place == joined or (known is not None and self._is_found(place)):
                continue
            if known is None and name not in columns:
                if name in wanted or names.count(name) > 1:
                    columns[name] = self._column(part, place)[at]
                continue
            same = self._column(part, place)[at] == (columns[name] if known is None else known)
            mask = same if mask is None else mask & same
        found = Table(table.rows, columns)
        return found if mask is None else found.where(mask)

    def _is_found(self, place: str) -> bool:
        """Whether all triples of `part` have the constant that is in a place."""
        return place == "p" or (
            place == ("s" if self.pattern.s in self.constants else "o")
            and self.predicate() is not None
        )

    def _column(self, part: Rows, place: str) -> Ids:
        if place == "p":
            counts = [predicate.rows for predicate in self.relation.predicates.values()]
            return np.repeat(np.array([*self.relation.predicates], dtype=np.int32), counts)
        column = {"s": part.s, "o": part.o, "g": part.g}[place]
        if column is None:
            raise TypeError("the default graph has no names of graphs")
        return column


class Scans:
    """The patterns of a query on a copy, each looked up once."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        self._known: dict[tuple[Pattern, str | None], Scan] = {}

    def of(self, node: Bgp) -> list[Scan]:
        """Those of patterns of one graph."""
        return [self._one(pattern, node.graph) for pattern in node.patterns]

    def _one(self, pattern: Pattern, graph: str | None) -> Scan:
        found = self._known.get((pattern, graph))
        if found is None:
            found = self._known[pattern, graph] = Scan.of(self.copy, pattern, graph)
        return found
