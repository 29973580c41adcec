"""Connections to the supervisor of a store, and the answers that come on them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from kg.errors import CancelledError, StoreError
from kg.store import wire
from kg.store.folder import Folder
from kg.store.interface import ByteStream, Cancel
from kg.store.stream import POLL_SECONDS
from kg.store.wire import Message

SOCKET: Final = "kg.sock"


def socket_path(folder: Folder) -> Path:
    """Where the supervisor of a store listens."""
    return folder.run / SOCKET


def is_served(folder: Folder) -> bool:
    """Whether a server runs on a store."""
    try:
        connected(folder).close()
    except StoreError:
        return False
    return True


def connected(folder: Folder) -> socket.socket:
    """A connection to the server of a store; raises `StoreError` where none runs."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        with wire.address(socket_path(folder)) as name:
            connection.connect(name)
    except OSError as error:
        connection.close()
        raise StoreError("no server runs on this store", hint="`kg serve` starts one") from error
    return connection


def send(connection: socket.socket, message: Message, body: bytes = b"") -> None:
    """Ask; what is wrong with the connection is told by the answer, or by its missing."""
    with suppress(OSError):
        wire.send(connection, message, body)


class Watched:
    """A connection that is shut as soon as nobody wants its answer."""

    def __init__(self, connection: socket.socket, cancel: Cancel | None) -> None:
        self.connection = connection
        self._cancel = cancel
        on_set = getattr(cancel, "on_set", None)
        if on_set is not None:
            on_set(self.shut)
        elif cancel is not None:
            connection.settimeout(POLL_SECONDS)
            threading.Thread(target=self._poll, name="kg-cancel", daemon=True).start()
            connection.settimeout(None)

    def _poll(self) -> None:
        while self.connection.fileno() >= 0:
            if isinstance(self._cancel, threading.Event):
                self._cancel.wait(POLL_SECONDS)
            if self._cancel is not None and self._cancel.is_set():
                self.shut()
                return

    def shut(self) -> None:
        """End the connection; whoever waits for it wakes up."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def cancelled(self) -> bool:
        """Whether nobody wants the answer."""
        return self._cancel is not None and self._cancel.is_set()


def answer_on(
    connection: socket.socket, watched: Watched | None = None, number: int | None = None
) -> tuple[Message, bytes]:
    """The next message of an answer; raises the error that it tells, or that it is broken off.

    With a `number`, messages of the answer to a query with another one are passed over.
    """
    try:
        found = wire.receive(connection)
        while found is not None and wire.is_of_another(found[0], number):
            found = wire.receive(connection)
    except OSError:
        found = None
    if watched is not None and watched.cancelled():
        raise CancelledError("the query was cancelled")
    if found is None:
        raise StoreError("the answer was broken off", hint="try again")
    if "error" in found[0]:
        raise wire.error_of(found[0])
    return found


class Served:
    """The `ByteStream` of a query worker; a connection with a whole answer goes to `keep`."""

    def __init__(
        self,
        watched: Watched,
        head: Message,
        first: bytes,
        keep: Callable[[socket.socket], None] | None = None,
    ) -> None:
        self.media_type = str(head["media_type"])
        self.generation = int(head["generation"])
        self.answered_by = str(head["answered_by"])
        self._watched: Watched | None = watched
        self._keep = keep
        self._first = first
        self._ended = bool(head.get("end"))
        self._number = head.get("number")

    def __iter__(self) -> Iterator[bytes]:
        if self._first:
            yield self._first
            self._first = b""
        while not self._ended:
            if self._watched is None:  # somebody has given it up meanwhile
                raise StoreError("the answer was broken off", hint="try again")
            message, chunk = answer_on(self._watched.connection, self._watched, self._number)
            self._ended = bool(message.get("end"))
            if chunk:
                yield chunk
        self.close()

    def close(self) -> None:
        """Give up what has not been read."""
        watched, self._watched = self._watched, None
        if watched is None:
            return
        if self._ended and self._keep is not None:
            self._keep(watched.connection)
            return
        watched.shut()
        watched.connection.close()

    def __del__(self) -> None:
        self.close()


def resumed(
    connection: socket.socket, head: Message, first: bytes, cancel: Cancel | None
) -> ByteStream:
    """An answer of which the first message was read by somebody else."""
    return Served(Watched(connection, cancel), head, first)
