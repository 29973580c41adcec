"""The supervisor's side of the writer: it is asked, and started again when it has ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Final

from kg.errors import StoreError
from kg.processes.nursery import Child, Nursery, WorkerGoneError
from kg.processes.settings import Settings
from kg.processes.tasks import Tasks
from kg.processes.watch import Watch
from kg.store import wire
from kg.store.folder import Folder
from kg.store.interface import Generation
from kg.store.wire import Message

PAUSES: Final = (0.05, 0.2, 0.5, 1.0)
"""Before a writer that failed to start is started again."""

REST: Final = 3
"""So many times as long as a snapshot takes to make, none is made, unless somebody waits for it."""


FLUSH_SECONDS: Final = 0.03
"""About as long as the engine writes its files: commits go on, and the snapshot waits."""


class Scribe:
    """Has the one writer write; `turn` is held by the one that asks.

    `why_not` says why nothing can be written now, and is empty where that is not so.
    """

    def __init__(self, nursery: Nursery, folder: Folder, settings: Settings, watch: Watch) -> None:
        self._nursery = nursery
        self._folder = folder
        self._settings = settings
        self._watch = watch
        self._writer: Child | None = None
        self._unpublished = asyncio.Event()
        self._wished = asyncio.Event()
        self._tasks = Tasks(watch, vital=True)
        self.turn = asyncio.Lock()
        self.setup = ""
        self.generation: Generation = 0
        self.read_generation: Generation = 0
        self.why_not = "the writer is being started"
        self.used: Callable[[], list[Generation]] = list
        self.published: Callable[[Generation], Awaitable[None]] | None = None

    async def start(self, setup: str) -> None:
        """Start the writer, which repairs what can be repaired; raises what cannot be."""
        self.setup = setup
        await self._started()
        self._tasks.start(self._publish_all())

    async def stop(self) -> None:
        """Publish what is written, and stop."""
        self._tasks.cancel()
        if self._writer is None or self.why_not:
            return
        try:
            async with asyncio.timeout(self._settings.stop_seconds), self.turn:
                await self.publish()
        except (TimeoutError, StoreError) as error:
            self._watch.warning(f"the last generation was not published: {error}")

    def hurry(self) -> None:
        """Publish without a pause: somebody waits to read what was written."""
        self._wished.set()

    def written(self, generation: Generation) -> None:
        """Take in that a generation is on disk, and have it published soon."""
        self.generation = generation
        self._unpublished.set()

    async def ask(self, message: Message, body: bytes = b"") -> Message:
        """Ask the writer; one that has ended is followed by another before this raises."""
        if self._writer is None:
            raise StoreError(f"nothing can be written now: {self.why_not}", hint="try again later")
        try:
            answer, _ = await self._writer.ask(message, body)
        except asyncio.CancelledError:
            self.why_not = "the server stops"  # nobody takes the answer that is still to come
            raise
        except WorkerGoneError:
            child, self._writer = self._writer, None
            child.link.close()
            await child.status
            self._watch.ended(child)
            await self._restart()
            raise
        if "error" in answer:
            raise wire.error_of(answer)
        return answer

    async def _restart(self) -> None:
        """Start it again, at once or, where the disk is full, in the background until it works."""
        try:
            await self._started()
        except StoreError as error:
            self.why_not = error.message
            self._watch.warning(f"the writer does not start: {error}")
            self._tasks.start(self._keep_trying())

    async def _keep_trying(self) -> None:
        for pause in _forever(PAUSES):
            await asyncio.sleep(pause)
            try:
                async with self.turn:
                    await self._started()
            except StoreError as error:
                self.why_not = error.message
            else:
                return

    async def _started(self) -> None:
        arguments = {
            "folder": str(self._folder.path),
            "setup": self.setup,
            "disk_reserve_bytes": self._settings.disk_reserve_bytes,
            "tells_changes": bool(self._settings.columnar_triples),
        }
        child = await self._nursery.spawn("writer", arguments)
        found = await child.link.receive()
        if found is None or "error" in found[0]:
            child.link.close()
            await child.status
            raise wire.error_of(found[0]) if found else StoreError("the writer ended at its start")
        self._writer, self.why_not = child, ""
        self.generation = self.read_generation = found[0]["ready"]
        self._watch.event("writer", **found[0])
        if self.published is not None:
            await self.published(self.generation)

    async def _publish_all(self) -> None:
        while True:
            await self._unpublished.wait()
            self._unpublished.clear()
            try:
                async with self.turn:
                    await self.ask({"do": "flush"})
                await self._wished_within(FLUSH_SECONDS)
                started = time.monotonic()
                async with self.turn:
                    self._wished.clear()
                    await self.publish()
            except StoreError as error:
                self._watch.warning(f"a generation could not be published: {error}")
                self._unpublished.set()
                await asyncio.sleep(1)
                continue
            # Commits wait meanwhile, so that most of the time has to be theirs.
            pause = max(self._settings.publish_seconds, REST * (time.monotonic() - started))
            await self._wished_within(pause)

    async def _wished_within(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wished.wait()

    async def publish(self) -> None:
        """Make the newest generation readable; only for the one that holds `turn`."""
        started = time.monotonic()
        answer = await self.ask({"do": "publish"})
        self._watch.gauges["publish_seconds"].set(time.monotonic() - started)
        self.read_generation = answer["published"]
        if self.published is not None:
            await self.published(self.read_generation)
        await self.ask({"do": "drop", "used": self.used()})  # for which nobody waits


def _forever(pauses: tuple[float, ...]) -> Iterator[float]:
    yield from pauses
    while True:
        yield pauses[-1]
