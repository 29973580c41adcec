"""Connections of the supervisor: messages that are awaited, and handles that go along with them.

What can be read or sent at once is, without a task or a turn of the loop: every query and every
commit passes here several times.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import TypeAlias

from kg.errors import StoreError
from kg.store import wire
from kg.store.wire import Message

RECEIVED_BYTES = 262_144

Gone: TypeAlias = "asyncio.Future[None]"
"""Done when the other side has gone, or this one has closed the connection."""


class Link:
    """One connection, for one reader at a time; messages of several writers follow each other.

    With `exact` no more is read than the message that is awaited, so that others can read on.
    """

    def __init__(self, connection: socket.socket, *, exact: bool = False) -> None:
        connection.setblocking(False)
        self.connection = connection
        self._number = connection.fileno()
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._exact = exact
        self._readable: Gone | None = None
        self._writable: Gone | None = None
        self._gone: Gone | None = None
        self._closed = False
        self._sending = asyncio.Lock()

    async def receive(self, most: int = wire.MESSAGE_BYTES) -> tuple[Message, bytes] | None:
        """The next message, None at the end; raises `StoreError` for one longer than `most`."""
        if not await self._has(wire.HEAD.size):
            return None
        sizes = wire.HEAD.unpack_from(self._buffer)
        if sum(sizes) > most:
            raise StoreError(f"a message has {sum(sizes)} bytes; {most} are read")
        end = wire.HEAD.size + sizes[0]
        whole = end + sizes[1]
        if not await self._has(end if self._exact else whole, ahead=sizes[1]):
            return None
        message = json.loads(self._buffer[wire.HEAD.size : end])
        with memoryview(self._buffer) as view:
            first = bytes(view[end:whole])
        body = first if len(first) == sizes[1] else await self._rest(first, sizes[1])
        del self._buffer[: end + len(first)]
        return None if body is None else (message, body)

    async def _has(self, size: int, ahead: int = 0) -> bool:
        """Have so many bytes at hand; more of the same message may be taken in meanwhile."""
        while len(self._buffer) < size:
            wanted = size + ahead - len(self._buffer)
            try:
                if not self._take(min(wanted, RECEIVED_BYTES) if self._exact else RECEIVED_BYTES):
                    return False
            except BlockingIOError:
                await self._until_readable()
        return True

    async def _rest(self, first: bytes, size: int) -> bytes | None:
        """A body of so many bytes that begins so; None where the other side has gone.

        It is put together in one place: a buffer that grows is copied again and again, and pieces
        of it would stay in the memory of the process. What has come is kept for the next reader
        where this one is cancelled.
        """
        body, at = bytearray(size), len(first)
        body[:at] = first
        with memoryview(body) as view:
            try:
                while at < size:
                    try:
                        count = self.connection.recv_into(view[at:])
                    except BlockingIOError:
                        await self._until_readable()
                        continue
                    except OSError:
                        return None
                    if not count:
                        return None
                    at += count
            except asyncio.CancelledError:
                self._buffer += view[len(first) : at]
                raise
        return bytes(body)

    def _take(self, most: int) -> bool:
        """Take in what has come; whether the other side is still there."""
        data = self._received(most)
        self._buffer += data
        return bool(data)

    def _received(self, most: int) -> bytes:
        """What has come, nothing at the end; raises `BlockingIOError` where nothing has."""
        try:
            return self.connection.recv(most)
        except BlockingIOError:
            raise
        except OSError:
            return b""

    async def _until_readable(self) -> None:
        self._gone = None  # whoever reads sees it by itself
        self._readable = ready = self._loop.create_future()
        self._loop.add_reader(self._number, _done, ready)
        try:
            await ready
        finally:
            if not self._closed:  # its number may belong to another one by now
                self._loop.remove_reader(self._number)

    async def send(self, message: Message, body: bytes = b"", handles: Sequence[int] = ()) -> None:
        """Send a message; a side that has gone is noticed by the reader."""
        data = wire.pack(message, body)
        async with self._sending:  # nothing of another message may come in between
            with suppress(OSError):
                await self._sent(memoryview(data), handles)

    async def _sent(self, data: memoryview, handles: Sequence[int]) -> None:
        while data:
            try:
                sent = (
                    socket.send_fds(self.connection, [data], handles)
                    if handles
                    else self.connection.send(data)
                )
            except BlockingIOError:
                await self._until_writable()
            else:
                data, handles = data[sent:], ()

    async def _until_writable(self) -> None:
        self._writable = ready = self._loop.create_future()
        self._loop.add_writer(self._number, _done, ready)
        try:
            await ready
        finally:
            if not self._closed:
                self._loop.remove_writer(self._number)

    def gone(self) -> Gone:
        """What is done when the other side has gone; what it still says is kept for the reader.

        Nobody else reads meanwhile; `close` ends it too.
        """
        if self._gone is None:
            self._gone = self._loop.create_future()
            if self._closed:
                _done(self._gone)
            else:
                self._loop.add_reader(self._number, self._look, self._gone)
        return self._gone

    def _look(self, gone: Gone) -> None:
        with suppress(BlockingIOError):
            if not self._take(RECEIVED_BYTES):
                self._loop.remove_reader(self._number)
                _done(gone)

    def shut(self) -> None:
        """Let both sides know that nothing more is said."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def detach(self) -> socket.socket:
        """The connection, for somebody who waits for it."""
        self._closed = True
        self.connection.setblocking(True)
        return self.connection

    def close(self) -> None:
        """End it; whoever waits for it goes on.

        The loop would wait for ever for a connection that is closed, or take another one that has
        got the same number for it.
        """
        if self._closed:
            return
        self._closed = True
        self._loop.remove_reader(self._number)
        self._loop.remove_writer(self._number)
        self.connection.close()
        for waiting in (self._readable, self._writable, self._gone):
            if waiting is not None:
                _done(waiting)


def _done(waiting: Gone) -> None:
    if not waiting.done():
        waiting.set_result(None)
