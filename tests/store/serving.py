"""Supervisors with their workers in a thread, without the web."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from kg.processes.nursery import Nursery
from kg.processes.settings import Settings
from kg.processes.supervisor import Supervisor
from kg.store.connection import socket_path
from kg.store.folder import Folder

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
QUICK = Settings(
    queries=1, page_queries=1, publish_seconds=0.0, generation_seconds=3.0, columnar_triples=0
)
"""For worlds of a few quads, of which a copy in columns would answer nothing."""


class SharedNursery(Nursery):
    """One zygote for all supervisors: it takes longer to start than a test does to run."""

    def begin(self) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PYTHONPATH", str(ROOT))  # workers import what a setup names
            self._start()

    def stop(self) -> None:
        """End the workers and leave the zygote."""
        deadline = time.monotonic() + SECONDS
        while self.children():
            for child in self.children():
                with suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGKILL)
            time.sleep(0.005)
            assert time.monotonic() < deadline, "workers do not end"

    def close(self) -> None:
        for link in list(self._links):
            link.close()

    def end(self) -> None:
        super().stop()
        super().close()


class Ground:
    """A loop in a thread, where supervisors live one after the other."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ground", daemon=True)
        self._thread.start()
        self._place = Path(mkdtemp(prefix="kg-ground-"))
        self.nursery = SharedNursery(Folder(self._place))
        self.run(self._begin())

    async def _begin(self) -> None:
        self.nursery.begin()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    async def _end(self) -> None:
        await asyncio.to_thread(self.nursery.end)
        mine = asyncio.current_task()
        left = [task for task in asyncio.all_tasks() if task is not mine]
        await asyncio.wait(left, timeout=10) if left else None
        await self._loop.shutdown_default_executor()

    def end(self) -> None:
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()
        shutil.rmtree(self._place)


@cache
def ground() -> Ground:
    return Ground()


def end_ground() -> None:
    """For the end of a session."""
    if ground.cache_info().currsize:
        ground().end()
        ground.cache_clear()


@contextmanager
def supervised(home: Path, setup: str, settings: Settings = QUICK) -> Iterator[Supervisor]:
    """Serve a folder for a while; ends cleanly and leaves nothing behind."""
    folder = Folder(home)

    async def made() -> Supervisor:
        supervisor = Supervisor(folder, settings, setup, ground().nursery)
        await supervisor.start()
        return supervisor

    ours = ground()
    with folder.locked():
        supervisor = ours.run(made())
        pids = [child.pid for child in ours.nursery.children()]
        assert len(pids) > 1
        try:
            yield supervisor
        finally:
            ours.run(supervisor.stop())
    assert not socket_path(folder).exists()
    assert list(folder.work.iterdir()) == []
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
