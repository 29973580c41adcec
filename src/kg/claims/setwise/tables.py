"""Sets of solutions as columns of numbers, and joins of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from kg.errors import QueryError

Ids: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

UNBOUND: Final = 0
_BITS: Final = 31
"""A term is a positive number below 2**31, so that two of them fit into one number."""


@dataclass(frozen=True, slots=True)
class Table:
    """Solutions: a column for each variable, of the numbers of terms, or `UNBOUND`."""

    rows: int
    columns: Mapping[str, Ids]

    def take(self, at: Numbers) -> Table:
        """The solutions at some places."""
        return Table(len(at), {name: column[at] for name, column in self.columns.items()})

    def where(self, mask: Mask) -> Table:
        """The solutions that a mask keeps."""
        return self if mask.all() else self.take(np.flatnonzero(mask))

    def only(self, names: Iterable[str]) -> Table:
        """These columns, each solution once; one that is not there is left out."""
        columns = {name: self.columns[name] for name in names if name in self.columns}
        return distinct(Table(self.rows, columns))

    def bound(self, name: str) -> Ids:
        """A column that has a term in every solution; raises `QueryError` for another one."""
        column = self.columns[name]
        if not column.all():
            raise QueryError(f"?{name} is compared, and not bound everywhere")
        return column


UNIT: Final = Table(1, {})
"""One solution that binds nothing."""


def paired(first: Ids, second: Ids) -> Numbers:
    """Two columns as one."""
    return first.astype(np.int64) << _BITS | second


def parted(pairs: Numbers) -> tuple[Ids, Ids]:
    """One column of pairs as two."""
    return (pairs >> _BITS).astype(np.int32), (pairs & (1 << _BITS) - 1).astype(np.int32)


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


def numbered(columns: Sequence[Ids], rows: int) -> Numbers:
    """A number for each row, the same for rows that are the same."""
    numbers = np.zeros(rows, np.int64)
    for column in columns:
        if numbers.max(initial=0) >> _BITS:
            numbers = np.unique(numbers, return_inverse=True)[1].astype(np.int64)
        numbers = numbers << _BITS | column
    return numbers


def distinct(table: Table) -> Table:
    """Each solution once."""
    if not table.columns:
        return Table(min(table.rows, 1), {})
    numbers = numbered(list(table.columns.values()), table.rows)
    return table.take(np.unique(numbers, return_index=True)[1])


def shared(left: Table, right: Table) -> list[str]:
    """The variables of both."""
    return [name for name in left.columns if name in right.columns]


def keys(left: Table, right: Table) -> tuple[Numbers, Numbers]:
    """Numbers of the rows of both tables, which are the same where what they share is."""
    both = [np.concatenate([t.bound(name) for t in (left, right)]) for name in shared(left, right)]
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
    columns = {name: column[at_left] for name, column in left.columns.items()}
    new = {n: column[at_right] for n, column in right.columns.items() if n not in columns}
    return Table(len(at_left), columns | new)


def agreeing(left: Table, right: Table) -> Mask:
    """Which solutions of `left` agree with one of `right`."""
    if not shared(left, right):
        return np.full(left.rows, right.rows > 0)
    return within(*keys(left, right))


def left_join(left: Table, right: Table) -> Table:
    """The solutions of `left`, with what agrees with them."""
    alone = left.where(~agreeing(left, right))
    return united(join(left, right), alone)


def united(first: Table, second: Table) -> Table:
    """Solutions of either; what one does not have is unbound in it."""
    names = dict.fromkeys([*first.columns, *second.columns])
    columns = {
        name: np.concatenate(
            [t.columns.get(name, np.zeros(t.rows, np.int32)) for t in (first, second)]
        )
        for name in names
    }
    return Table(first.rows + second.rows, columns)
