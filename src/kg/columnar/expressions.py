"""Filters and functions: the engine itself evaluates them, once for each set of distinct values.

So their errors, promotions and odd literals are those of the engine by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np
import pyoxigraph as ox

from kg.columnar.algebra import Call, Expression
from kg.columnar.cells import Dividing
from kg.columnar.engine import solutions
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.layout import Copy, Ids, Numbers
from kg.columnar.overlay import Terms
from kg.columnar.table import Mask, Table, places

BATCH: Final = 2_000

_IS_ITSELF: Final = re.compile(r'<[^<>"{}|^`\\\x00-\x20]*>|"[^"\\\x00-\x1f\x7f]*"')
"""A constant that every engine writes as it stands: an IRI, or a string without escapes."""


class Expressions:
    """Evaluates expressions for solutions whose ids are those of `terms`."""

    def __init__(self, copy: Copy, terms: Terms, budget: Budget) -> None:
        self._copy = copy
        self._terms = terms
        self._budget = budget

    def kept(self, expression: Expression, table: Table) -> Mask:
        """The solutions for which a filter is true, and not false or an error."""
        if not table.rows:
            return np.zeros(0, np.bool_)
        compared = Dividing(self._copy, table).compared(expression.tree)
        if compared is not None:
            return compared
        first, inverse = self._distinct(expression, table)
        kept = np.zeros(len(first), dtype=np.bool_)
        query = "SELECT ?{row} WHERE {{ {values} FILTER ({text}\n) }}"
        for solution in self._asked(query, expression, table.take(first)):
            kept[_number(solution[0])] = True
        return kept[inverse]

    def values(self, expression: Expression, table: Table) -> Ids:
        """The value of an expression for each solution; 0 where it is an error."""
        if expression.variable is not None:
            return table.column(expression.variable)
        if not table.rows:
            return np.zeros(0, np.int32)
        tree = expression.tree
        if isinstance(tree, str) and _IS_ITSELF.fullmatch(tree):
            return np.full(table.rows, self._terms.id_of(tree), np.int32)
        if isinstance(tree, Call) and tree.function == "STR":
            of = tree.arguments[0]
            if isinstance(of, str) and of.startswith("?"):
                return self._strings(table.column(of))
        first, inverse = self._distinct(expression, table)
        values = np.zeros(len(first), dtype=np.int32)
        query = "SELECT ?{row} (({text}\n) AS ?{value}) WHERE {{ {values} }}"
        for solution in self._asked(query, expression, table.take(first)):
            if isinstance(solution[1], ox.Triple):
                raise HandedOver("an expression has a triple term as its value")
            if solution[1] is not None:
                values[_number(solution[0])] = self._terms.id_of(str(solution[1]))
        return values[inverse]

    def _strings(self, column: Ids) -> Ids:
        """The value of STR for each term."""
        ids, of = np.unique(column, return_inverse=True)
        texts = (_string(self._terms.text(int(term))) if term else None for term in ids)
        return self._terms.ids_of(texts)[of]

    def _distinct(self, expression: Expression, table: Table) -> tuple[Numbers, Numbers]:
        """A solution for each combination of cells, and which of these each solution has."""
        cells = Dividing(self._copy, table).cells(expression.tree)
        first, inverse = places(cells, table.rows)
        if len(first) > self._budget.values:
            many, most = len(first), self._budget.values
            raise HandedOver(
                f"an expression has {many:,} distinct values, more than {most:,}",
                "patterns that leave fewer distinct values for it",
            )
        return first, inverse

    def _asked(
        self, query: str, expression: Expression, table: Table
    ) -> Iterator[ox.QuerySolution]:
        names = sorted(name for name in table.columns if name in expression.variables)
        row, value = (_free(name, expression.text) for name in ("row", "value"))
        texts = {
            name: {int(term): self._written(int(term)) for term in np.unique(table.columns[name])}
            for name in names
        }
        for start in range(0, table.rows, BATCH):
            self._budget.rows_wanted(0)
            rows = " ".join(
                f"({at} {' '.join(texts[name][int(table.columns[name][at])] for name in names)})"
                for at in range(start, min(start + BATCH, table.rows))
            )
            values = f"VALUES (?{row} {' '.join(names)}) {{ {rows} }}"
            text = query.format(row=row, value=value, values=values, text=expression.text)
            yield from solutions(f"{expression.prologue} {text}")

    def _written(self, term: int) -> str:
        text = self._terms.text(term) if term else "UNDEF"
        if text.startswith("_"):
            raise HandedOver("an expression looks at a blank node")
        return text


def _string(text: str) -> str | None:
    """The plain string that STR makes of a term; None where that is an error."""
    if text.startswith('"'):
        return text[: text.rindex('"') + 1]
    return f'"{text[1:-1]}"' if text[0] == "<" != text[1] else None


def _free(name: str, text: str) -> str:
    """A name like this one that is not in a text."""
    while name in text:
        name += "_"
    return name


def _number(term: object) -> int:
    if not isinstance(term, ox.Literal):
        raise TypeError("rows are counted")
    return int(term.value)
