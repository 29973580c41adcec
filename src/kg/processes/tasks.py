"""Tasks that live as long as what started them; one that fails is told of, and never just gone."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from kg.processes.watch import Watch


class Tasks:
    """Keeps the tasks of one part of the server.

    Where they are `vital`, one that fails ends the server: it is started again sooner than anybody
    finds out why it answers and commits nothing.
    """

    def __init__(self, watch: Watch, *, vital: bool = False) -> None:
        self._watch = watch
        self._vital = vital
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside what runs."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._done)

    def cancel(self) -> None:
        """End all of them."""
        for task in list(self._running):
            task.cancel()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._watch.failed(error, vital=self._vital)
