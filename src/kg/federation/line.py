"""One connection to one address, on which no step outlasts a patience or brings too much."""

from __future__ import annotations

import io
import os
import select
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from kg.federation.patience import SLICE_SECONDS, Patience

HEAD_BYTES: Final = 100_000
"""What the head of an answer and the frames of its chunks may add to its body."""

READ: Final = select.POLLIN
WRITE: Final = select.POLLOUT

_T = TypeVar("_T")


class TooLongError(Exception):
    """More has come than may come."""


class Line(io.RawIOBase):
    """A connected socket that reads as a file does; `most` bounds the bytes that are read."""

    def __init__(self, address: str, port: int, patience: Patience, most: int) -> None:
        super().__init__()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._patience = patience
        self._left = most
        self._socket: Any = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        try:
            self._connect((address, port))
        except BaseException:
            self.close()
            raise

    def _connect(self, address: tuple[str, int]) -> None:
        try:
            self._socket.connect(address)
        except BlockingIOError:
            self._wait(WRITE)
        failed = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, os.strerror(failed))

    def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from here on, with whoever proves to be `host`."""
        self._socket = context.wrap_socket(
            self._socket, server_hostname=host, do_handshake_on_connect=False
        )
        self._tried(self._socket.do_handshake, READ)

    def send(self, data: bytes) -> None:
        """Send all of it."""
        rest = memoryview(data)
        while rest:
            sent: int = self._tried(partial(self._socket.send, rest[:65_536]), WRITE)
            rest = rest[sent:]

    def readable(self) -> bool:
        """See `io.RawIOBase`."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there, at least a byte before the end; raises `TooLongError`."""
        if self._left <= 0:
            raise TooLongError
        room = memoryview(buffer)[: self._left]
        read: int = self._tried(lambda: self._socket.recv_into(room), READ)
        self._left -= read
        return read

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        """What `http.client` asks a socket for."""
        return io.BufferedReader(self)

    def close(self) -> None:
        """Give the connection up."""
        self._socket.close()
        super().close()

    def _tried(self, step: Callable[[], _T], event: int) -> _T:
        """Take a step as soon as the connection is ready for it."""
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self._wait(READ)
            except ssl.SSLWantWriteError:
                self._wait(WRITE)
            except BlockingIOError:
                self._wait(event)

    def _wait(self, event: int) -> None:
        poll = select.poll()
        poll.register(self._socket, event)
        while not poll.poll(1000 * min(SLICE_SECONDS, self._patience.left())):
            pass
        self._patience.left()
