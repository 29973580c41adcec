"""Answers of the copy in this process, for a share of the time of its event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

from kg.columnar.near import Near
from kg.store.interface import Generation

FREE: Final = 0.001
SHARE: Final = 0.3
WINDOW: Final = 0.1
"""So much of so many seconds may go to answers made here, beyond what each has free of charge."""


class AtOnce:
    """Answers what takes next to nothing; what is not answered here comes from elsewhere."""

    def __init__(self, near: Near) -> None:
        self._near, self._share = near, Share()
        self._opening: asyncio.Future[None] | None = None

    def answer(self, generation: Generation, text: str, accept: str) -> tuple[str, bytes] | None:
        """See `Near.answer`; None too where others had much of the time lately.

        So it is while the copy is not open yet, which is opened in a thread.
        """
        if not self._near.is_open(generation):
            if self._opening is None or self._opening.done():
                loop = asyncio.get_running_loop()
                self._opening = loop.run_in_executor(None, self._near.open, generation)
            return None
        if not self._share.is_left():
            return None
        began = time.perf_counter()
        found = self._near.answer(generation, text, accept)
        self._share.take(time.perf_counter() - began)
        return found

    def learn(self, text: str) -> None:
        """See `Near.learn`."""
        self._near.learn(text)

    def unknown(self, generation: Generation, iris: Sequence[str]) -> list[str]:
        """See `Near.unknown`; for a generation that was just answered on."""
        return self._near.unknown(generation, iris)


class Share:
    """How much of the time of the event loop goes to answers that take more than the least."""

    def __init__(self) -> None:
        self._since = self._taken = 0.0

    def is_left(self) -> bool:
        """Whether another one may be begun; otherwise workers answer, who share by clients."""
        return self._taken <= SHARE * WINDOW or time.perf_counter() - self._since > WINDOW

    def take(self, seconds: float) -> None:
        """Count an answer, or what was tried."""
        now = time.perf_counter()
        if now - self._since > WINDOW:
            self._since, self._taken = now, 0.0
        self._taken += max(0.0, seconds - FREE)
