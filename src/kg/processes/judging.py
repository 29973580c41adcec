"""What somebody sends is validated apart from commits: in a worker of its own, which may be ended.

So nobody who only asks keeps those waiting who write.
"""

from __future__ import annotations

import asyncio

from kg.errors import LimitError
from kg.processes.link import Link
from kg.processes.nursery import Nursery
from kg.processes.pool import Pool
from kg.processes.preparing import Bounds, Preparer
from kg.processes.settings import Settings
from kg.processes.watch import Watch
from kg.store.folder import Folder
from kg.store.wire import Message


class Judge:
    """Validates one thing after the other, each on the newest generation that can be read."""

    def __init__(self, nursery: Nursery, folder: Folder, settings: Settings, watch: Watch) -> None:
        self._settings = settings
        bounds = Bounds(
            settings.validate_seconds, settings.memory_bytes, "validate_seconds", "memory_bytes"
        )
        self._preparer = Preparer(nursery, folder, watch, bounds)
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def judge(
        self, link: Link, message: Message, body: bytes, pool: Pool, setup: str
    ) -> tuple[Message, bytes]:
        """The verdict on a change or an upload; nothing where nobody waits for it any more."""
        if self._waiting > self._settings.validations_waiting:
            raise LimitError(
                f"{self._waiting} uploads wait to be validated",
                hint="try again later, or use `kg validate`",
                limit="validations_waiting",
                retry_after=10,
            )
        left = link.gone()
        self._waiting += 1
        try:
            async with self._turn:
                if left.done():
                    return {}, b""
                await self._on_newest(pool, setup)
                asked = {**message, "questions_quads": self._settings.questions_quads}
                return await self._preparer.ask(asked, body, left)
        finally:
            self._waiting -= 1

    async def _on_newest(self, pool: Pool, setup: str) -> None:
        generation = pool.newest
        if self._preparer.lives() and self._preparer.began_at == generation:
            return
        pool.pins[generation] += 1
        try:
            await self._preparer.start(generation, setup)
        finally:
            pool.pins[generation] -= 1
