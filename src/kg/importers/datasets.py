"""What an import asks of a dataset: which columns it needs, and what a row of it claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from kg.importers.claims import Claims
from kg.importers.values import Values


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody should know of a row: `reason` is the same for all such rows."""

    reason: str
    value: str = ""


class Dataset(Protocol):
    """How rows of one dataset become claims of one release."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns without which no row can be read."""

    def key(self, values: Values) -> str:
        """What names a row within the release, as a slug; raises `UnusableRow`."""

    def claim(self, key: str, values: Values, claims: Claims) -> Iterator[Note]:
        """Write what a row claims, and tell what is odd about it.

        Raises `UnusableRow` before anything is written.
        """


def out_of_order(low: int | None, best: int | None, high: int | None) -> Iterator[Note]:
    """Numbers that are not in the order of their names, which are kept as they are."""
    given = [number for number in (low, best, high) if number is not None]
    if given != sorted(given):
        yield Note("low, best and high are not in this order", f"{low}, {best}, {high}")
