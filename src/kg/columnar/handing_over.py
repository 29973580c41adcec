"""Why a query is left to the engine, and the budget that keeps one from growing without end."""

from __future__ import annotations

import time
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Budget:
    """What one query may take before it is handed over.

    One whose patterns match fewer than `least` triples, or for which the engine passes fewer, is
    handed over at once: the engine looks them up sooner than a query is planned here. `rows` are
    those of one intermediate result, `values` the distinct values that an expression is evaluated
    for, and `until` is a time of `time.thread_time()`; None is none. A `small` one
    is not shown to the engine, which is known to take it, and handed over where its expressions may
    make texts that are longer than those they get.
    """

    rows: int = 5_000_000
    values: int = 20_000
    until: float | None = None
    least: int = 0
    small: bool = False

    def rows_wanted(self, rows: int) -> None:
        """Raise `HandedOver` where an operator would make more rows, or the time is over."""
        if rows > self.rows:
            raise HandedOver(
                f"a step would make {rows:,} rows, more than {self.rows:,}",
                "patterns that share variables with the others, or leave fewer solutions",
            )
        if self.until is not None and time.thread_time() > self.until:
            raise HandedOver("its time is over")
