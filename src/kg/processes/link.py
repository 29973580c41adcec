"""Connections of the supervisor: messages that are awaited, and handles that go along with them."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from kg.errors import StoreError
from kg.store import wire
from kg.store.wire import Message

RECEIVED_BYTES = 262_144

T = TypeVar("T")


class Link:
    """One connection, for one reader at a time; messages of several writers follow each other."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connection = connection
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._waiting: set[asyncio.Future[Any]] = set()
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
        if not await self._has(end + sizes[1]):
            return None
        message = json.loads(bytes(self._buffer[wire.HEAD.size : end]))
        body = bytes(self._buffer[end : end + sizes[1]])
        del self._buffer[: end + sizes[1]]
        return message, body

    async def _has(self, size: int) -> bool:
        while len(self._buffer) < size:
            data = await self._until_closed(self._loop.sock_recv(self.connection, RECEIVED_BYTES))
            if not data:
                return False
            self._buffer += data
        return True

    async def _until_closed(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What comes of something, None where either side ends the connection before that."""
        task = asyncio.ensure_future(work)
        self._waiting.add(task)
        try:
            return await task
        except OSError:
            return None
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if not self._closed or (current is not None and current.cancelling()):
                raise
            return None
        finally:
            self._waiting.discard(task)

    async def send(self, message: Message, body: bytes = b"", handles: Sequence[int] = ()) -> None:
        """Send a message; a side that has gone is noticed by the reader."""
        data = wire.pack(message, body)
        async with self._sending:  # nothing of another message may come in between
            await self._sent(data, handles)

    async def _sent(self, data: bytes, handles: Sequence[int]) -> None:
        with suppress(OSError):
            if handles:
                sent = socket.send_fds(self.connection, [data[: wire.HEAD.size]], handles)
                data = data[sent:]
            await self._until_closed(self._loop.sock_sendall(self.connection, data))

    async def ended(self) -> None:
        """Wait until the other side is gone; what it still says is kept for the reader."""
        while True:
            data = await self._until_closed(self._loop.sock_recv(self.connection, RECEIVED_BYTES))
            if not data:
                return
            self._buffer += data

    def shut(self) -> None:
        """Let both sides know that nothing more is said."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it; whoever waits for it goes on.

        The loop would wait for ever for a connection that is closed, or take another one that has
        got the same number for it.
        """
        if self._closed:
            return
        self._closed = True
        number = self.connection.fileno()
        self._loop.remove_reader(number)
        self._loop.remove_writer(number)
        for task in self._waiting:
            task.cancel()
        self.connection.close()


async def stopped(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end.

    One that reads a connection has to end before the connection is closed: the loop would forget
    another one that has got the same number meanwhile.
    """
    task.cancel()
    await asyncio.wait((task,))
