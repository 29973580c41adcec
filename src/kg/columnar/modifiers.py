"""DISTINCT, ORDER BY, LIMIT and OFFSET.

Where SPARQL leaves open which solutions an answer has (LIMIT without an order, or with a tie at
its end), the query is handed over: two engines may differ there and be right.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kg.columnar.algebra import Select
from kg.columnar.expressions import Expressions
from kg.columnar.handing_over import HandedOver
from kg.columnar.layout import Numbers
from kg.columnar.overlay import Terms
from kg.columnar.table import Mask, Table, distinct


def modified(select: Select, table: Table, terms: Terms, expressions: Expressions) -> Table:
    """The solutions of a query from those of its pattern and its groups."""
    for name, expression in select.extends:
        table = table.extended(name, expressions.values(expression, table))
    if select.distinct:
        for condition in select.order:
            if not condition.expression.variables <= set(select.variables):
                raise HandedOver("it orders DISTINCT solutions by what is not among them")
        table = distinct(table.only(select.variables))
    tied = np.ones(max(table.rows - 1, 0), dtype=np.bool_)
    if select.order and table.rows > 1:
        keys = _keys(select, table, terms, expressions)
        order = np.lexsort(keys[::-1])
        tied = _tied([key[order] for key in keys])
        table = table.take(order)
    start, end = _cut(select, table.rows, tied)
    return table.only(select.variables).take(np.arange(start, end))


def _keys(
    select: Select, table: Table, terms: Terms, expressions: Expressions
) -> Sequence[Numbers]:
    keys = []
    for condition in select.order:
        ranks = terms.ranks(expressions.values(condition.expression, table))
        keys.append(-ranks if condition.descending else ranks)
    return keys


def _tied(keys: Sequence[Numbers]) -> Mask:
    """Whether each solution has the keys of the next one."""
    tied = np.ones(len(keys[0]) - 1, dtype=np.bool_)
    for key in keys:
        tied &= key[1:] == key[:-1]
    return tied


def _cut(select: Select, rows: int, tied: Mask) -> tuple[int, int]:
    """Where the solutions that are asked for start and end."""
    start = min(select.offset, rows)
    end = rows if select.limit is None else min(start + select.limit, rows)
    for cut in {start, end} - {0, rows} if start < end else ():
        if tied[cut - 1]:
            raise HandedOver(
                "which solutions LIMIT and OFFSET choose is left open",
                "ORDER BY with one more key that tells all solutions apart, such as an IRI",
            )
    return start, end
