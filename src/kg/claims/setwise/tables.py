"""Sets of solutions as columns of numbers, and joins of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from kg.errors import QueryError
from kg.solutions import BITS, merged
from kg.solutions import UNIT as UNIT
from kg.solutions import Ids as Ids
from kg.solutions import Mask as Mask
from kg.solutions import Numbers as Numbers
from kg.solutions import Table as Table
from kg.solutions import numbered as numbered
from kg.solutions import united as united

UNBOUND: Final = 0


def paired(first: Ids, second: Ids) -> Numbers:
    """Two columns as one."""
    return first.astype(np.int64) << BITS | second


def parted(pairs: Numbers) -> tuple[Ids, Ids]:
    """One column of pairs as two."""
    return (pairs >> BITS).astype(np.int32), (pairs & (1 << BITS) - 1).astype(np.int32)


def unique(numbers: Numbers) -> Numbers:
    """Each number once, in order: several times as fast as `np.unique`, which hashes."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def within(numbers: Numbers | Ids, known: Numbers | Ids) -> Mask:
    """Which numbers are among those that are known."""
    if not len(known):
        return np.zeros(len(numbers), np.bool_)
    ordered = np.sort(known)
    at = np.searchsorted(ordered, numbers)
    at[at == len(ordered)] = 0
    found: Mask = ordered[at] == numbers
    return found


def distinct(table: Table) -> Table:
    """Each solution once."""
    if not table.columns:
        return Table(min(table.rows, 1), {})
    numbers = numbered(list(table.columns.values()), table.rows)
    return table.take(np.unique(numbers, return_index=True)[1])


def projected(table: Table, names: Iterable[str]) -> Table:
    """Some columns, each solution once; one that is not there is left out."""
    columns = {name: table.columns[name] for name in names if name in table.columns}
    return distinct(Table(table.rows, columns))


def bound(table: Table, name: str) -> Ids:
    """A column that has a term in every solution; raises `QueryError` for another one."""
    column = table.columns[name]
    if not column.all():
        raise QueryError(f"?{name} is compared, and not bound everywhere")
    return column


def shared(left: Table, right: Table) -> list[str]:
    """The variables of both."""
    return [name for name in left.columns if name in right.columns]


def keys(left: Table, right: Table) -> tuple[Numbers, Numbers]:
    """Numbers of the rows of both tables, which are the same where what they share is."""
    both = [np.concatenate([bound(t, name) for t in (left, right)]) for name in shared(left, right)]
    numbers = numbered(both, left.rows + right.rows)
    return numbers[: left.rows], numbers[left.rows :]


def matches(wanted: Numbers, found: Numbers) -> tuple[Numbers, Numbers]:
    """The places of all pairs of equal numbers."""
    order = np.argsort(found, kind="stable")
    ordered = found[order]
    low = np.searchsorted(ordered, wanted, "left")
    counts = np.searchsorted(ordered, wanted, "right") - low
    at_left = np.repeat(np.arange(len(wanted)), counts)
    before = np.cumsum(counts) - counts
    places = np.arange(len(at_left)) - np.repeat(before - low, counts)
    return at_left, order[places]


def join(left: Table, right: Table) -> Table:
    """Solutions of both that agree."""
    if left is UNIT:
        return right
    if right.rows and not right.columns:
        return left
    at_left, at_right = matches(*keys(left, right))
    return merged(left, at_left, right, at_right)


def agreeing(left: Table, right: Table) -> Mask:
    """Which solutions of `left` agree with one of `right`."""
    if not shared(left, right):
        return np.full(left.rows, right.rows > 0)
    return within(*keys(left, right))


def left_join(left: Table, right: Table) -> Table:
    """The solutions of `left`, with what agrees with them."""
    alone = left.where(~agreeing(left, right))
    return united(join(left, right), alone)
