"""GROUP BY, and what aggregates are worth: exactly as the engine counts, or not at all."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Final

import numpy as np

from kg.columnar.algebra import Aggregate, Grouping
from kg.columnar.expressions import Expressions
from kg.columnar.handing_over import HandedOver
from kg.columnar.layout import Ids, Numbers
from kg.columnar.overlay import Terms
from kg.columnar.table import Table, are_distinct, places, repeating, starts
from kg.columnar.terms import NUMBERS, XSD, Kind, kind_and_key

DECIMAL_UNIT: Final = 10**18
"""The engine keeps so many parts of a decimal, and cuts off what is smaller."""

DECIMAL_BOUND: Final = 2**127
SUM_BOUND: Final = 2**62


class Groups:
    """Solutions in groups: the group of each, or where each begins if they follow one another."""

    def __init__(
        self, table: Table, count: int, of: Numbers | None = None, begins: Numbers | None = None
    ) -> None:
        self.table = table
        self.count = count
        self._of, self._begins = of, begins

    @cached_property
    def of(self) -> Numbers:
        """The group of each solution."""
        return np.repeat(np.arange(self.count), self.sizes) if self._of is None else self._of

    @cached_property
    def sizes(self) -> Numbers:
        """How many solutions each has."""
        if self._begins is not None:
            return np.diff(self._begins, append=self.table.rows)
        return np.bincount(self.of, minlength=self.count)


def grouped(grouping: Grouping, table: Table, terms: Terms, expressions: Expressions) -> Table:
    """One solution for each group, with its keys and the values of its aggregates."""
    for name, expression in grouping.extends:
        table = table.extended(name, expressions.values(expression, table))
    columns = [table.column(name) for name in grouping.keys]
    if len(columns) == 1 and (begins := starts(columns[0])) is not None:
        groups = Groups(table, len(begins), begins=begins)
        found = table.only(grouping.keys).take(begins)
    elif columns:
        first, inverse = places(columns, table.rows)
        groups = Groups(table, len(first), inverse)
        found = table.only(grouping.keys).take(first)
    else:
        groups = Groups(table, 1, np.broadcast_to(np.int64(0), table.rows))
        found = Table(1, {})
    for aggregate in grouping.aggregates:
        found = found.extended(aggregate.variable, _value(aggregate, groups, terms, expressions))
    for expression in grouping.having:
        found = found.where(expressions.kept(expression, found))
    return found


def _value(aggregate: Aggregate, groups: Groups, terms: Terms, expressions: Expressions) -> Ids:
    """The value of an aggregate for each group."""
    if aggregate.argument is None and groups.count == 1:
        return terms.ids_of([_integer(groups.table.rows)])
    if aggregate.argument is None:
        return _counts(groups.sizes, terms)
    column = expressions.values(aggregate.argument, groups.table)
    simple = aggregate.function == "COUNT" and aggregate.argument.variable is not None
    if not simple and not column.all():
        raise HandedOver(f"{aggregate.function} has an argument without a value")
    of = groups.of
    if aggregate.distinct:
        of, column = _each_once(of, column)
    if aggregate.function == "COUNT":
        return _counts(np.bincount(of[column > 0], minlength=groups.count), terms)
    extreme = aggregate.function in ("MIN", "MAX")
    if not len(column):
        nothing = 0 if extreme else terms.id_of(_integer(0))
        return np.full(groups.count, nothing, dtype=np.int32)
    of_groups = _extremes if extreme else _sums
    return of_groups(aggregate.function, column, Groups(groups.table, groups.count, of), terms)


def _each_once(of: Numbers, column: Ids) -> tuple[Numbers, Ids]:
    """Each value of a group once."""
    if are_distinct(column):
        return of, column
    first, _ = places([of, column.astype(np.int64)], len(of))
    return of[first], column[first]


def _counts(counts: Numbers, terms: Terms) -> Ids:
    numbers, inverse = np.unique(counts, return_inverse=True)
    return terms.ids_of(_integer(int(number)) for number in numbers)[inverse]


def _extremes(function: str, column: Ids, groups: Groups, terms: Terms) -> Ids:
    """The least or the greatest of each group."""
    first, of = places([column], len(column))
    ranks = terms.ranks(column[first])
    order = np.argsort(ranks, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.cumsum(np.r_[False, ~repeating(ranks[order])])
    at = np.full(groups.count, len(order) if function == "MIN" else -1, np.int64)
    which = np.minimum if function == "MIN" else np.maximum
    which.at(at, groups.of, place[of])
    return column[first][order][np.flatnonzero(np.r_[True, ~repeating(ranks[order])])][at]


def _sums(function: str, column: Ids, groups: Groups, terms: Terms) -> Ids:
    """Sums or means of groups; all numbers are whole parts of a unit."""
    first, inverse = places([column], len(column))
    kinds, numbers = _numbers(column[first], terms)
    if not {*kinds} <= NUMBERS:
        raise HandedOver(f"{function} has terms that are not integers or decimals")
    unit = lcm(*(number.denominator for number in numbers))
    parts = [int(number * unit) for number in numbers]
    if max(map(abs, parts), default=0) * max(len(column), 1) >= SUM_BOUND:
        raise HandedOver(f"{function} has numbers that are too large or too fine to add up here")
    totals = np.zeros(groups.count, np.int64)
    np.add.at(totals, groups.of, np.array(parts, np.int64)[inverse])
    fine = np.array([kind == Kind.DECIMAL for kind in kinds])
    decimal = np.bincount(groups.of[fine[inverse]], minlength=groups.count) > 0
    if function == "AVG":
        means = zip(totals.tolist(), groups.sizes.tolist(), strict=True)
        return terms.ids_of(_mean(total, unit, count) for total, count in means)
    first, of = places([totals, decimal.astype(np.int64)], len(totals))
    rows = zip(totals[first].tolist(), decimal[first].tolist(), strict=True)
    return terms.ids_of(
        _decimal(total * (DECIMAL_UNIT // unit)) if is_decimal else _integer(total // unit)
        for total, is_decimal in rows
    )[of]


def _numbers(ids: Ids, terms: Terms) -> tuple[list[Kind], list[int | Fraction]]:
    """The kinds of distinct terms in order, and their values where they are numbers."""
    alike = terms.alike(ids)
    if alike is not None and alike[0] == Kind.INTEGER:
        return [Kind.INTEGER] * len(ids), [int(digits) for digits in alike[1]]
    found = [kind_and_key(text.decode()) for text in terms.texts(ids)]
    return [kind for kind, _ in found], [key for _, key in found if isinstance(key, int | Fraction)]


def _mean(total: int, unit: int, count: int) -> str:
    """A sum by a count as a decimal, whose last part is cut off and not rounded."""
    parts = abs(total) * DECIMAL_UNIT // (unit * count)
    if parts >= DECIMAL_BOUND:
        raise HandedOver("AVG has a value that is too large for a decimal")
    return _decimal(-parts if total < 0 else parts)


def _integer(number: int) -> str:
    return f'"{number}"^^<{XSD}integer>'


def _decimal(parts: int) -> str:
    """A decimal of so many parts of `DECIMAL_UNIT`, as the engine writes it."""
    whole, rest = divmod(abs(parts), DECIMAL_UNIT)
    digits = f"{whole}.{rest:018}".rstrip("0").rstrip(".")
    return f'"{"-" if parts < 0 else ""}{digits}"^^<{XSD}decimal>'
