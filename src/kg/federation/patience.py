"""How long a request to another endpoint may still take, and whether anybody waits for it."""

from __future__ import annotations

import time
from typing import Final

from kg.errors import CancelledError
from kg.store.interface import Cancel

SLICE_SECONDS: Final = 0.05
"""After so long it is looked whether the client has gone."""


class ImpatientError(Exception):
    """The time is over; `limit` is the setting that says so."""

    def __init__(self, limit: str, seconds: float) -> None:
        super().__init__(f"{limit} is {seconds:g} s")
        self.limit = limit
        self.seconds = seconds


class Patience:
    """A stretch of time from now on; without `seconds` it has no end."""

    def __init__(
        self,
        seconds: float | None,
        cancel: Cancel | None = None,
        *,
        limit: str = "seconds",
        within: Patience | None = None,
    ) -> None:
        self.started = time.monotonic()
        self._seconds = seconds
        self._cancel = cancel
        self._limit = limit
        self._within = within

    @property
    def ran(self) -> float:
        """The seconds since it began."""
        return time.monotonic() - self.started

    @property
    def remaining(self) -> float | None:
        """The seconds that are left, possibly less than none; None where there is no end."""
        if self._seconds is None:
            return None
        return self.started + self._seconds - time.monotonic()

    def left(self) -> float:
        """The seconds that are left; raises `ImpatientError`, or `CancelledError`."""
        if self._cancel is not None and self._cancel.is_set():
            raise CancelledError("whoever asked has gone away")
        outer = self._within.left() if self._within else float("inf")
        remaining = self.remaining
        if remaining is not None and remaining <= 0:
            raise ImpatientError(self._limit, self._seconds or 0)
        return min(outer, float("inf") if remaining is None else remaining)

    def part(self, seconds: float | None, limit: str) -> Patience:
        """A stretch that ends with this one, or after `seconds`."""
        return Patience(seconds or None, self._cancel, limit=limit, within=self)
