"""Who may ask an endpoint now: some at once, few of one client, the others wait in line.

What belongs to kg itself, such as its pages, is not counted to a client.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kg.errors import LimitError, TooManyError
from kg.store.interface import Asker

RETRY_SECONDS: Final = 5
POLL_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Most:
    """How much there may be at once; the names are those of the settings."""

    queries: int = 4
    client_queries: int = 2
    client_waiting: int = 4
    waiting: int = 64
    waiting_seconds: float = 5.0


class Turns:
    """Counts what runs and what waits."""

    def __init__(self, most: Most) -> None:
        self._most = most
        self._change = threading.Condition()
        self._running: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()

    def enter(self, asker: Asker, gone: Callable[[], bool]) -> Callable[[], None]:
        """Wait for a turn; returns what ends it.

        Raises `TooManyError` for a client with too many in line, and `LimitError` where the line is
        too long or a turn does not come in time. One that is `gone` waits no longer.
        """
        client, most = asker.client, self._most
        with self._change:
            if client and self._waiting[client] >= most.client_waiting:
                raise TooManyError(
                    f"{most.client_waiting} queries of yours wait already",
                    hint="ask one after the other",
                    limit="client_waiting",
                    retry_after=RETRY_SECONDS,
                )
            if self._waiting.total() >= most.waiting:
                raise _busy(f"{most.waiting} queries wait already", "waiting")
            self._waiting[client] += 1
            try:
                self._wait(client, gone)
            finally:
                self._waiting[client] -= 1
            self._running[client] += 1
        return lambda: self._leave(client)

    def _wait(self, client: str, gone: Callable[[], bool]) -> None:
        deadline = time.monotonic() + self._most.waiting_seconds
        while not self._is_free(client):
            if time.monotonic() >= deadline or gone():
                words = f"no turn came in {self._most.waiting_seconds:g} s"
                raise _busy(words, "waiting_seconds")
            self._change.wait(POLL_SECONDS)

    def _is_free(self, client: str) -> bool:
        mine = bool(client) and self._running[client] >= self._most.client_queries
        return self._running.total() < self._most.queries and not mine

    def _leave(self, client: str) -> None:
        with self._change:
            self._running[client] -= 1
            self._running += Counter()  # forgets those who are at zero
            self._waiting += Counter()
            self._change.notify_all()


def _busy(words: str, limit: str) -> LimitError:
    return LimitError(words, hint="try again later", limit=limit, retry_after=RETRY_SECONDS)
