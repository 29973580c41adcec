"""Paths that are repeated: from where they begin, one step after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from kg.columnar.handing_over import Budget
from kg.columnar.layout import Ids
from kg.columnar.table import Table, distinct, join, numbered, united

FROM: Final = "from"
START: Final = "start"
END: Final = "end"

Leading: TypeAlias = Callable[[Ids], Table]
"""The pairs of `START` and `END` of one step from some terms, at least; each may be there twice."""


def reached(begin: Ids, leading: Leading, budget: Budget, *, many: bool) -> Table:
    """All pairs of `FROM`, one of these distinct terms, and `END`, which some steps lead to."""
    found = Table(0, {FROM: begin[:0], END: begin[:0]})
    ends = Table(len(begin), {FROM: begin, START: begin})
    while ends.rows:
        step = leading(np.unique(ends.columns[START]))
        pairs = distinct(join(ends, step, budget).only([FROM, END]))
        new = pairs.where(~_among(pairs, found)) if found.rows else pairs
        found = united(found, new)
        budget.rows_wanted(found.rows)
        if not many:
            break
        ends = Table(new.rows, {FROM: new.columns[FROM], START: new.columns[END]})
    return found


def with_empty(found: Table, begin: Ids) -> Table:
    """The same pairs and those of a path without steps."""
    return distinct(united(found, Table(len(begin), {FROM: begin, END: begin})))


def _among(pairs: Table, found: Table) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which pairs are found already."""
    one, other = (numbered([t.columns[FROM], t.columns[END]], t.rows) for t in (pairs, found))
    return np.isin(one, other)
