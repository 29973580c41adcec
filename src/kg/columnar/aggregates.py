"""GROUP BY, and what aggregates are worth: exactly as the engine counts, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np

from kg.columnar.algebra import Aggregate, Grouping
from kg.columnar.expressions import Expressions
from kg.columnar.handing_over import HandedOver
from kg.columnar.layout import Ids, Numbers
from kg.columnar.overlay import Terms
from kg.columnar.table import Table, places
from kg.columnar.terms import NUMBERS, XSD, Kind, kind_and_key

DECIMAL_UNIT: Final = 10**18
"""The engine keeps so many parts of a decimal, and cuts off what is smaller."""

DECIMAL_BOUND: Final = 2**127
SUM_BOUND: Final = 2**62


@dataclass(frozen=True, slots=True)
class Groups:
    """Solutions in groups: the group of each, and how many groups there are."""

    table: Table
    of: Numbers
    count: int


def grouped(grouping: Grouping, table: Table, terms: Terms, expressions: Expressions) -> Table:
    """One solution for each group, with its keys and the values of its aggregates."""
    for name, expression in grouping.extends:
        table = table.extended(name, expressions.values(expression, table))
    columns = [table.column(name) for name in grouping.keys]
    if columns:
        first, inverse = places(columns, table.rows)
        groups = Groups(table, inverse, len(first))
        found = table.only(grouping.keys).take(first)
    else:
        groups = Groups(table, np.broadcast_to(np.int64(0), table.rows), 1)
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
        return _counts(groups.of, groups.count, terms)
    column = expressions.values(aggregate.argument, groups.table)
    simple = aggregate.function == "COUNT" and aggregate.argument.variable is not None
    if not simple and not column.all():
        raise HandedOver(f"{aggregate.function} has an argument without a value")
    of = groups.of
    if aggregate.distinct:
        first, _ = places([of, column.astype(np.int64)], len(of))
        of, column = of[first], column[first]
    if aggregate.function == "COUNT":
        return _counts(of[column > 0], groups.count, terms)
    order = np.argsort(of, kind="stable")
    of, column = of[order], column[order]
    present, starts = np.unique(of, return_index=True)
    extreme = aggregate.function in ("MIN", "MAX")
    nothing = 0 if extreme else terms.id_of(_integer(0))
    values = np.full(groups.count, nothing, dtype=np.int32)
    if len(column):
        of_groups = _extremes if extreme else _sums
        values[present] = of_groups(aggregate.function, column, starts, terms)
    return values


def _counts(of: Numbers, count: int, terms: Terms) -> Ids:
    counts, inverse = np.unique(np.bincount(of, minlength=count), return_inverse=True)
    return terms.ids_of(_integer(int(number)) for number in counts)[inverse]


def _extremes(function: str, column: Ids, starts: Numbers, terms: Terms) -> Ids:
    ranks = terms.ranks(column)
    which = np.minimum if function == "MIN" else np.maximum
    found = which.reduceat(ranks, starts)
    of_rank, first = np.unique(ranks, return_index=True)
    return column[first[np.searchsorted(of_rank, found)]]


def _sums(function: str, column: Ids, starts: Numbers, terms: Terms) -> Ids:
    """Sums or means of groups that begin at `starts`; all numbers are whole parts of a unit."""
    values, inverse = np.unique(column, return_inverse=True)
    found = [kind_and_key(terms.text(int(term))) for term in values]
    if not {kind for kind, _ in found} <= NUMBERS:
        raise HandedOver(f"{function} has terms that are not integers or decimals")
    numbers = [key for _, key in found if isinstance(key, int | Fraction)]
    unit = lcm(*(number.denominator for number in numbers))
    parts = [int(number * unit) for number in numbers]
    if max(map(abs, parts), default=0) * max(len(column), 1) >= SUM_BOUND:
        raise HandedOver(f"{function} has numbers that are too large or too fine to add up here")
    totals = np.add.reduceat(np.array(parts, np.int64)[inverse], starts)
    fine = np.array([kind == Kind.DECIMAL for kind, _ in found])[inverse]
    decimal = np.logical_or.reduceat(fine, starts)
    counts = np.diff([*starts, len(column)])
    if function == "AVG":
        means = zip(totals.tolist(), counts.tolist(), strict=True)
        return terms.ids_of(_mean(total, unit, count) for total, count in means)
    first, of = places([totals, decimal.astype(np.int64)], len(totals))
    rows = zip(totals[first].tolist(), decimal[first].tolist(), strict=True)
    return terms.ids_of(
        _decimal(total * (DECIMAL_UNIT // unit)) if is_decimal else _integer(total // unit)
        for total, is_decimal in rows
    )[of]


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
