"""Why a query is left to the engine, and the budget that keeps one from growing without end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from math import inf
from typing import Final

LEFT_OPEN: Final = (
    "which solutions LIMIT and OFFSET choose is left open",
    "ORDER BY with one more key that tells all solutions apart, such as an IRI",
)


class HandedOver(Exception):
    """The copy does not answer this query; the engine does.

    The message is the reason, and `advice` says what could be written instead.
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.advice = advice


AGAIN: Final = 64
"""Each of so many queries that seem too much is tried all the same: much may have changed."""


@dataclass(slots=True)
class Tried:
    """How much was too much among queries of one shape, so that the next such one is not begun.

    The `weight` of a query is how many triples its constants lead to; the `lightest` is that of the
    one that was too much and weighed least. Once is chance, when pages of a file were not in memory
    yet: it is `suspect` then.
    """

    lightest: float = inf
    suspect: float = inf
    weight: float = 0
    skipped: int = 0
    is_again: bool = False

    def begin(self, *, differs: bool) -> None:
        """Begin with a query; raises `HandedOver` where any of its shape is too much.

        One that `differs` from the others has IRIs that they may not have.
        """
        self.is_again = False
        self.weigh(0 if differs else inf)
        self.weight = 0

    def weigh(self, weight: float) -> None:
        """Go on with one of a weight; raises `HandedOver` where one no heavier was too much."""
        self.weight = weight
        if self.is_again or weight < self.lightest or self.lightest == inf:
            return
        self.skipped = (self.skipped + 1) % AGAIN
        if self.skipped:
            raise HandedOver("another one like it was too much")
        self.is_again = True

    def failed(self) -> None:
        """The query that was begun was too much."""
        if self.weight >= self.suspect:
            self.lightest = min(self.lightest, self.weight)
        self.suspect = min(self.suspect, self.weight)

    def answered(self) -> None:
        """The query that was begun was not."""
        if self.weight >= self.suspect:
            self.lightest = self.suspect = inf


@dataclass(frozen=True, slots=True)
class Budget:
    """What one query may take before it is handed over.

    One whose patterns match fewer than `least` triples, or for which the engine passes fewer, is
    handed over at once: the engine looks them up sooner than a query is planned here. `rows` are
    those of one intermediate result, `values` the distinct values that an expression is evaluated
    for, and `until` is a time of `time.thread_time()`; None is none. A query that is
    `tried` is to be small: it is not shown to the engine, which is known to take it, and handed
    over where its expressions may make texts that are longer than those they get, or where another
    one like it was too much.
    """

    rows: int = 5_000_000
    values: int = 20_000
    until: float | None = None
    least: int = 0
    tried: Tried | None = None

    @property
    def small(self) -> bool:
        """Whether the query is to be small."""
        return self.tried is not None

    def rows_wanted(self, rows: int) -> None:
        """Raise `HandedOver` where an operator would make more rows, or the time is over."""
        if rows > self.rows:
            raise HandedOver(
                f"a step would make {rows:,} rows, more than {self.rows:,}",
                "patterns that share variables with the others, or leave fewer solutions",
            )
        if self.until is not None and time.thread_time() > self.until:
            raise HandedOver("its time is over")
