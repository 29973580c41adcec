"""What filters compare: the engine evaluates it, once for each set of distinct values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pyoxigraph as ox
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Variable

from kg.claims.setwise.facts import Terms
from kg.claims.setwise.tables import UNBOUND, Mask, Table, numbered
from kg.errors import QueryError

BATCH: Final = 2_000
"""So many sets of values are evaluated by one query."""

_NOBODY: Final = ox.Store()
"""The engine without any data."""


def names_in(expression: object) -> list[str]:
    """The variables of an expression."""
    if isinstance(expression, Variable):
        return [str(expression)]
    if isinstance(expression, CompValue):
        parts = [part for key, part in expression.items() if key != "_vars"]
    else:
        parts = expression if isinstance(expression, list) else []
    return list(dict.fromkeys(name for part in parts for name in names_in(part)))


def kept(terms: Terms, expression: CompValue, table: Table) -> Mask:
    """The solutions for which an expression is true, and not false or an error."""
    names = [name for name in names_in(expression) if name in table.columns]
    numbers = numbered([table.columns[name] for name in names], table.rows)
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    true = np.zeros(len(first), np.bool_)
    for at in _true(terms, expression, table.take(first), names):
        true[at] = True
    return true[inverse]


def _true(terms: Terms, expression: CompValue, table: Table, names: Sequence[str]) -> Iterator[int]:
    texts, condition = terms.texts(), _text(expression)
    columns = [table.columns[name].tolist() for name in names]
    variables = " ".join(f"?{name}" for name in names)
    for start in range(0, table.rows, BATCH):
        rows = [
            f"({at} {' '.join(_written(texts, column[at]) for column in columns)})"
            for at in range(start, min(start + BATCH, table.rows))
        ]
        values = f"VALUES (?_row {variables}) {{ {' '.join(rows)} }}"
        found = _NOBODY.query(f"SELECT ?_row {{ {values} FILTER({condition}) }}")
        if isinstance(found, ox.QuerySolutions):
            for solution in found:
                yield int(solution[0].value)


def _written(texts: Sequence[bytes], term: int) -> str:
    return "UNDEF" if term == UNBOUND else texts[term].decode()


def _text(expression: object) -> str:
    """An expression as SPARQL; raises `QueryError` for an operator that no rule has yet."""
    if not isinstance(expression, CompValue):
        return str(expression.n3()) if hasattr(expression, "n3") else str(expression)
    match expression.name:
        case "RelationalExpression":
            return f"({_text(expression.expr)} {expression.op} {_text(expression.other)})"
        case "UnaryNot":
            return f"(!{_text(expression.expr)})"
        case "Builtin_COALESCE":
            return f"COALESCE({', '.join(map(_text, expression.arg))})"
        case "Builtin_STR":
            return f"STR({_text(expression.arg)})"
        case "Builtin_STRSTARTS" | "Builtin_sameTerm":
            name = expression.name.removeprefix("Builtin_")
            return f"{name}({_text(expression.arg1)}, {_text(expression.arg2)})"
    raise QueryError(f"a rule over everything has no such operator: {expression.name}")
