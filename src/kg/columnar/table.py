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

SHORT: Final = 128
"""So few solutions are compared one by one."""

FEW: Final = 4_096
"""Where there are at most so many pairs of rows, each pair is looked at."""

BITS: Final = 62
"""Two numbers that have so many bits together are sorted as one."""

SPARSE: Final = 64
"""Numbers are made anew where they are spread over fewer times as many as there are rows."""

EDGE: Final = 64
"""So many times fewer numbers than all may be far from the others."""

LOOK: Final = 1_000
"""Among so many numbers it shows already that most columns are not sorted."""

DENSE: Final = 4
"""Numbers are counted in an array where it has at most so many places for each row."""


def places(columns: Sequence[Numbers] | Sequence[Ids], rows: int) -> tuple[Numbers, Numbers]:
    """The place of the first row of each distinct one, in their order; which of these each is."""
    if rows < 2:
        return np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    if len(columns) == 1 and (begins := starts(columns[0])) is not None:
        return begins, _runs(begins, rows)
    numbers = np.zeros(rows, np.int64)
    size = 1
    for column in columns:
        low = int(column.min())
        span = int(column.max()) - low + 1
        if size * span >= 1 << BITS:
            numbers = np.unique(numbers, return_inverse=True)[1].astype(np.int64)
            size = rows
        offsets = column.astype(np.int64) - low
        if rows < span < SPARSE * rows:
            offsets, span = _close(offsets, span)
        numbers = numbers * span + offsets
        size *= span
    if size > DENSE * rows + 1024:
        if len(columns) > 1 and (begins := starts(numbers)) is not None:
            return begins, _runs(begins, rows)
        return _sorted_places(numbers, size)
    first = np.full(size, -1, np.int64)
    first[numbers[::-1]] = np.arange(rows)[::-1]
    present = first >= 0
    return first[present], (np.cumsum(present) - 1)[numbers]


def _runs(begins: Numbers, rows: int) -> Numbers:
    """Which run each row is in, where they begin so."""
    return np.repeat(np.arange(len(begins)), np.diff(begins, append=rows))


def _present(numbers: Numbers | Ids, span: int) -> Mask:
    """Which numbers below a span are there."""
    found = np.zeros(span, np.bool_)
    found[numbers] = True
    return found


def are_distinct(column: Ids) -> bool:
    """Whether no number comes twice, where this is seen at a glance."""
    if not len(column):
        return True
    low, high = int(column.min()), int(column.max())
    if high - low >= SPARSE * len(column):
        return False
    return int(np.count_nonzero(_present(column - low, high - low + 1))) == len(column)


def _close(numbers: Numbers, span: int) -> tuple[Numbers, int]:
    """Numbers in the same order without those below a span that are not there; how many remain."""
    known = np.flatnonzero(_present(numbers, span))
    place = np.empty(span, np.int32)
    place[known] = np.arange(len(known))
    return place[numbers].astype(np.int64), len(known)


def starts(column: Numbers | Ids) -> Numbers | None:
    """Where the first of each run of a sorted column is; None where it is not sorted."""
    for some in (column[:LOOK], column[:: len(column) // LOOK + 1]):
        if (some[1:] < some[:-1]).any():
            return None
    begins = np.flatnonzero(column[1:] != column[:-1]) + 1
    begins = np.concatenate([np.zeros(min(len(column), 1), np.int64), begins])
    heads = column[begins]  # of columns with long runs these are few
    return None if (heads[1:] < heads[:-1]).any() else begins


def _sorted_places(numbers: Numbers, size: int) -> tuple[Numbers, Numbers]:
    """What `places` gives, for numbers from 0 on that are below a size."""
    rows = len(numbers)
    width = rows.bit_length()
    if size.bit_length() + width > BITS:
        _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
        return first, inverse
    packed = numbers << width | np.arange(rows)  # sorts sooner than places by their numbers
    packed.sort()
    at, ordered = packed & ((1 << width) - 1), packed >> width
    fresh = np.ones(rows, np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    inverse = np.empty(rows, np.int64)
    inverse[at] = np.cumsum(fresh) - 1
    return at[fresh], inverse


def repeating(numbers: Numbers | Ids) -> Mask:
    """Whether each number is followed by the same one; there is none for the last."""
    return np.asarray(numbers[1:] == numbers[:-1])


def distinct(table: Table) -> Table:
    """Each solution once."""
    if table.rows <= SHORT and table.columns:
        first: dict[tuple[int, ...], int] = {}
        rows = zip(*(column.tolist() for column in table.columns.values()), strict=True)
        for at, row in enumerate(rows):
            first.setdefault(row, at)
        return table if len(first) == table.rows else table.take(np.array([*first.values()]))
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


def run_of(ordered: Ids | Numbers, wanted: Ids | Numbers) -> tuple[Numbers, Numbers]:
    """Where each of some numbers begins among ordered ones, and how often it is there.

    Many are not searched for one by one: a table has where each number begins.
    """
    if not len(ordered):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
    first, span = int(ordered[0]), int(ordered[-1]) - int(ordered[0]) + 1
    if len(wanted) * MANY < len(ordered) or span > DENSE * (len(ordered) + len(wanted)):
        low = ordered.searchsorted(wanted, "left")
        counts = (ordered.take(low, mode="clip") == wanted).astype(np.int64)
        more = np.flatnonzero(counts & (ordered.take(low + 1, mode="clip") == wanted))
        if len(more):  # those that are there once need no second search
            counts[more] = ordered.searchsorted(wanted[more], "right") - low[more]
        return low, counts
    counts = np.bincount(ordered - first, minlength=span)
    low = np.cumsum(counts) - counts
    at = wanted - first
    there = (at >= 0) & (at < span)
    at = np.where(there, at, 0)
    return low[at], np.where(there, counts[at], 0)


class Begins:
    """Where each number of an ordered column begins: a table for many that are looked for.

    The first and the last few numbers, which may be far from all others, are not in it.
    """

    def __init__(self, ordered: Ids) -> None:
        start = run_of(ordered, ordered[[len(ordered) // EDGE, -1 - len(ordered) // EDGE]])
        low, high = int(start[0][0]), int(start[0][1] + start[1][1])
        self._first, self._last = int(ordered[low]), int(ordered[high - 1])
        counts = np.bincount(ordered[low:high] - self._first)
        self._at = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=self._at[1:], dtype=np.int32)
        self._at += low
        self.nbytes = self._at.nbytes

    @staticmethod
    def are_worth(ordered: Ids) -> bool:
        """Whether the numbers of a column are so close to each other that a table is small."""
        if not len(ordered):
            return False
        edge = len(ordered) // EDGE
        return int(ordered[-1 - edge]) - int(ordered[edge]) < 2 * DENSE * len(ordered)

    def run_of(self, ordered: Ids, wanted: Ids) -> tuple[Numbers, Numbers]:
        """See `run_of`."""
        at = np.clip(wanted, self._first, self._last)
        outside = np.flatnonzero(at != wanted)
        at -= self._first
        low = self._at[at].astype(np.int64)
        counts = self._at[at + 1] - low
        if len(outside):
            low[outside], counts[outside] = run_of(ordered, wanted[outside])
        return low, counts


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
    at_left, places = spread(*run_of(found[order], wanted), budget)
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
