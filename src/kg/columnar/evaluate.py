"""Operators, evaluated one after the other; each says what it made, for `explain`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kg.columnar.aggregates import grouped
from kg.columnar.algebra import (
    Bgp,
    Closure,
    Exists,
    Expression,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Minus,
    Node,
    Select,
    Union,
    Values,
    certain,
    operands,
    uses,
    variables,
)
from kg.columnar.choosing import expected
from kg.columnar.expressions import Expressions
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.layout import Ids
from kg.columnar.modifiers import modified
from kg.columnar.overlay import Terms
from kg.columnar.paths import END, FROM, START, reached, with_empty
from kg.columnar.scan import Scan, Scans
from kg.columnar.stars import stars
from kg.columnar.syntax import listed
from kg.columnar.table import (
    UNIT,
    Mask,
    Table,
    agreeing,
    distinct,
    join,
    matches,
    merged,
    united,
)

AHEAD: Final = 3
FAR: Final = 16
"""So many patterns may be begun with, of those with so many times the triples of the smallest."""

SMALL: Final = 1_000
"""Where the smallest pattern has fewer triples, it is the first."""

SAMPLE: Final = 256
"""Of so many solutions it is looked where they lead to."""

_NO_IDS: Final = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Step:
    """What one operator did: rows that were expected (None is not known) and made, and seconds."""

    operator: str
    estimated: float | None
    rows: int
    seconds: float


class Evaluation:
    """One query on a copy; `steps` are in the order in which they were taken.

    The solutions of an operator that is `repeated`, as the pattern of a DESCRIBE is for each of its
    variables, are made once.
    """

    def __init__(
        self, scans: Scans, budget: Budget, node: Node, repeated: Node | None = None
    ) -> None:
        self.terms = Terms(scans.copy)
        self.steps: list[Step] = []
        self._scans = scans
        self._budget = budget
        self._uses = uses(node)
        self._expressions = Expressions(scans.copy, self.terms, budget)
        self._repeated = repeated
        self._known: Table | None = None
        self._since = time.perf_counter()

    def select(self, select: Select, seed: Table = UNIT) -> Table:
        """The solutions of a SELECT query, in order; groups too are only made of what is wanted."""
        table = self.solutions(select.where, seed)
        if select.grouping is not None:
            table = grouped(select.grouping, table, self.terms, self._expressions)
            self._did("groups", None, table)
        table = modified(select, table, self.terms, self._expressions)
        return self._did("solution modifiers", None, table)

    def solutions(self, node: Node, seed: Table = UNIT) -> Table:
        """The solutions of an operator.

        `seed` has distinct values of variables that it certainly binds: solutions with other
        values need not be made.
        """
        if seed is not UNIT or node != self._repeated:
            return self._solutions(node, seed)
        if self._known is None:
            self._known = self._solutions(node, seed)
        return self._known

    def _solutions(self, node: Node, seed: Table) -> Table:
        self._budget.rows_wanted(0)
        if not seed.rows:
            return _nothing(node)
        match node:
            case Bgp():
                return self._bgp(node, seed)
            case Closure():
                return self._did("path", None, self._closure(node, seed))
            case Join():
                return self._joined(operands(node), seed)
            case LeftJoin():
                return self._left_join(node, seed)
            case Union(left, right):
                parts = [self.solutions(side, self._seed(seed, side)) for side in (left, right)]
                self._budget.rows_wanted(sum(part.rows for part in parts))
                return self._did("union", None, united(*parts))
            case Minus(left, right):
                first = self.solutions(left, self._seed(seed, left))
                return self._did("minus", None, self._minus(first, right))
            case Exists(inner, _, negated):
                first = self.solutions(inner, self._seed(seed, inner))
                found = self._existing(node, first)
                kept = first.where(~found if negated else found)
                return self._did("not exists" if negated else "exists", None, kept)
            case Filter(inner, expression):
                return self._filter(self.solutions(inner, self._seed(seed, inner)), expression)
            case Extend(inner, variable, expression):
                first = self.solutions(inner, self._seed(seed, inner))
                return first.extended(variable, self._expressions.values(expression, first))
            case Values(names, rows):
                columns = [self.terms.ids_of(row[at] for row in rows) for at in range(len(names))]
                return Table(len(rows), dict(zip(names, columns, strict=True)))
            case Select():
                is_whole = node.limit is None and not node.offset
                return self.select(node, self._seed(seed, node.where) if is_whole else UNIT)

    def _joined(self, parts: Sequence[Node], seed: Table) -> Table:
        """All parts, in the order of how many solutions each seems to have beside those before."""
        left = [(part, expected(self._scans, part)) for part in parts]
        table, bound = UNIT, frozenset(seed.columns)
        while left:
            chosen = min(left, key=lambda each: (not variables(each[0]) & bound, each[1]))
            left.remove(chosen)
            part = chosen[0]
            found = self.solutions(part, self._seed(seed if table is UNIT else table, part))
            table = self._did("join", None, join(table, found, self._budget))
            if not table.rows:
                return _nothing(*parts)
            bound |= frozenset(table.columns)
        return table

    def _bgp(self, node: Bgp, seed: Table) -> Table:
        """Patterns in the order of how many solutions each seems to leave."""
        scans = self._scans.of(node)
        if not scans and node.graph is not None:
            raise HandedOver("it names a graph without a pattern in it")
        filters = list(node.filters)
        reached = any(scan.is_reached(set(seed.columns)) for scan in scans)
        table = seed if reached and seed.rows <= min(scan.size for scan in scans) else UNIT
        while scans:
            if not table.rows:
                return _nothing(node)
            scan = self._first(scans) if table is UNIT else self._next(scans, table)
            scans = [each for each in scans if each not in scan.parts]
            passing = self._spent(scans, filters, node) - set(table.columns)
            table = self._with(table, scan, scan.variables - passing, filters)
            for expression in [f for f in filters if f.variables <= set(table.columns)]:
                filters.remove(expression)
                table = self._filter(table, expression)
            spent = self._spent(scans, filters, node)
            table = table.only([name for name in table.columns if name not in spent])
        return table

    def _spent(
        self, scans: Sequence[Scan], filters: Sequence[Expression], node: Bgp
    ) -> frozenset[str]:
        """The variables of patterns that nothing uses any more."""
        later = {name for scan in scans for name in scan.variables}
        later |= {name for expression in filters for name in expression.variables}
        return frozenset(n for n in variables(node) - later if self._uses[n] == 1)

    def _first(self, scans: Sequence[Scan]) -> Scan:
        """The pattern to begin with: few triples, which do not lead to many more.

        Sizes tell nothing of how unevenly triples are spread: where it matters, a step is looked
        ahead.
        """
        smallest = min(scans, key=lambda scan: scan.size)
        if smallest.size < SMALL:
            return smallest
        choices = [*stars(scans, set(), self._budget), *scans]
        ordered = sorted(choices, key=lambda scan: scan.size)
        least = ordered[0].size
        far = [scan for scan in ordered[:AHEAD] if scan.size <= min(FAR * least, self._budget.rows)]
        if least < SMALL or len(far) < 2:
            return ordered[0]
        return min(far, key=lambda scan: scan.size + self._ahead(scan, choices))

    def _ahead(self, scan: Scan, scans: Sequence[Scan]) -> float:
        """About how many triples of the best other pattern a pattern leads to, by a sample."""
        table = scan.solutions(self._budget, scan.variables)
        step = max(1, table.rows // SAMPLE)
        sample = table.take(np.arange(0, table.rows, step))
        others = (
            each
            for each in scans
            if not {*each.parts} & {*scan.parts} and each.is_reached({*table.columns})
        )
        return step * min((each.reached_from(sample) for each in others), default=scan.size / step)

    def _next(self, scans: Sequence[Scan], table: Table) -> Scan:
        """The pattern to go on with: one that is connected, and has the fewest solutions."""
        bound = set(table.columns)

        def cost(scan: Scan) -> tuple[bool, float]:
            return bool(bound) and not scan.variables & bound, scan.estimate(table.rows, bound)

        found = min(scans, key=cost)
        if cost(found)[1] < SMALL:
            return found
        return min([*stars(scans, bound, self._budget), *scans], key=cost)

    def _with(
        self, table: Table, scan: Scan, wanted: frozenset[str], filters: Sequence[Expression]
    ) -> Table:
        estimated = scan.estimate(table.rows, set(table.columns))
        if scan.is_reached(set(table.columns)):
            predicates = self._listed(scan.pattern.p, filters)
            table, how = scan.joined(table, self._budget, wanted, predicates), "look up"
        else:
            table, how = join(table, scan.solutions(self._budget, wanted), self._budget), "scan"
        return self._did(f"{how} {scan.words}", estimated, table)

    def _listed(self, name: str, filters: Sequence[Expression]) -> set[int] | None:
        """The IRIs that a filter leaves for a variable; None where none tells."""
        lists = (listed(each.tree, name) for each in filters)
        found = next((iris for iris in lists if iris is not None), None)
        return None if found is None else {self._scans.copy.find(iri) for iri in found}

    def _closure(self, node: Closure, seed: Table) -> Table:
        """Begin where one end is known, and else everywhere; either end may be the first one."""
        path = node.path
        ends = [(path.s, path.o, path.start, path.end), (path.o, path.s, path.end, path.start)]
        known = [(self._begin(each[0], seed), each) for each in ends]
        begin, (first, last, start, end) = next(
            (each for each in known if each[0] is not None), known[0]
        )

        def leading(begin: Ids) -> Table:
            found = self.solutions(node.inner, Table(len(begin), {start: begin}))
            return Table(found.rows, {START: found.columns[start], END: found.columns[end]})

        if begin is None:
            if path.empty:
                raise HandedOver("it has a path with * or ? from anywhere to anywhere")
            step = distinct(self.solutions(node.inner).only([start, end]))
            pairs = Table(step.rows, {START: step.columns[start], END: step.columns[end]})
            begin = np.unique(step.columns[start])
            found = reached(begin, lambda _: pairs, self._budget, many=path.many)
        else:
            found = reached(begin, leading, self._budget, many=path.many)
        if path.empty:
            found = with_empty(found, begin)
        return self._between(found, first, last)

    def _begin(self, end: str, seed: Table) -> Ids | None:
        """The terms at an end of a path, where they are known."""
        if not end.startswith("?"):
            return np.array([self.terms.id_of(end)], np.int32)
        return np.unique(seed.columns[end]) if end in seed.columns else None

    def _between(self, found: Table, first: str, last: str) -> Table:
        """Pairs of ends as solutions."""
        if not last.startswith("?"):
            found = found.where(found.columns[END] == self.terms.id_of(last))
        elif first == last:
            found = found.where(found.columns[FROM] == found.columns[END])
        ends = {first: found.columns[FROM], last: found.columns[END]}
        return Table(found.rows, {name: ids for name, ids in ends.items() if name[:1] == "?"})

    def _left_join(self, node: LeftJoin, seed: Table) -> Table:
        left = self.solutions(node.left, self._seed(seed, node.left))
        if not left.rows:
            return _nothing(node)
        right = self.solutions(node.right, self._seed(left, node.right))
        at_left, at_right = matches(left, right, self._budget)
        inner = merged(left, at_left, right, at_right)
        for condition in node.conditions:
            kept = self._expressions.kept(condition, inner)
            inner, at_left = inner.where(kept), at_left[kept]
        is_missing = np.ones(left.rows, np.bool_)
        is_missing[at_left] = False
        missing = left.take(np.flatnonzero(is_missing))
        return self._did("optional", None, united(inner, missing))

    def _existing(self, node: Exists, left: Table) -> Mask:
        if not left.rows:
            return np.zeros(0, np.bool_)
        right = self.solutions(node.pattern, self._seed(left, node.pattern))
        if not node.conditions:
            return agreeing(left, right)
        at_left, at_right = matches(left, right, self._budget)
        pairs = merged(left, at_left, right, at_right)
        for condition in node.conditions:
            kept = self._expressions.kept(condition, pairs)
            pairs, at_left = pairs.where(kept), at_left[kept]
        found = np.zeros(left.rows, np.bool_)
        found[at_left] = True
        return found

    def _minus(self, left: Table, right: Node) -> Table:
        if not left.rows:
            return left
        found = self.solutions(right, self._seed(left, right))
        if not set(left.columns) & set(found.columns):
            return left
        return left.where(~agreeing(left, found))

    def _filter(self, table: Table, expression: Expression) -> Table:
        kept = table.where(self._expressions.kept(expression, table))
        return self._did(f"filter {expression.text.strip()}", None, kept)

    def _seed(self, table: Table, node: Node) -> Table:
        """The distinct values of what both certainly bind."""
        names = [name for name in table.columns if name in certain(node)]
        names = [name for name in names if table.columns[name].all()]
        return distinct(table.only(names)) if names else UNIT

    def _did(self, operator: str, estimated: float | None, table: Table) -> Table:
        now = time.perf_counter()
        self.steps.append(Step(operator, estimated, table.rows, now - self._since))
        self._since = now
        return table


def _nothing(*nodes: Node) -> Table:
    """No solution, with the variables of some operators."""
    names = {name for node in nodes for name in variables(node)}
    return Table(0, dict.fromkeys(sorted(names), _NO_IDS))
