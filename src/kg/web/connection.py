"""Connections of clients that do not hurry: what uvicorn has no limits for.

The head of a request has to be there within `head_seconds` and has at most `head_bytes`. Where
there are as many connections as may be, one that has kept us waiting gives way: of the address that
has most of them, the one that has done so longest. If all wait for us, the new one is refused.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeAlias
from urllib.parse import unquote

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from kg.processes.settings import Settings
from kg.web.journal import ID_HEADER, request_id_from, tell
from kg.web.kept import HEAD, LENGTH, Kept
from kg.web.lanes import problem

LINGER_SECONDS: Final = 2.0
LINGER_BYTES: Final = 4_000_000
UNREAD: Final = 1 / 3
UNREAD_LEAST: Final = 0.1
"""For so much of `stop_seconds` may what was sent wait at the end, and for so many seconds."""

PIPELINED: Final = 8
"""So many requests are read ahead of their turn; with more, the end of a connection goes unseen."""

LAST: Final = b"\r\n\r\n"
"""The last bytes of a head."""

HELD_BYTES: Final = 16_000
HELD_SECONDS: Final = 0.05
"""Until its body comes, but for so long only, the head of a request with a short one waits."""

_RETRY_SECONDS: Final = "5"


Again: TypeAlias = Callable[[bytes], Kept | None]
"""The answer to a whole request that comes as another one came; None where it is to be read."""


def protocol(
    settings: Settings, headers: Mapping[str, str], again: Again | None = None
) -> type[asyncio.Protocol]:
    """The protocol for uvicorn, with these limits, and with `headers` on what it refuses."""
    own = {"settings": settings, "headers_sent": headers, "again": again and staticmethod(again)}
    return type("Connection", (Connection,), own)


class Connection(HttpToolsProtocol):
    """HTTP/1.1 of uvicorn with limits; a connection awaits a head, then a body, then its answer."""

    settings: Settings
    headers_sent: Mapping[str, str]
    again: Again | None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._due: asyncio.TimerHandle | None = None
        self._awaits_head = True
        self._head_bytes = 0
        self._refused = False
        self._running: RequestResponseCycle | None = None
        self._alone = self._held = b""
        self._since = time.monotonic()  # the loop's time stands still within a turn

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection in, and let another go if there are too many."""
        super().connection_made(transport)
        most = self.settings.connections
        if len(self.connections) > most and not self._replace_one():
            self._refuse(503, "connections", f"there are {most} connections, and all are busy")
        else:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._head_is_there()
        super().connection_lost(exc)
        running = self._running
        if running is not None and not running.response_complete:
            running.disconnected = True  # uvicorn tells the last that was read, which may wait
            running.message_event.set()

    def data_received(self, data: bytes) -> None:
        """Read on, unless what comes has been refused."""
        if self._refused:
            self._linger(len(data))
            return
        if not self._held and self._awaits_a_body(data):
            self._held = data
            self._unset_keepalive_if_required()
            self.loop.call_later(HELD_SECONDS, self._let_on, data)
            return
        data, self._held = self._held + data, b""
        self._alone = data if self._is_alone(data) else b""
        if self._alone and self._is_answered_again(data):
            return
        self._read(data)

    def _let_on(self, held: bytes) -> None:
        """Read a head whose body has not come in the meantime."""
        if held and self._held is held and self.parser is not None:
            self._held = b""
            self._read(held)

    def _read(self, data: bytes) -> None:
        if self._awaits_head:
            self._expect_head()
        super().data_received(data)
        if self._awaits_head and self._due is not None and not self._refused:
            self._head_bytes += len(data)
            if self._head_bytes > self.settings.head_bytes:
                self._refuse_head()

    def on_message_begin(self) -> None:
        """The first byte of a head."""
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        """The last byte of a head."""
        self._head_is_there()
        if self._refused:
            return
        head = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if head > self.settings.head_bytes:
            self._refuse_head()
        else:
            super().on_headers_complete()
            self.scope[HEAD] = self._alone  # type: ignore[typeddict-unknown-key]
            if 0 < len(self.pipeline) < PIPELINED:
                self.flow.resume_reading()  # else nobody sees that the client has gone

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        """Some of a body."""
        if not self._refused:
            self._since = time.monotonic()
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The last byte of a request: what comes next is another head."""
        if not self._refused:
            super().on_message_complete()
            self._awaits_head = True

    def on_response_complete(self) -> None:
        """The last byte of an answer: from here on it is the client that lets us wait."""
        self._since = time.monotonic()
        super().on_response_complete()

    def shutdown(self) -> None:
        """End with the answer that is being sent, unless the client does not read it."""
        self._let_on(self._held)
        super().shutdown()
        self._end_unread(0)

    def _end_unread(self, before: int) -> None:
        """Break off where as much waits to be read as a while ago."""
        left = 0 if self.parser is None else self.transport.get_write_buffer_size()
        if left and left == before:
            self.transport.abort()
        elif self.parser is not None:
            pause = max(UNREAD_LEAST, UNREAD * self.settings.stop_seconds)
            self.loop.call_later(pause, self._end_unread, left)

    def _is_between(self) -> bool:
        """Whether all that came was answered."""
        is_between = self._awaits_head and not self._head_bytes and not self.pipeline
        return is_between and (self.cycle is None or self.cycle.response_complete)

    def _awaits_a_body(self, data: bytes) -> bool:
        """Whether these bytes are the head of a request whose body comes at once, most likely."""
        is_posted = self.again is not None and data.startswith(b"POST ")
        if not is_posted or not self._is_between():
            return False
        return data.find(LAST) == len(data) - len(LAST) and 0 < _length(data) <= HELD_BYTES

    def _is_alone(self, data: bytes) -> bool:
        """Whether these bytes are a whole request, and the only one."""
        if not data.startswith((b"GET ", b"POST ")) or not self._is_between():
            return False
        head = data.find(LAST) + len(LAST)
        if head > self.settings.head_bytes or len(data) - head > HELD_BYTES:
            return False
        return len(data) - head == (0 if data.startswith(b"GET ") else _length(data))

    def _is_answered_again(self, data: bytes) -> bool:
        """Send the answer to a request that came like another one before, if there is one."""
        if self.again is None or self.flow.write_paused or self.transport.is_closing():
            return False
        began, kept = time.perf_counter(), self.again(data)
        if kept is None:
            return False
        own = request_id_from("")
        self._head_is_there()
        self._awaits_head = True
        head = [STATUS_LINE[HTTPStatus.OK]]
        for name, value in (*self.server_state.default_headers, *kept.headers):
            head += (name, b": ", value, b"\r\n")
        head += (ID_HEADER, b": ", own.encode(), b"\r\n\r\n", kept.body)
        self.transport.write(b"".join(head))
        self.on_response_complete()
        method, address, _ = data.split(b" ", 2)
        path = f"{self.root_path}{unquote(address.partition(b'?')[0].decode('latin-1'))}"
        tell(own, method.decode(), path, HTTPStatus.OK, time.perf_counter() - began)
        return True

    def _expect_head(self) -> None:
        if self._due is None:
            self._head_bytes = 0
            self._due = self.loop.call_later(self.settings.head_seconds, self._head_is_late)

    def _head_is_there(self) -> None:
        self._awaits_head = False
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _head_is_late(self) -> None:
        self._due = None
        if self.cycle is not None and not self.cycle.response_complete:
            self._expect_head()  # it came before the answer to the last one was there
        elif self.transport is not None:
            self.transport.close()

    def _replace_one(self) -> bool:
        """Let go of one that has kept us waiting; whether there was one."""
        others = [each for each in self.connections if isinstance(each, Connection)]
        idle = [each for each in others if each is not self and each._waits()]
        if not idle:
            return False
        held = Counter(each._address() for each in others)
        longest = max(idle, key=lambda each: (held[each._address()], -each._since))
        self.connections.discard(longest)
        longest.transport.abort()
        return True

    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _waits(self) -> bool:
        """Whether it is the client that lets us wait: for a head, a body, or room for the rest."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def _refuse_head(self) -> None:
        most = self.settings.head_bytes
        self._refuse(431, "head_bytes", f"the address and the headers have at most {most} bytes")

    def _refuse(self, status: int, limit: str, detail: str) -> None:
        """Say so and read on for a while: closing at once would lose the answer on its way."""
        self._refused = True
        self._head_is_there()
        self._unset_keepalive_if_required()
        body = problem(status, limit, detail)
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            "content-type: application/problem+json",
            f"content-length: {len(body)}",
            "cache-control: no-store",
            "connection: close",
            *(f"{name.lower()}: {value}" for name, value in self.headers_sent.items()),
            *([f"retry-after: {_RETRY_SECONDS}"] if status == 503 else []),
        ]
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.write_eof()
        self._left = LINGER_BYTES
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _linger(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            self.transport.abort()


def _length(head: bytes) -> int:
    """How long the body after a head is said to be; -1 where that is not plain."""
    found = LENGTH.findall(head[: head.find(LAST) + 2])
    is_plain = len(found) == 1 and b"\r\nexpect:" not in head.lower()
    return int(found[0]) if is_plain else -1
