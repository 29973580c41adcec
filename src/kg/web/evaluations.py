"""How many queries of visitors are evaluated at once, so that some threads stay for the pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from kg.errors import StoreError

EVALUATIONS: Final = 6
"""As many as a server evaluates at once, unless it is told otherwise."""


class BusyError(StoreError):
    """As many queries as are allowed are being evaluated already."""


class Evaluations:
    """Counts what is being evaluated; what comes above the limit is refused, never queued."""

    def __init__(self, most: int = EVALUATIONS) -> None:
        self._most = most
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place while a query is evaluated; raises `BusyError` if there is none."""
        if not self._free.acquire(blocking=False):
            raise BusyError(
                f"{self._most} queries are being evaluated, the limit `evaluations` of this server",
                hint="try again later; the pages answer all the same",
            )
        try:
            yield
        finally:
            self._free.release()
