"""The query workers: who is asked next, and on which generation.

A query holds a worker of its own. One that has ended is followed by another within milliseconds.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from kg.columnar.keeping import NAME
from kg.errors import KgError, LimitError, StoreError, TooManyError
from kg.processes.evaluation import Evaluation
from kg.processes.jobs import Job, Worker
from kg.processes.link import Gone
from kg.processes.nursery import Nursery, WorkerGoneError
from kg.processes.settings import Settings
from kg.processes.tasks import Tasks
from kg.processes.usage import private_bytes
from kg.processes.watch import Watch
from kg.store import wire
from kg.store.folder import Folder
from kg.store.interface import Generation
from kg.store.newest import Shown

PAUSE_SECONDS: Final = 0.05
"""Before what failed is tried again."""

STEADY_SECONDS: Final = 1.0
"""A worker that lived longer is followed by another without a pause."""

WARM: Final = 2
"""So many idle workers turn to a newer generation at once, the others when they are needed.

Opening a snapshot takes about as long as answering many queries.
"""

COLD_SECONDS: Final = 3.0
"""So long may idle workers keep an older generation from being dropped."""

GROWN: Final = 0.25
"""A worker that keeps more than this share of the memory of a query is made anew."""

UNBEGUN_SECONDS: Final = 0.2
"""A worker that is gone so soon had ended before: its query goes to another one."""

TRIES: Final = 4
"""So many workers are tried: several may have ended at once, or it is the query that ends them."""


class Pool:
    """Hands queries to workers, and ends what is above a limit."""

    def __init__(self, nursery: Nursery, folder: Folder, settings: Settings, watch: Watch) -> None:
        self._nursery = nursery
        self._folder = folder
        self._settings = settings
        self._watch = watch
        self._evaluation = Evaluation(nursery, folder)
        self._workers: set[Worker] = set()
        self._waiting: list[tuple[Job, asyncio.Future[Worker]]] = []
        self._running: Counter[str] = Counter()
        self._newer = asyncio.Condition()
        self._arguments: dict[str, Any] = {}
        self._tasks = Tasks(watch)
        self._stopping = False
        self.pins: Counter[Generation] = Counter()
        self.newest: Generation = 0
        self.hurry: Callable[[], None] = lambda: None

    @property
    def size(self) -> int:
        """How many workers there are when all is well: one more than can be busy is warm."""
        return self._settings.queries + self._settings.page_queries + 1

    async def start(self, generation: Generation, union: list[str]) -> None:
        """Make the workers, on a generation that is published; returns when one can answer."""
        self._shown = Shown(self._folder)
        self._show(generation)
        self._arguments = {
            "union": union,
            "memory_bytes": self._settings.memory_bytes,
            "columns": self._columns(),
        }
        for _ in range(self.size):
            self._tasks.start(self._live())
        self._tasks.start(self._evaluation.watch(lambda: self._workers))
        self._tasks.start(self._turn_all())
        while not any(worker.idle for worker in self._workers):
            await asyncio.sleep(0.005)

    def _columns(self) -> dict[str, Any] | None:
        """Where workers find copies in columns, and what a query may take on one."""
        settings = self._settings
        if not settings.columnar_triples:
            return None
        return {
            "folder": str(self._folder.artefacts / NAME),
            "seconds": settings.columnar_seconds,
            "budget": {
                "rows": settings.columnar_rows,
                "values": settings.columnar_values,
                "least": settings.columnar_least,
            },
        }

    def stop(self) -> None:
        """End everything; no worker is followed by another."""
        self._stopping = True
        self._tasks.cancel()

    def used(self) -> list[Generation]:
        """The generations that somebody reads."""
        return sorted(
            {w.generation for w in self._workers} | {g for g, n in self.pins.items() if n}
        )

    def state(self) -> dict[str, int]:
        """How many workers there are, how many are busy, and how many queries wait."""
        busy = sum(worker.job is not None for worker in self._workers)
        return {"workers": len(self._workers), "busy": busy, "waiting": len(self._waiting)}

    async def published(self, generation: Generation) -> None:
        """Turn to a newer generation; whoever tells of it does not wait for the workers."""
        self._show(generation)
        async with self._newer:
            self._newer.notify_all()
        self._tasks.start(self._turn(WARM))

    def _show(self, generation: Generation) -> None:
        self.newest = generation
        self._shown.show(generation)

    async def _turn(self, most: int) -> None:
        """Have so many idle workers open the newest generation, one after the other."""
        idle = [worker for worker in self._workers if worker.idle]
        for worker in sorted(idle, key=lambda w: w.generation, reverse=True)[:most]:
            if worker.idle and worker.generation < self.newest:
                await self._refresh(worker)

    async def _turn_all(self) -> None:
        """Now and then have all idle workers open the newest generation."""
        while True:
            await asyncio.sleep(COLD_SECONDS)
            await self._turn(self.size)

    async def reaches(self, generation: Generation) -> None:
        """Wait until a generation can be read, or until that takes too long."""
        if self.newest < generation:
            self.hurry()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._settings.generation_seconds), self._newer:
                await self._newer.wait_for(lambda: self.newest >= generation)

    async def newer(self, generation: Generation) -> None:
        """Wait until a newer generation can be read."""
        async with self._newer:
            await self._newer.wait_for(lambda: self.newest > generation)

    async def run(self, job: Job) -> None:
        """Answer a query, or say why not."""
        left = job.link.gone()
        try:
            await self._run(job, left)
        except KgError as error:
            job.outcome = job.outcome or getattr(error, "limit", "") or "refused"
            if not left.done():
                number = job.message.get("number")
                await job.link.send({**wire.error_message(error), "number": number})
        else:
            if not job.report:
                job.link.close()  # so that nobody waits for the rest of an answer
        finally:
            self._watch.query(job)

    async def _run(self, job: Job, left: Gone) -> None:
        await self._wait_for_generation(job, left)
        for tries_left in reversed(range(TRIES)):
            try:
                return await self._on_a_worker(job, left)
            except WorkerGoneError:
                late = job.begun or time.monotonic() - job.started > UNBEGUN_SECONDS
                if late or not tries_left:
                    raise

    async def _on_a_worker(self, job: Job, left: Gone) -> None:
        worker = await self._worker(job, left)
        if worker is None:
            job.outcome = "cancelled"
            return
        self._running[job.client] += 1
        try:
            await self._open_newest(worker)
            if await self._evaluation.run(job, worker, left):
                self._tasks.start(self._idle(worker))
        finally:
            self._running[job.client] -= 1
            self._assign()

    async def _wait_for_generation(self, job: Job, left: Gone) -> None:
        if job.at_least <= self.newest:
            return
        self.hurry()
        try:
            async with asyncio.timeout(self._settings.generation_seconds), self._newer:
                while self.newest < job.at_least and not left.done():
                    await self._newer.wait()
        except TimeoutError as error:
            raise StoreError(
                f"generation {job.at_least} is not here yet; the newest is {self.newest}"
            ) from error

    async def _worker(self, job: Job, left: Gone) -> Worker | None:
        """The worker for a query, when it is its turn; None if its client has gone before that."""
        self._refuse_too_many(job)
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, turn))
        self._assign()
        try:
            if not turn.done():
                await asyncio.wait(
                    (turn, left),
                    timeout=self._settings.waiting_seconds,
                    return_when=asyncio.FIRST_COMPLETED,
                )
        finally:
            with suppress(ValueError):
                self._waiting.remove((job, turn))
        if turn.done():
            if not left.done():
                return turn.result()
            turn.result().job, turn.result().idle = None, True
            self._assign()
        if left.done():
            return None
        raise LimitError(
            "as many queries are being answered as may be, and this one waited too long",
            hint="try again later",
            limit="waiting_seconds",
            retry_after=5,
        )

    def _refuse_too_many(self, job: Job) -> None:
        settings = self._settings
        if not job.client:
            return
        mine = sum(other.client == job.client for other, _ in self._waiting)
        if mine >= settings.client_waiting:
            raise TooManyError(
                f"{settings.client_queries} queries of yours are being answered and"
                f" {settings.client_waiting} wait",
                hint="ask one after the other",
                limit="client_waiting",
                retry_after=1,
            )
        if len(self._waiting) >= settings.waiting:
            raise LimitError(
                f"{settings.waiting} queries wait already",
                hint="try again later",
                limit="waiting",
                retry_after=5,
            )

    def _assign(self) -> None:
        """Give waiting queries their workers, first come first served as far as limits go."""
        for job, turn in list(self._waiting):
            if turn.done() or not self._may_run(job):
                continue
            idle = [worker for worker in self._workers if worker.idle]
            if not idle:
                return
            worker = max(idle, key=lambda w: (w.generation, w.asked))  # what it knows is at hand
            worker.idle, worker.job, worker.asked = False, job, time.monotonic()
            turn.set_result(worker)
            self._waiting.remove((job, turn))

    def _may_run(self, job: Job) -> bool:
        if not job.client:
            return True
        mine = self._taken(lambda other: other.client == job.client)
        visitors = self._taken(lambda other: bool(other.client))
        return mine < self._settings.client_queries and visitors < self._settings.queries

    def _taken(self, fits: Any) -> int:
        return sum(w.job is not None and fits(w.job) for w in self._workers)

    async def _idle(self, worker: Worker) -> None:
        """Ready for the next query, on the newest generation if too few others are."""
        worker.job = None
        if worker.heavy and not await self._renewed(worker):
            return
        if sum(w.idle and w.generation == self.newest for w in self._workers) < WARM:
            await self._refresh(worker)
        else:
            worker.idle = True
            self._assign()

    async def _renewed(self, worker: Worker) -> bool:
        """Have another thread of a worker go on; whether it is there.

        The one that was made to give way cannot be made quick again. A process that has grown is
        ended: the memory that it keeps would be counted for the next query.
        """
        if private_bytes(worker.child.pid) > GROWN * self._settings.memory_bytes:
            await self._nursery.kill(worker.child, "heavy")
            return False
        try:
            hello, _ = await worker.child.ask({"do": "renew"})
        except WorkerGoneError:
            return False
        worker.thread, worker.heavy = hello["hello"], False
        return True

    async def _refresh(self, worker: Worker) -> None:
        worker.idle = False
        if await self._open_newest(worker):
            worker.idle = True
            self._assign()

    async def _open_newest(self, worker: Worker) -> bool:
        """Have a worker open the newest generation; whether it is still there."""
        while worker.generation < self.newest:
            generation = self.newest
            path = self._folder.snapshot(generation)
            try:
                answer, _ = await worker.child.ask(
                    {"do": "open", "path": str(path), "generation": generation}
                )
            except WorkerGoneError:
                return False
            if answer["opened"] is None:
                self._watch.warning(f"a snapshot cannot be opened: {answer['why']}")
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                worker.generation = generation
        return True

    async def _live(self) -> None:
        """One place of the pool: a worker, and another one when it has ended."""
        pause = PAUSE_SECONDS
        while not self._stopping:
            try:
                child = await self._nursery.spawn("query", self._arguments)
                hello = await child.link.receive()
            except StoreError:
                hello = None
            if hello is None:
                await asyncio.sleep(pause)
                pause = min(2.0, pause * 2)
                continue
            began = time.monotonic()
            for words in hello[0]["warnings"]:
                self._watch.warning(f"query workers are not confined: {words}")
            worker = Worker(child, thread=hello[0]["hello"])
            self._workers.add(worker)
            await self._refresh(worker)
            await child.status
            self._workers.discard(worker)
            child.link.close()
            self._watch.ended(child)
            if child.killed_for or time.monotonic() - began > STEADY_SECONDS:
                pause = PAUSE_SECONDS
            else:
                await asyncio.sleep(pause)
                pause = min(2.0, pause * 2)
