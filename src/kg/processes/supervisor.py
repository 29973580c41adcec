"""The process that knows all others: it opens no store and starts again what ends.

    web processes ── a socket in the folder ──▶ supervisor ──▶ zygote ──▶ query workers
    commands      ──                                                    writer
                                                                        preparer of commits

A connection has one request after the other. An answer to a query goes from the worker to whoever
asked by that connection, which this process keeps only to see its end, and for what comes next.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from dataclasses import fields
from threading import Thread
from typing import Any

from kg.errors import InputError, KgError, NotFoundError, QueryError, StoreError
from kg.processes.commits import Lane
from kg.processes.copying import Copying
from kg.processes.jobs import Job
from kg.processes.judging import Judge
from kg.processes.link import Link
from kg.processes.nursery import Nursery
from kg.processes.opening import setup_of
from kg.processes.pool import Pool
from kg.processes.scribe import Scribe
from kg.processes.settings import Settings
from kg.processes.tasks import Tasks
from kg.processes.watch import Watch
from kg.store import wire
from kg.store.connection import socket_path
from kg.store.folder import Folder, remove_tree
from kg.store.interface import Limits
from kg.store.newest import shown_in
from kg.store.read_ahead import read_ahead
from kg.store.releases import Releases
from kg.store.wire import Message

REQUEST_BYTES = 64_000_000


class Supervisor:
    """Runs one store, whose lock its maker holds."""

    def __init__(
        self, folder: Folder, settings: Settings, setup: str, nursery: Nursery | None = None
    ) -> None:
        self.folder = folder
        self.watch = Watch()
        self._settings = settings
        self._setup = setup
        self.nursery = nursery or Nursery(folder)
        self.pool = Pool(self.nursery, folder, settings, self.watch)
        self.scribe = Scribe(self.nursery, folder, settings, self.watch)
        self.lane = Lane(self.nursery, folder, settings, self.watch, self.scribe)
        self.copying = Copying(self.nursery, folder, settings, self.watch)
        self.judge = Judge(self.nursery, folder, settings, self.watch)
        self._listener: socket.socket | None = None
        self._accepting = Tasks(self.watch, vital=True)
        self._requests = Tasks(self.watch)

    def listen(self) -> socket.socket:
        """Let others connect; they are answered when all has started."""
        self.folder.clean()
        self._listener = self._listening()
        return self._listener

    async def start(self) -> None:
        """Start the workers and answer; raises what is wrong with the store."""
        listener = self._listener or self.listen()
        self.scribe.used = self.pool.used
        self.pool.hurry = self.scribe.hurry
        self.copying.start()
        await self.scribe.start(self._setup)
        union = [graph.value for graph in setup_of(self._setup).union]
        await self.pool.start(self.scribe.read_generation, union)
        self.scribe.published = self.pool.published
        self.lane.start()
        self._read_ahead()
        self._requests.start(self.copying.run(self.pool, union))
        self._accepting.start(self._accept(listener))

    def _read_ahead(self) -> None:
        """Have what commits and queries look up in memory soon; nobody waits for it."""
        given = (self.folder.live.resolve(), self._settings.read_ahead_bytes)
        Thread(target=read_ahead, args=given, name="kg-read-ahead", daemon=True).start()

    async def stop(self) -> None:
        """Take no more, end what runs, publish what is committed, and leave nothing behind."""
        if self._listener is not None:
            self._listener.close()
        for path in (*self.folder.run.glob("*.sock"), shown_in(self.folder)):
            remove_tree(path)
        await self.lane.stop()
        await self.scribe.stop()
        self.pool.stop()
        self.copying.stop()
        self._accepting.cancel()
        self._requests.cancel()
        await asyncio.to_thread(self.nursery.stop)
        self.nursery.close()
        self.folder.clean()

    def _listening(self) -> socket.socket:
        path = socket_path(self.folder)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        remove_tree(path)
        listener = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)  # whoever may connect may write
        try:
            with wire.address(path) as name:
                listener.bind(name)
        except OSError as error:
            raise StoreError(f"the socket {path} cannot be made: {error}") from error
        finally:
            os.umask(before)
        listener.listen(512)
        listener.setblocking(False)
        return listener

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError as error:
                self.watch.warning(f"a connection could not be taken: {error}")
                await asyncio.sleep(0.1)
                continue
            self._requests.start(self._serve(connection))

    async def _serve(self, connection: socket.socket) -> None:
        link = Link(connection)
        try:
            while (found := await link.receive(REQUEST_BYTES)) is not None:
                await self._handle(link, *found)
        except KgError as error:
            await link.send(wire.error_message(error))
        except (KeyError, TypeError, ValueError) as error:
            self.watch.warning(f"a request could not be read: {error!r}")
            await link.send(wire.error_message(InputError("a request could not be read")))
        finally:
            link.close()

    async def _handle(self, link: Link, message: Message, body: bytes) -> None:
        match message["do"]:
            case "query" | "quads":
                known = bool(message["known"]) or not message.get("client")
                limits = _tighter(self._settings.limits(known=known), message.get("limits"))
                if message["do"] == "quads":
                    limits = Limits()  # kg itself reads a whole generation
                elif "release" in message:
                    message |= self._of_release(str(message["release"]))
                if len(body) > limits.text_bytes:
                    raise QueryError(f"the query is longer than {limits.text_bytes} bytes")
                await self.pool.run(Job(link, message, body, limits))
            case "commit":
                found = await self.lane.commit(message, body)
                if message.get("published"):
                    await self.pool.reaches(found["receipt"]["generation"])
                await link.send(found)
            case "judge" | "examine" | "about":
                judged = await self.judge.judge(link, message, body, self.pool, self._setup)
                await link.send(*judged)
            case "pin":
                await self._pin(link, message["generation"])
            case "copy":
                await link.send(self.copying.wanted(self.pool.newest))
            case "status":
                await link.send(self.status())
            case "metrics":
                await link.send({}, self._metrics().encode())
            case other:
                raise InputError(f"nothing is known of {other}")

    def _of_release(self, version: str) -> Message:
        """Where the worker finds what was released."""
        releases = Releases(self.folder)
        found = releases.get(version)
        return {"generation": found.generation, "path": str(releases.snapshot(version))}

    async def _pin(self, link: Link, wanted: int | None) -> None:
        """Keep a generation as long as the one who asks stays connected."""
        generation = self.pool.newest if wanted is None else wanted
        if generation not in self.folder.kept():
            raise NotFoundError(
                f"generation {generation} is not kept", hint=f"the newest is {self.pool.newest}"
            )
        self.pool.pins[generation] += 1
        try:
            await link.send({"generation": generation})
            await link.gone()
        finally:
            self.pool.pins[generation] -= 1

    def status(self) -> Message:
        """What is there and what works."""
        return {
            "generation": self.pool.newest,
            "committed": self.scribe.generation,
            "union": bool(setup_of(self._setup).union),
            "write_ready": not self.scribe.why_not,
            "why_not": self.scribe.why_not,
            "pid": os.getpid(),
            **self.pool.state(),
            "commits_waiting": self.lane.waiting(),
        }

    def _metrics(self) -> str:
        found = self.status()
        gauges = self.watch.gauges
        gauges["generation"].set(found["generation"])
        gauges["committed_generation"].set(found["committed"])
        gauges["workers"].set(found["workers"])
        gauges["workers_busy"].set(found["busy"])
        gauges["queries_waiting"].set(found["waiting"])
        gauges["commits_waiting"].set(found["commits_waiting"])
        gauges["write_ready"].set(found["write_ready"])
        gauges["disk_free_bytes"].set(shutil.disk_usage(self.folder.path).free)
        return self.watch.metrics()


def _tighter(limits: Limits, wished: dict[str, Any] | None) -> Limits:
    """The limits of the server, or what the one who asks wants where that is less."""
    if not wished:
        return limits
    found = {}
    for each in fields(limits):
        most, wish = getattr(limits, each.name), (wished or {}).get(each.name)
        found[each.name] = most if wish is None else wish if most is None else min(most, wish)
    return Limits(**found)
