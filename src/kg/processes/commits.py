"""The lane of commits: prepared one after the other, written in groups, published, acknowledged.

While the writer brings one group to disk, the next changes are prepared on a private copy that runs
ahead of it. What goes wrong behind a change that was prepared makes those after it be prepared
again; nobody who waits notices.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from kg.errors import KgError, LimitError, StoreError
from kg.processes.nursery import Child, Nursery, WorkerGoneError
from kg.processes.settings import Settings
from kg.processes.watch import Watch
from kg.store import wire
from kg.store.folder import Folder, remove_tree
from kg.store.interface import Generation
from kg.store.log import CommitLog
from kg.store.wire import Message
from kg.store.writer import receipt

TRIES: Final = 3
"""So often a change is prepared whose writer or predecessor failed."""

PAUSES: Final = (0.05, 0.2, 0.5, 1.0)
"""Before a writer that failed to start is started again."""


@dataclass(eq=False)
class Item:
    """A change of somebody that waits for its receipt."""

    message: Message
    body: bytes
    done: asyncio.Future[Message]
    arrived: float = field(default_factory=time.monotonic)
    prepared: Message | None = None
    patch: bytes = b""
    tries: int = 0

    @property
    def commit_id(self) -> str:
        """The id by which it is known if it comes again."""
        return str(self.message["commit_id"])


class Lane:
    """Prepares and writes; `published` is told of each new generation that can be read."""

    def __init__(
        self,
        nursery: Nursery,
        folder: Folder,
        settings: Settings,
        watch: Watch,
    ) -> None:
        self._nursery = nursery
        self._folder = folder
        self._settings = settings
        self._watch = watch
        self._log = CommitLog(folder)
        self._waiting: deque[Item] = deque()
        self._arrived = asyncio.Event()
        self._prepared: deque[Item] = deque()
        self._ready = asyncio.Event()
        self._pending: dict[str, Item] = {}
        self._preparer: Child | None = None
        self._work = ""
        self._writer: Child | None = None
        self._writing = asyncio.Lock()
        self._preparing = asyncio.Lock()
        self._unpublished = asyncio.Event()
        self._idle = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.setup = ""
        self.generation: Generation = 0
        self.read_generation: Generation = 0
        self.why_not = "the writer is being started"
        self.used: Callable[[], list[Generation]] = list
        self.published: Callable[[Generation], Awaitable[None]] | None = None

    async def start(self, setup: str) -> Generation:
        """Start the writer, which repairs what can be repaired; raises what cannot be."""
        self.setup = setup
        await self._started_writer()
        for loop in (self._prepare_all, self._write_all, self._publish_all):
            self._tasks.append(asyncio.create_task(loop()))
        return self.generation

    async def stop(self) -> None:
        """Write what is prepared, publish it, and stop."""
        if self._writer is not None and not self.why_not:
            try:
                async with asyncio.timeout(self._settings.stop_seconds):
                    while self._prepared:
                        await asyncio.sleep(0.01)
                    async with self._writing:
                        await self._publish()
            except (TimeoutError, StoreError) as error:
                self._watch.warning(f"the last generation was not published: {error}")
        for task in self._tasks:
            task.cancel()

    def waiting(self) -> int:
        """How many changes wait to be prepared."""
        return len(self._waiting)

    async def commit(self, message: Message, body: bytes) -> Message:
        """The receipt of a change, once it is on disk; raises why there is none."""
        started, outcome = time.monotonic(), "committed"
        try:
            found = await self._commit(message, body)
        except KgError as error:
            outcome = getattr(error, "limit", "") or type(error).__name__
            raise
        finally:
            took = time.monotonic() - started
            self._watch.commit(outcome, took, commit_id=message["commit_id"])
        return found

    async def _commit(self, message: Message, body: bytes) -> Message:
        commit_id = str(message["commit_id"])
        known = self._log.known(commit_id)
        if known is not None:
            return _repeated(wire.receipt_message(receipt(known)))
        if (pending := self._pending.get(commit_id)) is not None:
            return _repeated(await asyncio.shield(pending.done))
        if self.why_not:
            raise StoreError(f"nothing can be written now: {self.why_not}", hint="try again later")
        if len(self._waiting) >= self._settings.commits_waiting:
            raise LimitError(
                f"{len(self._waiting)} commits wait already",
                hint="try again later; the same commit id makes it happen once",
                limit="commits_waiting",
                retry_after=2,
            )
        self._keep_reserve()
        item = Item(message, body, asyncio.get_running_loop().create_future())
        self._pending[commit_id] = item
        try:
            self._waiting.append(item)
            self._arrived.set()
            return await asyncio.shield(item.done)
        finally:
            if item.done.done():
                self._pending.pop(commit_id, None)
            else:
                item.done.add_done_callback(lambda _: self._pending.pop(commit_id, None))

    def _keep_reserve(self) -> None:
        reserve = self._settings.disk_reserve_bytes
        free = shutil.disk_usage(self._folder.path).free
        if free < reserve:
            raise LimitError(
                f"the disk of the store is almost full: {free} bytes are free",
                hint=f"below {reserve} bytes nothing is written; queries are answered all the same",
                limit="disk_reserve_bytes",
                retry_after=30,
            )

    async def _prepare_all(self) -> None:
        while True:
            await self._arrived.wait()
            while self._waiting:
                async with self._preparing:
                    if self._waiting:
                        await self._prepare(self._waiting.popleft())
            self._arrived.clear()

    async def _prepare(self, item: Item) -> None:
        fields = {name: item.message.get(name) for name in ("kind", "using")}
        try:
            answer, patch = await self._asked_preparer({"do": "prepare", **fields}, item.body)
        except KgError as error:
            self._fail(item, error)
            return
        item.prepared, item.patch = answer, patch
        self._prepared.append(item)
        self._ready.set()

    async def _asked_preparer(self, message: Message, body: bytes) -> tuple[Message, bytes]:
        preparer = await self._ready_preparer()
        seconds = self._settings.commit_seconds
        try:
            async with asyncio.timeout(seconds):
                answer, data = await preparer.ask(message, body)
        except TimeoutError as error:
            await self._drop_preparer("commit_seconds")
            raise LimitError(
                f"preparing this took longer than {seconds:g} s",
                hint="write less at a time",
                limit="commit_seconds",
            ) from error
        except WorkerGoneError as error:
            killed = preparer.killed_for
            status = await preparer.status
            await self._drop_preparer("lost")
            if not killed and status in (-6, 1):
                raise LimitError(
                    f"this took more than {self._settings.commit_memory_bytes} bytes of memory",
                    hint="write less at a time",
                    limit="commit_memory_bytes",
                ) from error
            raise StoreError(
                "this ended the process that prepared it", hint="nothing was changed; try again"
            ) from error
        if "error" in answer:
            raise wire.error_of(answer)
        return answer, data

    async def _ready_preparer(self) -> Child:
        if self._preparer is not None and not self._preparer.status.done():
            return self._preparer
        await self._drop_preparer("lost")
        while self._prepared or self._writing.locked():  # it begins where the writer ends
            await asyncio.sleep(0.002)
        async with self._writing:
            if self.read_generation < self.generation:
                await self._publish()
            arguments = {
                "folder": str(self._folder.path),
                "generation": self.generation,
                "setup": self.setup,
                "memory_bytes": self._settings.commit_memory_bytes,
            }
            child = await self._nursery.spawn("prepare", arguments)
            found = await child.link.receive()
        if found is None:
            raise StoreError("the process that prepares commits did not start", hint="try again")
        for words in found[0]["warnings"]:
            self._watch.warning(f"the process that prepares commits is not confined: {words}")
        self._preparer, self._work = child, found[0]["work"]
        return child

    async def _drop_preparer(self, reason: str) -> None:
        """End it; what it has tried ahead of the writer is forgotten with it."""
        child, self._preparer = self._preparer, None
        if child is not None:
            await self._nursery.kill(child, reason)
            await child.status
            child.link.close()
            self._watch.ended(child)
            remove_tree(self._folder.work / self._work.rpartition("/")[2])

    async def _write_all(self) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self._prepared:
                async with self._writing:
                    group = [
                        self._prepared.popleft()
                        for _ in range(min(len(self._prepared), self._settings.commits_at_once))
                    ]
                    failed = await self._write(group)
                if failed is not None:
                    await self._again(group, failed)

    async def _write(self, group: list[Item]) -> KgError | None:
        """Bring a group to disk and acknowledge it; the error that kept it from that."""
        commits = [
            {
                **item.prepared,
                "commit_id": item.commit_id,
                "meta": item.message["meta"],
                "size": len(item.patch),
            }
            for item in group
            if item.prepared is not None
        ]
        try:
            answer = await self._asked_writer(
                {"do": "commit", "commits": commits}, b"".join(item.patch for item in group)
            )
        except KgError as error:
            return error
        self._watch.group(len(group))
        for item, found in zip(group, answer["receipts"], strict=True):
            self.generation = found["receipt"]["generation"]
            if not item.done.done():
                item.done.set_result(found)
        self._unpublished.set()
        return None

    async def _again(self, group: list[Item], error: KgError) -> None:
        """What did not get to disk, and all that was prepared after it, is prepared again."""
        async with self._preparing:
            items = [*group, *self._prepared]
            self._prepared.clear()
            await self._drop_preparer("behind")
            for item in reversed(items):
                kept = self._log.known(item.commit_id)
                item.tries += 1
                if kept is not None:
                    if not item.done.done():
                        item.done.set_result(wire.receipt_message(receipt(kept)))
                elif isinstance(error, LimitError) or item.tries >= TRIES or self.why_not:
                    self._fail(item, error)
                else:
                    self._waiting.appendleft(item)
            self._arrived.set()

    async def _asked_writer(self, message: Message, body: bytes = b"") -> Message:
        """Ask the writer; one that has ended is followed by another before this raises."""
        if self._writer is None:
            raise StoreError(f"nothing can be written now: {self.why_not}", hint="try again later")
        try:
            answer, _ = await self._writer.ask(message, body)
        except WorkerGoneError:
            child, self._writer = self._writer, None
            child.link.close()
            await child.status
            self._watch.ended(child)
            await self._restart_writer()
            raise
        if "error" in answer:
            raise wire.error_of(answer)
        return answer

    async def _restart_writer(self) -> None:
        """Start it again, at once or, where the disk is full, in the background until it works."""
        try:
            await self._started_writer()
        except StoreError as error:
            self.why_not = error.message
            self._watch.warning(f"the writer does not start: {error}")
            self._tasks.append(asyncio.create_task(self._keep_trying()))

    async def _keep_trying(self) -> None:
        for pause in _forever(PAUSES):
            await asyncio.sleep(pause)
            try:
                async with self._writing:
                    await self._started_writer()
            except StoreError as error:
                self.why_not = error.message
            else:
                return

    async def _started_writer(self) -> None:
        arguments = {
            "folder": str(self._folder.path),
            "setup": self.setup,
            "disk_reserve_bytes": self._settings.disk_reserve_bytes,
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
                async with self._writing:
                    await self._publish()
            except StoreError as error:
                self._watch.warning(f"a generation could not be published: {error}")
                self._unpublished.set()
                await asyncio.sleep(1)
            await asyncio.sleep(self._settings.publish_seconds)

    async def _publish(self) -> None:
        """Make the newest generation readable; only for the one that holds `_writing`."""
        started = time.monotonic()
        answer = await self._asked_writer({"do": "publish", "used": self.used()})
        self._watch.gauges["publish_seconds"].set(time.monotonic() - started)
        self.read_generation = answer["published"]
        if self.published is not None:
            await self.published(self.read_generation)

    def _fail(self, item: Item, error: KgError) -> None:
        if not item.done.done():
            item.done.set_exception(error)


def _repeated(found: Message) -> Message:
    return {**found, "receipt": {**found["receipt"], "repeated": True}}


def _forever(pauses: tuple[float, ...]) -> Any:
    yield from pauses
    while True:
        yield pauses[-1]
