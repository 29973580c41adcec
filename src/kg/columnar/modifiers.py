"""DISTINCT, ORDER BY, LIMIT and OFFSET.

Where SPARQL leaves open which solutions an answer has (LIMIT without an order, or with solutions at
its end that are equal by all keys and still differ), the query is handed over: two engines may
differ there and be right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kg.columnar.algebra import Order, Select
from kg.columnar.expressions import Expressions
from kg.columnar.handing_over import LEFT_OPEN, HandedOver
from kg.columnar.layout import Numbers
from kg.columnar.overlay import Terms
from kg.columnar.table import Mask, Table, distinct, repeating


def modified(select: Select, table: Table, terms: Terms, expressions: Expressions) -> Table:
    """The solutions of a query from those of its pattern and its groups."""
    for name, expression in select.extends:
        table = table.extended(name, expressions.values(expression, table))
    if select.distinct:
        for condition in select.order:
            if not condition.expression.variables <= set(select.variables):
                raise HandedOver("it orders DISTINCT solutions by what is not among them")
        table = distinct(table.only(select.variables))
    start, end = _wanted(select, table.rows)
    tied = np.ones(max(table.rows - 1, 0), dtype=np.bool_)
    if select.order and start < end and table.rows > 1:
        table, tied = _ordered(select.order, table, end, Ranking(terms, expressions))
    _refuse_open(table.only(select.variables), tied, {start, end} if start < end else set())
    return table.only(select.variables).take(np.arange(start, end))


class Ranking:
    """Gives solutions numbers in the order of a key."""

    def __init__(self, terms: Terms, expressions: Expressions) -> None:
        self._terms = terms
        self._expressions = expressions

    def ranks(self, condition: Order, table: Table) -> Numbers:
        """Raises `HandedOver` where the order of the key is not known."""
        ranks = self._terms.ranks(self._expressions.values(condition.expression, table))
        return -ranks if condition.descending else ranks


def _wanted(select: Select, rows: int) -> tuple[int, int]:
    """Where the solutions that are asked for start and end."""
    start = min(select.offset, rows)
    return start, rows if select.limit is None else min(start + select.limit, rows)


def _ordered(
    order: Sequence[Order], table: Table, end: int, ranking: Ranking
) -> tuple[Table, Mask]:
    """The first solutions, up to `end` and what ties there, and which has the keys of the next.

    A key is looked at only for solutions that all keys before it have left equal.
    """
    first = ranking.ranks(order[0], table)
    if 0 < end < table.rows:
        kept = np.flatnonzero(first <= np.partition(first, end - 1)[end - 1])
        table, first = table.take(kept), first[kept]
    by = np.argsort(first, kind="stable")
    table, tied = table.take(by), repeating(first[by])
    for condition in order[1:]:
        alike = np.flatnonzero(np.r_[tied, False] | np.r_[False, tied])
        if not len(alike):
            break
        ranks = np.zeros(table.rows, np.int64)
        ranks[alike] = ranking.ranks(condition, table.take(alike))
        groups = np.cumsum(np.r_[True, ~tied])
        by = np.lexsort((ranks, groups))
        table, tied = table.take(by), tied & repeating(ranks[by])
    return table, tied


def _refuse_open(table: Table, tied: Mask, cuts: set[int]) -> None:
    """Raise `HandedOver` where a cut is between solutions that are tied and not all the same."""
    apart = np.flatnonzero(np.r_[True, ~tied, True])
    for cut in sorted(cut for cut in cuts - {0, len(tied) + 1} if tied[cut - 1]):
        after = int(np.searchsorted(apart, cut))
        alike = slice(apart[after - 1], apart[after])
        if any((column[alike] != column[cut]).any() for column in table.columns.values()):
            raise HandedOver(*LEFT_OPEN)
