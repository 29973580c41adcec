"""Solutions as columns of ids, and what joins and cuts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.layout import Ids, Numbers

Mask: TypeAlias = npt.NDArray[np.bool_]

MANY: Final = 8
"""Numbers are searched for one by one where there are so many times fewer than to search among."""

DENSE: Final = 4
"""Numbers are counted in an array where it has at most so many places for each row."""


@dataclass(frozen=True, slots=True)
class Table:
    """A multiset of solutions: a column of ids for each variable; 0 is unbound."""

    rows: int
    columns: Mapping[str, Ids]

    def take(self, at: Numbers) -> Table:
        """The solutions at some places."""
        return Table(len(at), {name: column[at] for name, column in self.columns.items()})

    def where(self, mask: Mask) -> Table:
        """The solutions that a mask keeps."""
        return self if mask.all() else self.take(np.flatnonzero(mask))

    def only(self, names: Sequence[str]) -> Table:
        """These columns, one that is not there as unbound."""
        return Table(self.rows, {name: self.column(name) for name in names})

    def column(self, name: str) -> Ids:
        """The ids of a variable."""
        found = self.columns.get(name)
        return np.zeros(self.rows, np.int32) if found is None else found

    def extended(self, name: str, column: Ids) -> Table:
        """The same solutions with one more variable."""
        return Table(self.rows, {**self.columns, name: column})


UNIT = Table(1, {})
"""One solution that binds nothing."""


def numbered(columns: Sequence[Ids], rows: int) -> Numbers:
    """A number for each row, the same for rows that are the same."""
    if not columns:
        return np.zeros(rows, np.int64)
    numbers = columns[0].astype(np.int64)
    for column in columns[1:]:
        if len(numbers) and numbers.max(initial=0) >= 1 << 31:
            numbers = np.unique(numbers, return_inverse=True)[1].astype(np.int64)
        numbers = numbers << 31 | column
    return numbers


def places(columns: Sequence[Numbers] | Sequence[Ids], rows: int) -> tuple[Numbers, Numbers]:
    """The place of the first row of each distinct one, in their order; which of these each is."""
    if len(columns) == 1 and rows and (columns[0][1:] >= columns[0][:-1]).all():
        begins = np.r_[True, ~repeating(columns[0])]
        return np.flatnonzero(begins), np.cumsum(begins) - 1
    numbers = np.zeros(rows, np.int64)
    size = 1
    for column in columns:
        low = int(column.min(initial=0)) if not rows else int(column.min())
        span = (int(column.max()) - low + 1) if rows else 1
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
    wanted, found = keys(left, right, names)
    order = np.argsort(found, kind="stable")
    ordered = found[order]
    low = np.searchsorted(ordered, wanted, "left")
    high = np.searchsorted(ordered, wanted, "right")
    at_left, places = spread(low, high - low, budget)
    return at_left, order[places]


def merged(left: Table, at_left: Numbers, right: Table, at_right: Numbers) -> Table:
    """Pairs of solutions, each as one."""
    columns = {name: column[at_left] for name, column in left.columns.items()}
    for name, column in right.columns.items():
        if name not in columns:
            columns[name] = column[at_right]
    return Table(len(at_left), columns)


def united(first: Table, second: Table) -> Table:
    """Solutions of either; what one does not have is unbound in it."""
    names = dict.fromkeys([*first.columns, *second.columns])
    columns = {name: np.concatenate([first.column(name), second.column(name)]) for name in names}
    return Table(first.rows + second.rows, columns)


def agreeing(left: Table, right: Table) -> Mask:
    """Which solutions of `left` agree with one of `right`."""
    names = shared(left, right)
    if not names:
        return np.full(left.rows, right.rows > 0)
    wanted, found = keys(left, right, names)
    return np.isin(wanted, found)
