"""How many requests to other endpoints run at once, for all and for one client."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from kg.errors import LimitError, TooManyError
from kg.federation.patience import SLICE_SECONDS, ImpatientError, Patience


class Places:
    """So many places, of which one client has at most `each`; `waiting` of it may wait."""

    def __init__(self, places: int, each: int, waiting: int) -> None:
        self._places = places
        self._each = each
        self._waiting = waiting
        self._change = threading.Condition()
        self._taken: Counter[str] = Counter()
        self._queued: Counter[str] = Counter()

    @contextmanager
    def taken(self, client: str, patience: Patience) -> Iterator[None]:
        """Hold a place; raises `LimitError` where there is none in time."""
        with self._change:
            self._wait(client, patience)
            self._taken[client] += 1
        try:
            yield
        finally:
            with self._change:
                self._taken[client] -= 1
                self._taken += Counter()  # forgets clients that hold none
                self._change.notify_all()

    def _wait(self, client: str, patience: Patience) -> None:
        if self._is_free(client):
            return
        if self._queued[client] >= self._waiting:
            words = f"one client asks other endpoints {self._each} times at once"
            raise TooManyError(words, limit="client_waiting", retry_after=1)
        self._queued[client] += 1
        try:
            while not self._is_free(client):
                self._change.wait(min(SLICE_SECONDS, patience.left()))
        except ImpatientError as error:
            words = f"{self._places} requests to other endpoints run already"
            raise LimitError(words, limit="service_fetches", retry_after=1) from error
        finally:
            self._queued[client] -= 1
            self._queued += Counter()

    def _is_free(self, client: str) -> bool:
        return self._taken.total() < self._places and self._taken[client] < self._each
