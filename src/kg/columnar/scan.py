"""Triple patterns: how many triples they have, these triples, and their join with solutions."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from kg.columnar.algebra import Bgp, Pattern
from kg.columnar.handing_over import Budget
from kg.columnar.layout import Copy, End, Ids, Numbers, Predicate, Relation, Rows
from kg.columnar.packing import taken
from kg.columnar.table import Mask, Table, run_of, spread

ALL: Final = slice(None)

FEW_TERMS: Final = 16
"""The triples of so many terms are looked up by term and not by predicate: there are hundreds."""

_NONE: Final = np.zeros(0, np.int32)


class Mixed(NamedTuple):
    """Triples of several predicates, like `Rows`; `p` has their predicates."""

    s: Ids
    o: Ids
    g: Ids | None
    p: Ids


Found: TypeAlias = Rows | Mixed


@dataclass(frozen=True, eq=False)
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
        constants = {term: copy.id_of(term) for term in terms if term[0] != "?"}
        relation = copy.union if graph is None else copy.named
        if graph is not None and graph[0] != "?":
            relation = relation.of_graph(constants[graph], make=False) or relation
        variables = frozenset(term for term in terms if term[0] == "?")
        return cls(relation, pattern, graph, constants, variables)

    @property
    def words(self) -> str:
        """The pattern as it is told."""
        return f"{' '.join(self.pattern)}{f' in {self.graph}' if self.graph else ''}"

    @property
    def parts(self) -> tuple[Scan, ...]:
        """The patterns that it stands for."""
        return (self,)

    @cached_property
    def predicate(self) -> Predicate | None:
        """The predicate, where it is a constant that there is."""
        return self.relation.predicates.get(self.constants.get(self.pattern.p, 0))

    def is_empty(self) -> bool:
        """Whether a constant is a term that no triple has."""
        return 0 in self.constants.values() or (
            self.pattern.p in self.constants and self.predicate is None
        )

    @cached_property
    def size(self) -> int:
        """How many triples there are to be looked at."""
        if self.is_empty():
            return 0
        predicate = self.predicate
        if self._end is None:
            return self.relation.rows if predicate is None else predicate.rows
        if predicate is not None:
            return len(self.part().s)
        return sum(len(rows.s) for rows in self._at_end.values())

    def estimate(self, rows: int, bound: frozenset[str] | set[str]) -> float:
        """How many solutions its join with so many `rows` has, which bind some variables."""
        size, (s, p, o), most = self.size, self.pattern, 1
        if not size:
            return 0
        if s in bound or o in bound:
            subjects, objects = self._ends_there
            most = max(subjects if s in bound else 1, objects if o in bound else 1)
        if p in bound:
            return rows * size / most / min(size, len(self.relation.predicates))
        return rows * size / most

    @cached_property
    def _ends_there(self) -> tuple[int, int]:
        """About how many subjects and objects there are; the most of any predicate."""
        predicate = self.predicate
        return (predicate.subjects, predicate.objects) if predicate else self.relation.most_ends()

    @property
    def _end(self) -> End | None:
        """Which end of triples is a constant, if any; the subject where both are."""
        s, _, o = self.pattern
        if s in self.constants:
            return "s"
        return "o" if o in self.constants else None

    @property
    def has_end(self) -> bool:
        """Whether a subject or an object is a constant."""
        return self._end is not None

    @cached_property
    def _at_end(self) -> dict[int, Rows]:
        """The triples of each predicate at a constant end."""
        end = self._end or "s"
        return self.relation.of_term(end, self.constants[getattr(self.pattern, end)])

    def part(self, *, by: str = "s") -> Found:
        """The triples with its constants as far as an order finds them, sorted by `s` or `o`.

        Those of several predicates stand in no order.
        """
        predicate = self.predicate
        s, _, o = self.pattern
        if predicate is None:
            return _mixed(self._at_end.items()) if self._end else self.relation.all()
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
        narrow = self._of_graph(make=not budget.small)
        if narrow is not None:
            return replace(self, relation=narrow).solutions(budget, wanted)
        if not wanted and self._is_plain():
            return Table(self.size, {})  # rows alone take no memory
        budget.rows_wanted(self.size if wanted else 0)
        part = self.part(by="o" if self.pattern.s not in wanted else "s")
        return self._checked(Table(len(part.s), {}), part, wanted)

    def joined(
        self,
        table: Table,
        budget: Budget,
        wanted: Container[str],
        predicates: Collection[int] | None = None,
    ) -> Table:
        """The join of solutions with the pattern, one of whose ends they bind.

        Where the predicate is a variable, only `predicates` are looked at if there are any given.
        """
        if self.is_empty():
            nothing = table.take(np.zeros(0, np.int64))
            for name in sorted(self.variables - set(table.columns)):
                nothing = nothing.extended(name, np.zeros(0, np.int32))
            return nothing
        if self.predicate is None:
            end, part, low, counts = self._mixed_way(table, budget, predicates)
        else:
            ways = [self._way(table, end, keep=not budget.small) for end in self._ends(table)]
            end, part, low, counts = min(ways, key=lambda way: int(way[3].sum()))
        if counts.max(initial=0) > 1:
            at, places = spread(low, counts, budget)
            table = table.take(at)
        else:
            met = counts > 0
            table, places = table.where(met), low if met.all() else low[met]
        return self._checked(table, part, wanted, end, places)

    def _of_graph(self, *, make: bool) -> Relation | None:
        """The triples of its graph alone, where a scan of all would look at many more."""
        graph = self.constants.get(self.graph or "")
        if graph is None or self._end is not None or self.relation.graph:
            return None
        return self.relation.of_graph(graph, make=make)

    def _is_plain(self) -> bool:
        """Whether all its `size` triples are solutions: its terms are found by an order."""
        graph = [] if self.graph is None or self.relation.graph else [self.graph]
        terms = [*self.pattern, *graph]
        free = [term for term in terms if term not in self.constants]
        found = len(terms) - len(free) - (self.pattern.p in self.constants)
        return len(set(free)) == len(free) and found == (self._end is not None)

    def reached_from(self, table: Table) -> int:
        """How many triples solutions lead to that bind one of its ends."""
        if self.predicate is None:
            return self.size
        return min(int(self._way(table, end)[3].sum()) for end in self._ends(table))

    def is_reached(self, bound: set[str]) -> bool:
        """Whether solutions that bind these variables find its triples without a scan."""
        s, p, o = self.pattern
        by_term = s in bound or o in bound
        return by_term and (p in self.constants or not {s, o} & self.constants.keys())

    def _ends(self, table: Table) -> list[End]:
        s, _, o = self.pattern
        ends: list[tuple[End, str]] = [("s", s), ("o", o)]
        return [end for end, name in ends if name in table.columns]

    def _mixed_way(
        self, table: Table, budget: Budget, predicates: Collection[int] | None
    ) -> tuple[End, Found, Numbers, Numbers]:
        """The same for a pattern whose predicate is a variable, which the solutions may bind."""
        end = self._ends(table)[0]
        wanted, of = np.unique(table.columns[getattr(self.pattern, end)], return_inverse=True)
        is_any = predicates is None and self.pattern.p not in table.columns
        if len(wanted) == 1 or (is_any and len(wanted) <= FEW_TERMS):
            of_terms = (self.relation.of_term(end, term) for term in wanted.tolist())
            rows = [each for found in of_terms for each in found.items()]
        else:
            some = self._predicates(table, predicates)
            rows = [*self._with_any(wanted, end, some, budget).items()]
        budget.rows_wanted(sum(len(part.s) for _, part in rows))
        mixed = _mixed(rows)
        ordered = mixed.s if end == "s" else mixed.o
        order = np.argsort(ordered, kind="stable")
        low, counts = run_of(ordered[order], wanted)
        graphs = None if mixed.g is None else mixed.g[order]
        part = Mixed(mixed.s[order], mixed.o[order], graphs, mixed.p[order])
        return end, part, low[of], counts[of]

    def _with_any(
        self, wanted: Ids, end: End, predicates: Iterable[Predicate], budget: Budget
    ) -> dict[int, Rows]:
        """The triples of some predicates that have one of some terms at an end."""
        rows: dict[int, Rows] = {}
        for predicate in predicates:
            budget.rows_wanted(0)
            known = self.relation.beside(predicate, end, wanted)
            low, counts = run_of(known.s if end == "s" else known.o, wanted)
            if counts.any():
                rows[predicate.id] = taken(known, spread(low, counts, budget)[1])
        return rows

    def _predicates(self, table: Table, wanted: Collection[int] | None) -> Iterable[Predicate]:
        known = self.relation.predicates
        if self.pattern.p in table.columns:
            wanted = np.unique(table.columns[self.pattern.p]).tolist()
        return known.values() if wanted is None else [known[p] for p in wanted if p in known]

    def _way(
        self, table: Table, end: End, *, keep: bool = True
    ) -> tuple[End, Found, Numbers, Numbers]:
        """Triples by an end, and for each solution where its own begin and how many there are."""
        column, predicate = table.columns[getattr(self.pattern, end)], self.predicate
        if self._end is None and predicate is not None:
            return end, *self.relation.runs(predicate, end, column, keep=keep)
        part = self.part(by=end)
        return end, part, *run_of(part.s if end == "s" else part.o, column)

    def _checked(
        self,
        table: Table,
        part: Found,
        wanted: Container[str],
        joined: End | None = None,
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
        return place in ("p", self._end) or (place == "g" and self.relation.graph > 0)

    def _column(self, part: Found, place: str) -> Ids:
        if place == "p" and isinstance(part, Mixed):
            return part.p
        if place == "p":
            counts = [predicate.rows for predicate in self.relation.predicates.values()]
            return np.repeat(np.array([*self.relation.predicates], dtype=np.int32), counts)
        column = {"s": part.s, "o": part.o, "g": part.g}[place]
        if column is None:
            raise TypeError("the default graph has no names of graphs")
        return column


def _mixed(rows: Iterable[tuple[int, Rows]]) -> Mixed:
    """Some predicates with rows of theirs together."""
    rows = [(term, part) for term, part in rows if len(part.s)]
    if not rows:
        return Mixed(_NONE, _NONE, _NONE, _NONE)
    terms, parts = zip(*rows, strict=True)
    s, o = (np.concatenate([getattr(part, place) for part in parts]) for place in "so")
    graphs = [part.g for part in parts if part.g is not None]
    p = np.repeat(np.array(terms, np.int32), [len(part.s) for part in parts])
    return Mixed(s, o, np.concatenate(graphs) if graphs else None, p)


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
