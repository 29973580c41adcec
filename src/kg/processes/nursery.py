"""The supervisor's side of the zygote: workers that are made, watched and ended."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import subprocess
import sys
from contextlib import suppress
from typing import Any, Final
from weakref import WeakSet

from kg.errors import StoreError
from kg.processes.link import Link
from kg.store.folder import Folder

START_SECONDS: Final = 60.0

ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""What numpy brings along starts threads else, and a process that forks has one."""


class Child:
    """A worker process; `status` is there once it has ended."""

    def __init__(self, kind: str, link: Link, status: asyncio.Future[int]) -> None:
        self.kind = kind
        self.link = link
        self.pid = 0
        self.status = status
        self.killed_for = ""

    async def ask(self, message: dict[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Ask and wait for the answer; raises `WorkerGone` where it ends before that."""
        await self.link.send(message, body)
        found = await self.link.receive()
        if found is None:
            raise WorkerGoneError(f"the process for {self.kind} has ended")
        return found


class WorkerGoneError(StoreError):
    """A worker ended before it answered."""


class Nursery:
    """Has a zygote make workers; one that ends is followed by another."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._made: dict[int, tuple[Child, asyncio.Future[None], Link]] = {}
        self._living: dict[int, Child] = {}
        self._links: WeakSet[Link] = WeakSet()
        self._process: subprocess.Popen[bytes] | None = None
        self._link: Link | None = None
        self._ready = asyncio.Lock()

    @property
    def pid(self) -> int:
        """The process number of the zygote."""
        return self._process.pid if self._process else 0

    def children(self) -> list[Child]:
        """The workers that live."""
        return list(self._living.values())

    async def spawn(self, kind: str, arguments: dict[str, Any]) -> Child:
        """A new worker, at the beginning of its life."""
        ours, theirs = socket.socketpair()
        loop = asyncio.get_running_loop()
        child = Child(kind, Link(ours), loop.create_future())
        self._links.add(child.link)
        number = next(self._numbers)
        made: asyncio.Future[None] = loop.create_future()
        try:
            async with self._ready:
                link = self._link or self._start()
                self._made[number] = (child, made, link)
                message = {"spawn": kind, "number": number, "arguments": arguments}
                await link.send(message, b"", [theirs.fileno()])
            await asyncio.wait_for(made, START_SECONDS)
        except TimeoutError as error:
            child.link.close()
            raise WorkerGoneError(f"no process for {kind} was made in time") from error
        except BaseException:
            child.link.close()
            raise
        finally:
            theirs.close()
        return child

    async def kill(self, child: Child, reason: str) -> None:
        """End a worker, whatever it does; the first reason counts."""
        child.killed_for = child.killed_for or reason
        if self._link is not None and not child.status.done():
            await self._link.send({"kill": child.pid})

    def stop(self) -> None:
        """End the zygote and with it all workers, and wait for that."""
        process, self._process = self._process, None
        if process is not None:
            if self._link is not None:
                self._link.shut()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def close(self) -> None:
        """Close all connections, after `stop`; those who still wait at one see its end."""
        for link in [*self._links, *([self._link] if self._link else [])]:
            link.close()

    def _start(self) -> Link:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - a command of ours
                [
                    sys.executable,
                    "-m",
                    "kg.processes.zygote",
                    str(theirs.fileno()),
                    str(self._folder.path),
                    str(os.getpid()),
                ],
                pass_fds=[theirs.fileno(), *self._folder.held],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **ONE_THREAD},
            )
        link = self._link = Link(ours)
        self._task = asyncio.create_task(self._listen(link, self._process))
        return link

    async def _listen(self, link: Link, process: subprocess.Popen[bytes]) -> None:
        """Take in what one zygote tells; those of another, which follows it, live on."""
        mine: set[int] = set()
        while (found := await link.receive()) is not None:
            message, _ = found
            if "pid" in message:
                child, made, _ = self._made.pop(message["number"])
                child.pid = message["pid"]
                self._living[child.pid] = child
                mine.add(child.pid)
                if not made.done():
                    made.set_result(None)
            else:
                mine.discard(message["ended"])
                self._ended(message["ended"], message["status"])
        link.close()
        if self._link is link:
            self._link = None
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, 5)
        for number, (_, made, asked) in list(self._made.items()):
            if asked is link:
                del self._made[number]
                if not made.done():
                    made.set_exception(WorkerGoneError("the process that makes workers has ended"))
        for pid in mine:
            self._ended(pid, -9)

    def _ended(self, pid: int, status: int) -> None:
        child = self._living.pop(pid, None)
        if child is not None and not child.status.done():
            child.status.set_result(status)
