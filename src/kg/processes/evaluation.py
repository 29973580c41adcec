"""One query on one worker, and what ends it: its answer, a limit, or a client that has gone.

Time, memory and a client that goes away end the worker, since nothing less ends an evaluation.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

from kg.processes.jobs import Job, Worker, ended_error
from kg.processes.link import Gone
from kg.processes.nursery import Nursery
from kg.processes.usage import cpu_seconds, private_bytes
from kg.store import wire
from kg.store.folder import Folder

WATCH_SECONDS: Final = 0.05
HEAVY_SECONDS: Final = 0.25
"""A query that runs longer gives way to shorter ones."""

HEAVY_NICE: Final = 10

GRACE_SECONDS: Final = 0.02
"""Between a client that has gone and the end of its worker, which may just have answered."""


class Evaluation:
    """Runs queries on workers, and looks after those that run."""

    def __init__(self, nursery: Nursery, folder: Folder) -> None:
        self._nursery = nursery
        self._folder = folder
        self._ending: set[asyncio.Task[None]] = set()

    async def run(self, job: Job, worker: Worker, left: Gone) -> bool:
        """Have a worker answer; whether it is there for another query at the end.

        Raises why there is no answer.
        """
        job.started, job.cpu_before = time.monotonic(), None
        message = {**job.message, "limits": wire.limits_message(job.limits)}
        if job.message["do"] == "quads":
            message["path"] = str(self._folder.snapshot(job.message["generation"]))
        await worker.child.link.send(message, job.body, [job.link.connection.fileno()])
        ending = LeftAlone(left, lambda: self._end(worker, "cancelled"))
        try:
            is_there = await _reports(job, worker)
        finally:
            ending.cancel()
        if is_there:
            return not worker.child.killed_for  # its end may be on its way
        await self._explain(job, worker, left)
        return False

    async def watch(self, workers: Callable[[], Iterable[Worker]]) -> None:
        """End what takes too long or too much, as long as the server runs."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for worker in list(workers()):
                if worker.job is not None and worker.job.started:
                    self._look_at(worker, worker.job)

    def _look_at(self, worker: Worker, job: Job) -> None:
        pid, limits = worker.child.pid, job.limits
        ran = time.monotonic() - job.started
        if limits.seconds and ran > limits.seconds:
            self._end(worker, "seconds")
        if limits.memory_bytes and private_bytes(pid) > limits.memory_bytes:
            self._end(worker, "memory_bytes")
        cpu = cpu_seconds(pid)
        if job.cpu_before is None:  # what it has used so far is not much more than its time
            job.cpu_before = cpu - min(ran, WATCH_SECONDS)
        used = cpu - job.cpu_before
        if limits.cpu_seconds and used > limits.cpu_seconds:
            self._end(worker, "cpu_seconds")
        if not worker.heavy and used > HEAVY_SECONDS:
            worker.heavy = True
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.thread, HEAVY_NICE)

    async def _explain(self, job: Job, worker: Worker, left: Gone) -> None:
        """Say why a query has no answer, or none that is whole."""
        if job.outcome == "memory":
            self._end(worker, "memory_bytes")
        reason = worker.child.killed_for
        if not reason:
            status = await worker.child.status
            # The engine ends its process where it gets no memory.
            reason = "memory_bytes" if status == -6 else "worker"
        job.outcome = reason
        if reason != "cancelled" and not job.begun and not left.done():
            raise ended_error(reason, job.limits)

    def _end(self, worker: Worker, reason: str) -> None:
        worker.child.killed_for = worker.child.killed_for or reason
        task = asyncio.create_task(self._nursery.kill(worker.child, reason))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


class LeftAlone:
    """Calls `end` soon after a client has left, unless that is cancelled before."""

    def __init__(self, left: Gone, end: Callable[[], None]) -> None:
        self._end: Callable[[], None] | None = end
        left.add_done_callback(self._wait)
        self._left = left

    def _wait(self, _: Gone) -> None:  # who has the whole answer is gone as well
        asyncio.get_running_loop().call_later(GRACE_SECONDS, self._now)

    def _now(self) -> None:
        if self._end is not None:
            self._end()

    def cancel(self) -> None:
        """Forget it, also where it is on its way."""
        self._end = None
        self._left.remove_done_callback(self._wait)


async def _reports(job: Job, worker: Worker) -> bool:
    """Take in what the worker says; whether it is still there at the end."""
    while (found := await worker.child.link.receive()) is not None:
        message, _ = found
        if "ended" not in message:
            job.begun = True
        else:
            job.report = message
            job.begun = job.begun or bool(message["first"])
            fields = message.get("fields", {})
            job.outcome = fields.get("limit") or message["ended"]
            return bool(message["ended"] != "memory")
    return False
