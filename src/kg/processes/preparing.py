"""The supervisor's side of a worker that tries changes on a private copy of a generation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from kg.errors import LimitError, StoreError
from kg.processes.link import Gone
from kg.processes.nursery import Child, Nursery, WorkerGoneError
from kg.processes.watch import Watch
from kg.processes.zygote import NO_MEMORY
from kg.store import wire
from kg.store.folder import Folder, remove_tree
from kg.store.interface import Generation
from kg.store.wire import Message

ENDED_FOR_MEMORY = (-6, NO_MEMORY)
"""How a process ends that gets no memory: by the engine, or by Python."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one change may cost, and the names of these limits."""

    seconds: float
    memory_bytes: int
    seconds_name: str
    memory_name: str


class Preparer:
    """Has at most one worker, which is asked one thing at a time."""

    def __init__(self, nursery: Nursery, folder: Folder, watch: Watch, bounds: Bounds) -> None:
        self._nursery = nursery
        self._folder = folder
        self._watch = watch
        self._bounds = bounds
        self._child: Child | None = None
        self._work = Path()
        self.began_at: Generation = -1

    def lives(self) -> bool:
        """Whether there is a worker."""
        return self._child is not None and not self._child.status.done()

    async def start(self, generation: Generation, setup: str) -> None:
        """Begin anew, on a generation that is published and stays until this returns."""
        await self.drop("older")
        arguments = {
            "folder": str(self._folder.path),
            "generation": generation,
            "setup": setup,
            "memory_bytes": self._bounds.memory_bytes,
        }
        child = await self._nursery.spawn("prepare", arguments)
        found = await child.link.receive()
        if found is None or "error" in found[0]:
            child.link.close()
            if found is not None:
                raise wire.error_of(found[0])
            raise StoreError("a process that prepares changes did not start", hint="try again")
        for words in found[0]["warnings"]:
            self._watch.warning(f"a process that prepares changes is not confined: {words}")
        self._child, self.began_at = child, generation
        self._work = self._folder.work / Path(found[0]["work"]).name

    async def ask(
        self, message: Message, body: bytes, left: Gone | None = None
    ) -> tuple[Message, bytes]:
        """Have a change tried; raises what is wrong with it, and what ended the worker.

        When `left` is done, nobody wants the answer any more, and the worker is ended.
        """
        child, bounds = self._child, self._bounds
        if child is None:
            raise StoreError("no process prepares changes", hint="try again")
        asked = asyncio.create_task(child.ask(message, body))
        waited = (asked,) if left is None else (asked, left)
        done, _ = await asyncio.wait(
            waited, timeout=bounds.seconds, return_when=asyncio.FIRST_COMPLETED
        )
        if asked not in done:
            reason = "cancelled" if left is not None and left.done() else bounds.seconds_name
            await self._nursery.kill(child, reason)
        try:
            answer, data = await asked
        except WorkerGoneError as error:
            raise await self._ended(child) from error
        if "error" in answer:
            wrong = wire.error_of(answer)
            if type(wrong) is StoreError:  # of a disk, say: then the copy takes nothing any more
                await self.drop("failed")
            raise wrong
        return answer, data

    async def _ended(self, child: Child) -> StoreError:
        killed, status = child.killed_for, await child.status
        await self.drop("lost")
        limit = killed or (self._bounds.memory_name if status in ENDED_FOR_MEMORY else "")
        if not limit:
            return StoreError(
                "this ended the process that tried it", hint="nothing was changed; try again"
            )
        most = {
            self._bounds.seconds_name: f"it took longer than {self._bounds.seconds:g} s",
            self._bounds.memory_name: f"it took more than {self._bounds.memory_bytes} bytes",
        }.get(limit, limit)
        return LimitError(
            f"trying this change was ended: {most}", hint="send less at a time", limit=limit
        )

    async def drop(self, reason: str) -> None:
        """End the worker; what it has tried is forgotten with it."""
        child, work, self._child = self._child, self._work, None
        if child is not None:
            await self._nursery.kill(child, reason)
            await child.status
            child.link.close()
            self._watch.ended(child)
            remove_tree(work)
