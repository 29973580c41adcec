"""A supervisor with its workers in a thread, without the web."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.processes.settings import Settings
from kg.processes.supervisor import Supervisor
from kg.store.folder import Folder
from kg.store.served import socket_path

SECONDS = 60.0
QUICK = Settings(queries=2, page_queries=1, publish_seconds=0.0)


class Serving:
    """Serves a folder until `end`, or raises what is wrong with it in `begin`."""

    def __init__(self, folder: Folder, setup: str, settings: Settings) -> None:
        self._thread = threading.Thread(target=self._run, name="kg-supervisor", daemon=True)
        self._folder = folder
        self._setup = setup
        self._settings = settings
        self._started = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self.error: BaseException | None = None
        self.supervisor: Supervisor | None = None

    def _run(self) -> None:
        try:
            with self._folder.locked():
                asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - raised again by those who wait
            self.error = error
        finally:
            self._started.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.supervisor = Supervisor(self._folder, self._settings, self._setup)
        try:
            await self.supervisor.start()
            self._started.set()
            await self._stop.wait()
        finally:
            await self.supervisor.stop()

    def begin(self) -> None:
        self._thread.start()
        assert self._started.wait(SECONDS), "the supervisor did not start"
        if self.error is not None:
            raise self.error

    def end(self) -> None:
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(SECONDS)
        assert not self._thread.is_alive(), "the supervisor did not stop"
        if self.error is not None:
            raise self.error


@contextmanager
def supervised(home: Path, setup: str, settings: Settings = QUICK) -> Iterator[Supervisor]:
    """Serve a folder for a while; ends cleanly and leaves nothing behind."""
    folder = Folder(home)
    serving = Serving(folder, setup, settings)
    serving.begin()
    assert serving.supervisor is not None
    pids = [serving.supervisor.nursery.pid]
    pids += [child.pid for child in serving.supervisor.nursery.children()]
    assert len(pids) > 1
    try:
        yield serving.supervisor
    finally:
        serving.end()
    assert not socket_path(folder).exists()
    assert list(folder.work.iterdir()) == []
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
