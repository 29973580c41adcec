"""Solutions as columns of ids, and what joins and cuts them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from kg.columnar.handing_over import Budget, HandedOver
from kg.solutions import UNIT as UNIT
from kg.solutions import Ids, Numbers
from kg.solutions import Mask as Mask
from kg.solutions import Table as Table
from kg.solutions import merged as merged
from kg.solutions import numbered as numbered
from kg.solutions import united as united

MANY: Final = 8
"""Numbers are searched for one by one where there are so many times fewer than to search among."""

FEW: Final = 4_096
"""Where there are at most so many pairs of rows, each pair is looked at."""

DENSE: Final = 4
"""Numbers are counted in an array where it has at most so many places for each row."""


def places(columns: Sequence[Numbers] | Sequence[Ids], rows: int) -> tuple[Numbers, Numbers]:
    """The place of the first row of each distinct one, in their order; which of these each is."""
    if rows < 2:
        return np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    if len(columns) == 1 and (columns[0][1:] >= columns[0][:-1]).all():
        begins = np.ones(rows, np.bool_)
        begins[1:] = ~repeating(columns[0])
        return np.flatnonzero(begins), np.cumsum(begins) - 1
    numbers = np.zeros(rows, np.int64)
    size = 1
    for column in columns:
        low = int(column.min())
        span = int(column.max()) - low + 1
        if size * span >= 1 << 62:
            numbers = np.unique(numbers, return_inverse=True)[1].astype(np.int64)
            size = rows
        numbers = numbers * span + (column.astype(np.int64) - low)
        size *= span
    if size > DENSE * rows + 1024:
        _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
        return first, inverse
    first = np.full(size, -1, np.int64)
    first[numbers[::-1]] = np.arange(rows)[::-1]
    present = first >= 0
    return first[present], (np.cumsum(present) - 1)[numbers]


def repeating(numbers: Numbers | Ids) -> Mask:
    """Whether each number is followed by the same one; there is none for the last."""
    return np.asarray(numbers[1:] == numbers[:-1])


def distinct(table: Table) -> Table:
    """Each solution once."""
    if table.rows < 2:
        return table
    return table.take(np.sort(places(list(table.columns.values()), table.rows)[0]))


def shared(left: Table, right: Table) -> list[str]:
    """The variables of both, which have to be bound in every solution of either."""
    names = [name for name in left.columns if name in right.columns]
    for name in names:
        for side in (left, right):
            if not side.columns[name].all():
                raise HandedOver(f"it joins on {name}, which some solutions leave unbound")
    return names


def keys(left: Table, right: Table, names: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Numbers of the rows of both tables, which are the same where the named columns are."""
    both = [np.concatenate([left.columns[name], right.columns[name]]) for name in names]
    numbers = numbered(both, left.rows + right.rows)
    return numbers[: left.rows], numbers[left.rows :]


def _pairs(left: Table, right: Table, names: Sequence[str]) -> Mask:
    """Which rows of both agree in some variables: a row for each of `left`."""
    agree = np.ones((left.rows, right.rows), np.bool_)
    for name in names:
        agree &= left.columns[name][:, None] == right.columns[name]
    return agree


def run_of(ordered: Ids, wanted: Ids) -> tuple[Numbers, Numbers]:
    """Where each of some numbers begins among ordered ones, and how often it is there.

    Many are not searched for one by one: a table has where each number begins.
    """
    if not len(ordered):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
    first, span = int(ordered[0]), int(ordered[-1]) - int(ordered[0]) + 1
    if len(wanted) * MANY < len(ordered) or span > DENSE * (len(ordered) + len(wanted)):
        low = ordered.searchsorted(wanted, "left")
        return low, ordered.searchsorted(wanted, "right") - low
    counts = np.bincount(ordered - first, minlength=span)
    low = np.cumsum(counts) - counts
    at = wanted - first
    there = (at >= 0) & (at < span)
    at = np.where(there, at, 0)
    return low[at], np.where(there, counts[at], 0)


def spread(low: Numbers, counts: Numbers, budget: Budget) -> tuple[Numbers, Numbers]:
    """The rows that repeat for each of so many places from `low` on, and these places."""
    total = int(counts.sum())
    budget.rows_wanted(total)
    rows = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return rows, np.arange(total) - np.repeat(before - low, counts)


def join(left: Table, right: Table, budget: Budget) -> Table:
    """Solutions of both that agree, as often as each pair occurs."""
    if left is UNIT:
        return right
    at_left, at_right = matches(left, right, budget)
    return merged(left, at_left, right, at_right)


def matches(left: Table, right: Table, budget: Budget) -> tuple[Numbers, Numbers]:
    """The places of all pairs of solutions that agree."""
    names = shared(left, right)
    if not names:
        budget.rows_wanted(left.rows * right.rows)
        at_left = np.repeat(np.arange(left.rows), right.rows)
        return at_left, np.tile(np.arange(right.rows), left.rows)
    if left.rows * right.rows <= FEW:
        at_left, at_right = np.nonzero(_pairs(left, right, names))
        return at_left, at_right
    wanted, found = keys(left, right, names)
    order = np.argsort(found, kind="stable")
    ordered = found[order]
    low = np.searchsorted(ordered, wanted, "left")
    high = np.searchsorted(ordered, wanted, "right")
    at_left, places = spread(low, high - low, budget)
    return at_left, order[places]


def agreeing(left: Table, right: Table) -> Mask:
    """Which solutions of `left` agree with one of `right`."""
    names = shared(left, right)
    if not names:
        return np.full(left.rows, right.rows > 0)
    if left.rows * right.rows <= FEW:
        return np.asarray(_pairs(left, right, names).any(axis=1))
    wanted, known = keys(left, right, names)
    return np.isin(wanted, known)
