"""The lane of commits: prepared one after the other, written in groups, published, acknowledged.

While the writer brings one group to disk, the next changes are prepared on a private copy that runs
ahead of it. What goes wrong behind a change that was prepared makes those after it be prepared
again; nobody who waits notices.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from kg.errors import KgError, LimitError, StoreError
from kg.processes.nursery import Nursery
from kg.processes.preparing import Bounds, Preparer
from kg.processes.scribe import Scribe
from kg.processes.settings import Settings
from kg.processes.tasks import Tasks
from kg.processes.watch import Watch
from kg.store import wire
from kg.store.folder import Folder, keep_reserve
from kg.store.log import CommitLog
from kg.store.wire import Message
from kg.store.writer import receipt

TRIES: Final = 3
"""So often a change is prepared whose writer or predecessor failed."""


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
    """Prepares changes one after the other, and has them written in groups."""

    def __init__(
        self, nursery: Nursery, folder: Folder, settings: Settings, watch: Watch, scribe: Scribe
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._watch = watch
        self._scribe = scribe
        bounds = Bounds(
            settings.commit_seconds,
            settings.commit_memory_bytes,
            "commit_seconds",
            "commit_memory_bytes",
        )
        self._preparer = Preparer(nursery, folder, watch, bounds)
        self._log = CommitLog(folder)
        self._waiting: deque[Item] = deque()
        self._arrived = asyncio.Event()
        self._prepared: deque[Item] = deque()
        self._ready = asyncio.Event()
        self._pending: dict[str, Item] = {}
        self._failures = 0
        self._tasks = Tasks(watch, vital=True)

    def start(self) -> None:
        """Take commits; the writer has to be there."""
        for loop in (self._prepare_all, self._write_all):
            self._tasks.start(loop())

    async def stop(self) -> None:
        """Write what is prepared, and stop."""
        until = time.monotonic() + self._settings.stop_seconds
        while (self._prepared or self._scribe.turn.locked()) and time.monotonic() < until:
            await asyncio.sleep(0.01)
        self._tasks.cancel()

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
        # First: what is pending may be in the log already, and be taken out of it again.
        if (pending := self._pending.get(commit_id)) is not None:
            return _repeated(await asyncio.shield(pending.done))
        known = self._log.known(commit_id)
        if known is not None:
            return _repeated(wire.receipt_message(receipt(known)))
        if why_not := self._scribe.why_not:
            raise StoreError(f"nothing can be written now: {why_not}", hint="try again later")
        if len(self._waiting) >= self._settings.commits_waiting:
            raise LimitError(
                f"{len(self._waiting)} commits wait already",
                hint="try again later; the same commit id makes it happen once",
                limit="commits_waiting",
                retry_after=2,
            )
        keep_reserve(self._folder, self._settings.disk_reserve_bytes)
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

    async def _prepare_all(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._prepare(self._waiting.popleft())

    async def _prepare(self, item: Item) -> None:
        fields = {name: item.message.get(name) for name in ("kind", "using", "graph", "guard")}
        failures = self._failures
        error: KgError | None = None
        try:
            await self._on_newest()
            asked = {"do": "prepare", "validated": item.message["meta"]["validated"], **fields}
            answer, patch = await self._preparer.ask(asked, item.body)
        except KgError as raised:
            error = raised
        if failures != self._failures:  # what this was tried upon has not come to be
            self._waiting.appendleft(item)
        elif error is not None:
            self._fail(item, error)
        else:
            item.prepared, item.patch = answer, patch
            self._prepared.append(item)
            self._ready.set()

    async def _on_newest(self) -> None:
        """Begin where the writer ends, unless there is a copy that runs ahead of it."""
        if self._preparer.lives():
            return
        while self._prepared or self._scribe.turn.locked():
            await asyncio.sleep(0.002)
        async with self._scribe.turn:
            if self._scribe.read_generation < self._scribe.generation:
                await self._scribe.publish()
            await self._preparer.start(self._scribe.generation, self._scribe.setup)

    async def _write_all(self) -> None:
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self._prepared:
                async with self._scribe.turn:
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
            answer = await self._scribe.ask(
                {"do": "commit", "commits": commits}, b"".join(item.patch for item in group)
            )
        except KgError as error:
            return error
        self._watch.group(len(group))
        for item, found in zip(group, answer["receipts"], strict=True):
            if not item.done.done():
                item.done.set_result(found)
        self._scribe.written(answer["receipts"][-1]["receipt"]["generation"])
        return None

    async def _again(self, group: list[Item], error: KgError) -> None:
        """What did not get to disk, and all that was prepared after it, is prepared again."""
        self._failures += 1
        items = [*group, *self._prepared]
        self._prepared.clear()
        for item in reversed(items):
            kept = self._log.known(item.commit_id)
            item.tries += 1
            if kept is not None:
                if not item.done.done():
                    item.done.set_result(wire.receipt_message(receipt(kept)))
            elif isinstance(error, LimitError) or item.tries >= TRIES or self._scribe.why_not:
                self._fail(item, error)
            else:
                self._waiting.appendleft(item)
        await self._preparer.drop("behind")
        self._arrived.set()

    def _fail(self, item: Item, error: KgError) -> None:
        if not item.done.done():
            item.done.set_exception(error)


def _repeated(found: Message) -> Message:
    return {**found, "receipt": {**found["receipt"], "repeated": True}}
