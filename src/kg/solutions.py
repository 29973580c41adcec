"""Solutions as columns of numbers: what the rules over everything and the copy in columns share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Ids: TypeAlias = npt.NDArray[np.int32]
Numbers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

BITS: Final = 31
"""A term is a positive number below 2**31, so that two of them fit into one number."""


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


UNIT: Final = Table(1, {})
"""One solution that binds nothing."""


def numbered(columns: Sequence[Ids], rows: int) -> Numbers:
    """A number for each row, the same for rows that are the same."""
    if not columns:
        return np.zeros(rows, np.int64)
    numbers = columns[0].astype(np.int64)
    for column in columns[1:]:
        if numbers.max(initial=0) >> BITS:
            numbers = np.unique(numbers, return_inverse=True)[1].astype(np.int64)
        numbers = numbers << BITS | column
    return numbers


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
