"""The supervisor's side of copies in columns: when one is made, and of what.

Nobody waits for a copy. Its process is an expendable one; queries are answered meanwhile, and
commits are made. A generation that is soon followed by another one is not copied.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kg.columnar.beside import NAME
from kg.errors import StoreError
from kg.processes.nursery import Nursery
from kg.processes.pool import Pool
from kg.processes.settings import Settings
from kg.processes.watch import Watch
from kg.publication.seldom import SHARE
from kg.store.folder import Folder
from kg.store.interface import Generation

SHARE_OF_DISK: Final = 3
"""A copy, with the dump that it is made from, takes less than so many snapshots."""


class Copying:
    """Has the newest generation copied, again and again."""

    def __init__(self, nursery: Nursery, folder: Folder, settings: Settings, watch: Watch) -> None:
        self._nursery = nursery
        self._folder = folder
        self._settings = settings
        self._watch = watch

    async def run(self, pool: Pool, union: Sequence[str]) -> None:
        """Keep the copy up to date, for ever; at once or not at all where no copy is wished."""
        copied: Generation = 0
        while self._settings.columnar_triples:
            generation = await self._steady(pool)
            if generation == copied:
                continue
            started = time.monotonic()
            pool.pins[generation] += 1
            try:
                await self._copy(generation, union)
            except (StoreError, OSError) as error:
                self._watch.warning(f"generation {generation} was not copied: {error}")
            finally:
                pool.pins[generation] -= 1
            copied = generation
            await asyncio.sleep(SHARE * (time.monotonic() - started))

    async def _steady(self, pool: Pool) -> Generation:
        """The newest generation, once it has been that for a while."""
        while True:
            generation = pool.newest
            await asyncio.sleep(max(0.1, self._settings.columnar_rest_seconds))
            if pool.newest == generation:
                return generation

    async def _copy(self, generation: Generation, union: Sequence[str]) -> None:
        """Have a process make it; raises `StoreError` where it does not."""
        snapshot = self._folder.snapshot(generation)
        self._refuse_full_disk(snapshot)
        arguments = {
            "path": str(snapshot),
            "generation": generation,
            "union": list(union),
            "folder": str(self._folder.artefacts / NAME),
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

    def _refuse_full_disk(self, snapshot: Path) -> None:
        """Raise `StoreError` where a copy would take the room that commits need."""
        size = sum(path.stat().st_size for path in snapshot.iterdir() if path.is_file())
        free = shutil.disk_usage(self._folder.path).free
        if free - SHARE_OF_DISK * size < self._settings.disk_reserve_bytes:
            raise StoreError("it would take room on the disk that commits need")
