"""The supervisor's side of copies in columns: when one is made, and of what.

Nobody waits for a copy. Its processes are expendable ones; queries are answered meanwhile, and
commits are made. A copy follows each generation at once. One is made anew of a generation that
stays the newest for a while, where there is none to follow from, and of itself where many rows
have changed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from kg.columnar.keeping import NAME, set_aside
from kg.errors import StoreError
from kg.processes.nursery import Nursery
from kg.processes.pool import Pool
from kg.processes.settings import Settings
from kg.processes.tasks import Tasks
from kg.processes.watch import Watch
from kg.publication.seldom import SHARE
from kg.store.changes import NAME as CHANGES
from kg.store.folder import Folder, keep_room
from kg.store.interface import Generation
from kg.store.wire import Message

SHARES: Final = {"follow": 0.05, "compact": 0.5, "build": 1.0}
"""So many times what a snapshot has on the disk each of these takes at most while it is done.

A copy has a tenth of it, and the dump that it is made of a quarter; changes have less than that.
"""


class Copying:
    """Has the newest generation copied, and the copy follow commits."""

    def __init__(self, nursery: Nursery, folder: Folder, settings: Settings, watch: Watch) -> None:
        self._nursery = nursery
        self._folder = folder
        self._settings = settings
        self._watch = watch
        self._making = Tasks(watch)
        self._busy = False
        self._wished = False
        self._made = asyncio.Event()
        self._wanted = asyncio.Event()
        self._there: Generation | None = None
        self._settled: Generation = 0
        self._is_making = False

    def start(self) -> None:
        """Have no copy used that was there before, until it has been checked."""
        if self._settings.columnar_triples:
            set_aside(self._folder.artefacts / NAME)

    def stop(self) -> None:
        """Make no more copies."""
        self._making.cancel()

    def wanted(self, newest: Generation) -> Message:
        """Which generation has a copy, and whether the newest one is going to have one.

        What is to be made is made without a rest from now on.
        """
        self._wanted.set()
        is_due = bool(self._settings.columnar_triples) and self._settled < newest
        return {"generation": self._there, "coming": is_due or self._is_making}

    async def run(self, pool: Pool, union: Sequence[str]) -> None:
        """Keep the copy up to date, for ever; at once or not at all where no copy is wished."""
        followed: Generation = 0
        while self._settings.columnar_triples:
            await self._newer(pool, followed)
            self._made.clear()
            followed = pool.newest
            differing = None
            try:
                differing = await self._pinned(pool, "follow", followed, union)
            except (StoreError, OSError) as error:
                self._watch.warning(f"the copy does not follow to generation {followed}: {error}")
            self._there = None if differing is None else followed
            if differing is None or differing > self._settings.columnar_changes:
                self._make(pool, "build" if differing is None else "compact", union)
            self._settled = followed

    async def _newer(self, pool: Pool, followed: Generation) -> None:
        """Wait for a generation that is newer, or for a copy to follow from."""
        made = asyncio.ensure_future(self._made.wait())
        newer = asyncio.ensure_future(pool.newer(followed))
        try:
            await asyncio.wait((made, newer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            made.cancel()
            newer.cancel()

    def _make(self, pool: Pool, do: str, union: Sequence[str]) -> None:
        """Have a copy made beside what else is done, one at a time."""
        self._wished = self._busy
        if not self._busy:
            self._busy = self._is_making = True
            self._making.start(self._made_anew(pool, do, union))

    async def _made_anew(self, pool: Pool, do: str, union: Sequence[str]) -> None:
        try:
            took = await self._tried(pool, do, union)
            self._is_making = False
            await asyncio.sleep(SHARE * took)
        finally:
            self._busy = self._is_making = False
            if self._wished:
                self._made.set()

    async def _tried(self, pool: Pool, do: str, union: Sequence[str]) -> float:
        """Make a copy, or say why there is none. Returns the seconds that this took."""
        started = time.monotonic()
        generation = pool.newest
        try:
            if do == "build":
                generation = await self._steady(pool)
                started = time.monotonic()
            await self._pinned(pool, do, generation, union)
            self._settled = 0
            self._made.set()
        except (StoreError, OSError) as error:
            self._watch.warning(f"generation {generation} was not copied: {error}")
        return time.monotonic() - started

    async def _steady(self, pool: Pool) -> Generation:
        """The newest generation, once it has been that for a while, or somebody wants it."""
        while True:
            generation = pool.newest
            with suppress(TimeoutError):
                async with asyncio.timeout(max(0.1, self._settings.columnar_rest_seconds)):
                    await self._wanted.wait()
            if pool.newest == generation:
                self._wanted.clear()
                return generation

    async def _pinned(
        self, pool: Pool, do: str, generation: Generation, union: Sequence[str]
    ) -> int | None:
        """Have a process do something with a generation; raises `StoreError` where it does not."""
        pool.pins[generation] += 1
        try:
            return await self._done(do, generation, union)
        finally:
            pool.pins[generation] -= 1

    async def _done(self, do: str, generation: Generation, union: Sequence[str]) -> int | None:
        snapshot = self._folder.snapshot(generation)
        size = sum(path.stat().st_size for path in snapshot.iterdir() if path.is_file())
        keep_room(self._folder, SHARES[do] * size, self._settings.disk_reserve_bytes)
        arguments = {
            "do": do,
            "path": str(snapshot),
            "generation": generation,
            "union": list(union),
            "folder": str(self._folder.artefacts / NAME),
            "changes": str(self._folder.artefacts / CHANGES),
            "most": self._settings.columnar_triples,
            "least": self._settings.columnar_least,
        }
        child = await self._nursery.spawn("copy", arguments)
        try:
            found = await child.link.receive()
        finally:
            child.link.close()
        if found is None or found[0]["why"]:
            raise StoreError(found[0]["why"] if found else "its process has ended")
        differing: int | None = found[0]["differing"]
        return differing
