"""A process that answers one query at a time on a snapshot, and may be ended at any time.

The supervisor tells it which snapshot to open and hands it a connection with each query; the answer
goes straight to whoever asked. It reports when the first byte is about to leave, so that the
supervisor knows whether there is still an error to be told when it has to end this process.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, cast

import pyoxigraph as ox

from kg.columnar.beside import Beside
from kg.columnar.explain import ENGINE, answered, write_explanation
from kg.columnar.freeing import give_back, keep_together
from kg.columnar.handing_over import Budget
from kg.columnar.keeping import NAME
from kg.errors import CancelledError, KgError, StoreError
from kg.processes.sandbox import confine, limit_resources
from kg.store import wire
from kg.store.answers import EXPLANATION
from kg.store.interface import Limits
from kg.store.meter import Meter
from kg.store.stream import CHUNK_BYTES, STACK_BYTES
from kg.store.view import View, engine_errors
from kg.store.wire import Message

FOREVER_SECONDS: Final = 1e6
LET_GO_SECONDS: Final = 0.1
"""After so much time of the processor a worker lets go of what it has read of the copy, and gives
back what it no longer needs: both take about a hundredth of it."""


def main(control: socket.socket, arguments: dict[str, Any]) -> None:
    """Live until the supervisor ends the connection; see the module.

    A thread that was made slow stays so: another one takes its place, with all that is open.
    """
    keep_together()
    made: list[_Worker] = []

    def live() -> None:
        if not made:
            made.append(_Worker(control, arguments))
        made[0].run()

    in_deep_stack(live)
    while made[0].is_renewed:
        in_deep_stack(live)


def in_deep_stack(run: Callable[[], None]) -> None:
    """Run in a thread with room for the engine, which parses and plans by recursion."""
    threading.stack_size(STACK_BYTES)
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            failed.append(error)

    thread = threading.Thread(target=guarded, name="kg-worker")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


class _Worker:
    def __init__(self, control: socket.socket, arguments: dict[str, Any]) -> None:
        self._control = control
        self._union = [ox.NamedNode(name) for name in arguments["union"]]
        self._view = View(0, ox.Store(), self._union)
        self._columns = _columns(arguments["columns"])
        states = (limit_resources(int(arguments["memory_bytes"])), confine(files=True))
        self._warnings = [state.reason for state in states if not state.active]
        self.is_renewed = False
        self._let_go_at = LET_GO_SECONDS

    def run(self) -> None:
        """Do what comes, one thing after the other, until the end or until it `is_renewed`."""
        self.is_renewed = False
        hello = {"hello": threading.get_native_id(), "warnings": self._warnings}
        wire.send(self._control, hello)
        while not self.is_renewed:
            data, handles, _, _ = socket.recv_fds(self._control, wire.HEAD.size, 1)
            if not data:
                return
            sizes = wire.HEAD.unpack(data + self._rest(wire.HEAD.size - len(data)))
            message = json.loads(self._rest(sizes[0]))
            body = self._rest(sizes[1])
            if message["do"] == "renew":
                self.is_renewed = True
            elif message["do"] == "open":
                self._open(message)
            else:
                with socket.socket(fileno=handles[0]) as connection:
                    # The supervisor, whose connection this is too, does not block on it; with a
                    # limit of time Python waits for room all the same.
                    connection.settimeout(FOREVER_SECONDS)
                    self._answer(connection, message, body)

    def _rest(self, size: int) -> bytes:
        found = self._control.recv(size, socket.MSG_WAITALL) if size else b""
        if len(found) < size:
            os._exit(0)  # the supervisor is gone
        return found

    def _open(self, message: Message) -> None:
        try:
            store = ox.Store.read_only(message["path"])
        except (OSError, RuntimeError) as error:
            wire.send(self._control, {"opened": None, "why": str(error)})
            return
        self._view = View(int(message["generation"]), store, self._union)
        wire.send(self._control, {"opened": self._view.generation})

    def _answer(self, connection: socket.socket, message: Message, body: bytes) -> None:
        sink = _Sink(connection, self._control, self._view.generation, message)
        ended: Message = {"ended": "answered"}
        try:
            if message["do"] == "quads":
                self._dump(sink, message)
            else:
                self._query(sink, message, body)
            sink.finish()
        except CancelledError:
            ended = {"ended": "cancelled"}
        except KgError as error:
            ended = wire.error_message(error) | {"ended": "refused"}
            sink.fail(error)
        except MemoryError:
            ended = {"ended": "memory"}
        ended |= {"rows": sink.meter.rows, "bytes": sink.meter.bytes, "first": sink.begun}
        wire.send(self._control, ended)
        self._let_go()

    def _let_go(self) -> None:
        """Have less in memory than has come together in a while."""
        now = time.process_time()
        if now >= self._let_go_at:
            if self._columns is not None:
                self._columns.let_go()
            give_back()
            self._let_go_at = now + LET_GO_SECONDS

    def _query(self, sink: _Sink, message: Message, body: bytes) -> None:
        question = (
            body.decode(),
            wire.dataset_of(message["dataset"]),
            wire.bindings_of(message["bindings"]),
        )
        view = self._view_for(message)
        # Releases have numbers of another history, maybe.
        beside = self._columns if view is self._view else None
        sink.generation = view.generation
        with engine_errors():
            if message["accept"] == EXPLANATION:
                write_explanation(view, beside, question, sink.limits, sink)
                return
            found = answered(view, beside, question)
            sink.answered_by = ENGINE if found.reason else NAME
            sink.missing = [n for n in message["names"] if not view.mentions(ox.NamedNode(n))]
            found.write(message["accept"], sink)

    def _view_for(self, message: Message) -> View:
        """The generation that is at hand, or another one that the message names with its path."""
        if message.get("generation") in (None, self._view.generation):
            return self._view
        with engine_errors():
            store = ox.Store.read_only(message["path"])
        return View(int(message["generation"]), store, self._union)

    def _dump(self, sink: _Sink, message: Message) -> None:
        """All quads of one graph, or of all, of a generation that is kept."""
        view = self._view_for(message)
        graph = None if message["graph"] is None else ox.NamedNode(message["graph"])
        sink.generation = view.generation
        if graph is not None:  # the engine writes it far sooner, without the name
            sink.media_type = ox.RdfFormat.N_TRIPLES.media_type
            view.dump(graph, cast(IO[bytes], sink))
            return
        sink.media_type = ox.RdfFormat.N_QUADS.media_type
        for quad in view.quads():
            sink.write(f"{quad} .\n".encode())


def _columns(given: dict[str, Any] | None) -> Beside | None:
    """The copies that are asked before the engine."""
    if given is None:
        return None
    return Beside(Path(given["folder"]), Budget(**given["budget"]), given["seconds"])


class _Sink:
    """The file that an answer is written to: the connection of whoever asked."""

    def __init__(
        self, connection: socket.socket, control: socket.socket, generation: int, message: Message
    ) -> None:
        self.media_type = ""
        self.rows: int | None = None
        self.generation = generation
        self.answered_by = ENGINE
        self.missing: list[str] = []
        self.begun = False
        self.limits = Limits(**(message.get("limits") or {}))
        self.meter = Meter(self.limits)
        self._number = message.get("number")
        self._connection = connection
        self._control = control
        self._buffer = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes; raises where the answer is too long or nobody reads it.

        What is there stays until more comes, so that a whole answer is one message.
        """
        if len(self._buffer) >= CHUNK_BYTES:
            self._send({})
        self._buffer += data
        return len(data)

    def flush(self) -> None:
        """What the engine says when it is done; `finish` sends the rest."""

    def finish(self) -> None:
        """Send the rest and the end."""
        self._send({"end": True})

    def fail(self, error: KgError) -> None:
        """Tell what is wrong, in the middle of an answer too: one without end looks never whole."""
        with suppress(OSError):
            wire.send(self._connection, {**wire.error_message(error), "number": self._number})

    def _send(self, message: Message) -> None:
        message = {**message, "number": self._number}
        chunk = bytes(self._buffer)
        self._buffer.clear()
        self.meter.add(chunk, self.media_type, self.rows)
        if not self.begun:
            if not self.media_type:
                raise StoreError("an answer says what it is before it begins")
            self.begun = True
            message = {
                **message,
                "media_type": self.media_type,
                "generation": self.generation,
                "answered_by": self.answered_by,
                "missing": self.missing,
            }
            if not message.get("end"):
                wire.send(self._control, {"first": True})
        try:
            wire.send(self._connection, message, chunk)
        except OSError as error:
            raise CancelledError("whoever asked has gone away") from error
