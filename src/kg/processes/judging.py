"""What somebody sends is validated apart from commits: in a worker of its own, which may be ended.

So nobody who only asks keeps those waiting who write.
"""

from __future__ import annotations

import asyncio
from typing import Any

from kg.errors import LimitError, StoreError
from kg.processes.link import Link, stopped
from kg.processes.nursery import Child, Nursery, WorkerGoneError
from kg.processes.pool import Pool
from kg.processes.settings import Settings
from kg.processes.watch import Watch
from kg.store import wire
from kg.store.folder import Folder, remove_tree
from kg.store.interface import Generation
from kg.store.wire import Message


class Judge:
    """Validates one thing after the other, each on the newest generation that can be read."""

    def __init__(self, nursery: Nursery, folder: Folder, settings: Settings, watch: Watch) -> None:
        self._nursery = nursery
        self._folder = folder
        self._settings = settings
        self._watch = watch
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._child: Child | None = None
        self._generation: Generation = -1
        self._work = ""

    async def judge(
        self, link: Link, message: Message, body: bytes, pool: Pool, setup: str
    ) -> Message:
        """The verdict on a change or an upload."""
        if self._waiting > self._settings.validations_waiting:
            raise LimitError(
                f"{self._waiting} uploads wait to be validated",
                hint="try again later, or use `kg validate`",
                limit="validations_waiting",
                retry_after=10,
            )
        left = asyncio.create_task(link.ended())
        self._waiting += 1
        try:
            async with self._turn:
                return {} if left.done() else await self._one(message, body, pool, setup, left)
        finally:
            self._waiting -= 1
            await stopped(left)

    async def _one(
        self,
        message: Message,
        body: bytes,
        pool: Pool,
        setup: str,
        left: asyncio.Task[None],
    ) -> Message:
        child = await self._ready(pool, setup)
        asked = asyncio.create_task(child.ask(message, body))
        seconds = self._settings.validate_seconds
        done, _ = await asyncio.wait(
            (asked, left), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if asked not in done:
            await self._drop("cancelled" if left.done() else "validate_seconds")
        try:
            answer, _ = await asked
        except WorkerGoneError as error:
            killed = child.killed_for
            status = await child.status
            await self._drop("lost")
            limit = killed or ("memory_bytes" if status in (-6, 1) else "")
            if not limit:
                raise StoreError("this ended the process that validated it") from error
            raise LimitError(
                f"validating this was ended: the limit {limit}",
                hint="send less at a time",
                limit=limit,
            ) from error
        if "error" in answer:
            raise wire.error_of(answer)
        return answer

    async def _ready(self, pool: Pool, setup: str) -> Child:
        child = self._child
        if child is not None and not child.status.done() and self._generation == pool.newest:
            return child
        await self._drop("older")
        generation = pool.newest
        arguments: dict[str, Any] = {
            "folder": str(self._folder.path),
            "generation": generation,
            "setup": setup,
            "memory_bytes": self._settings.memory_bytes,
        }
        pool.pins[generation] += 1
        try:
            child = await self._nursery.spawn("prepare", arguments)
            found = await child.link.receive()
        finally:
            pool.pins[generation] -= 1
        if found is None:
            raise StoreError("the process that validates did not start", hint="try again")
        self._child, self._generation, self._work = child, generation, found[0]["work"]
        return child

    async def _drop(self, reason: str) -> None:
        child, self._child = self._child, None
        if child is not None:
            await self._nursery.kill(child, reason)
            await child.status
            child.link.close()
            self._watch.ended(child)
            remove_tree(self._folder.work / self._work.rpartition("/")[2])
