"""An ASGI application that runs a WSGI one in threads, and tells it when its client has gone away.

A request takes no thread before one is free: its body is read, and its place in the line kept, in
the event loop. Of an answer one chunk at a time is handed to the server; one that cannot be
finished is raised into it, so that it closes the connection and nobody takes a part for the whole.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any, Final, TypeAlias
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from kg.errors import CancelledError, KgError, LimitError

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
)

_BODILESS: Final = (204, 304)
_RETRY_SECONDS: Final = "5"
_IN_MEMORY: Final = 1_000_000
_CHUNK_BYTES: Final = 65_536
_LINGER_BYTES: Final = 4_000_000
_LINGER_SECONDS: Final = 2.0


class Cancel(threading.Event):
    """Set when nobody waits for the answer any more; in the environ as `kg.cancel`."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._callbacks: dict[object, Callable[[], object]] = {}

    def set(self) -> None:
        """Set it, and call once, in this thread, what asked to be called."""
        with self._guard:
            callbacks, self._callbacks = self._callbacks, {}
            super().set()
        with ExitStack() as calls:  # all are called, even where one raises
            for callback in callbacks.values():
                calls.callback(callback)

    def on_set(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call `callback` when this is set, at once if it is; returns what forgets it again.

        It may be called in the thread of the event loop, so it must not wait for anything.
        """
        key = object()
        with self._guard:
            late = self.is_set()
            if not late:
                self._callbacks[key] = callback
        if late:
            callback()
        return lambda: self._forget(key)

    def _forget(self, key: object) -> None:
        with self._guard:
            self._callbacks.pop(key, None)


class Bridge:
    """Serves `wsgi_app`, with `threads` threads for what belongs to no lane.

    `lanes` names more sets of threads, and `lane_of` the lane of a path. In each, `waiting`
    requests may wait for a thread. A client may let us wait `stall` seconds for a piece of its
    body, or for room for a piece of the answer. `headers` go on the refusals that are made here.
    """

    def __init__(
        self,
        wsgi_app: WSGIApplication,
        *,
        threads: int,
        max_body: int,
        lanes: Mapping[str, int] | None = None,
        lane_of: Callable[[str], str] = lambda path: "",
        waiting: int = 64,
        stall: float = 60.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        sizes = dict(lanes or {})
        self._app = wsgi_app
        self._max_body = max_body
        self._stall = stall
        self._headers = [(k.lower().encode(), v.encode()) for k, v in (headers or {}).items()]
        self._lane_of = lane_of
        self._others = _Lane(threads, waiting)
        self._lanes = {name: _Lane(size, waiting) for name, size in sizes.items()}
        self._threads = ThreadPoolExecutor(threads + sum(sizes.values()), "request")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the life of the server, as ASGI 3 has it."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        if scope["type"] != "http":
            raise ValueError(f"{scope['type']} is not spoken here")
        cancel = Cancel()
        try:
            await self._answer(scope, receive, send, cancel)
        except _RefusalError as refusal:
            await self._refuse(refusal, receive, send)
        except KgError:
            if not cancel.is_set():
                raise

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                self._threads.shutdown(wait=False)
                return

    async def _answer(self, scope: Message, receive: Receive, send: Send, cancel: Cancel) -> None:
        environ = environ_of(scope)
        lane = self._lanes.get(self._lane_of(environ["PATH_INFO"]), self._others)
        with ExitStack() as undo:
            body = undo.enter_context(SpooledTemporaryFile(_IN_MEMORY))
            await self._read(environ, receive, body, cancel)
            gone = asyncio.create_task(_watch(receive, cancel))
            undo.callback(gone.cancel)
            await lane.enter(gone)
            undo.pop_all()
        environ |= {"wsgi.input": body, "kg.cancel": cancel}  # the thread closes the body
        try:
            last = await self._run(environ, lane, send)
        finally:
            gone.cancel()  # servers tell the end of an answer as a disconnect too
        for message in last:
            await send(message)

    async def _read(
        self, environ: WSGIEnvironment, receive: Receive, body: IO[bytes], cancel: Cancel
    ) -> None:
        """Take the body in, unless it is too long or does not come."""
        size, expected, more = 0, int(environ.get("CONTENT_LENGTH") or 0), True
        while more:
            if max(size, expected) > self._max_body:
                detail = f"a body has at most {self._max_body} bytes"
                raise _RefusalError(413, "max_body", detail)
            try:
                async with asyncio.timeout(self._stall):
                    message = await receive()
            except TimeoutError:
                detail = f"nothing of the body came for {self._stall:g} s"
                raise _RefusalError(408, "stall", detail) from None
            if message["type"] == "http.disconnect":
                cancel.set()
                raise CancelledError("the client left before it had asked")
            piece, more = message.get("body", b""), message.get("more_body", False)
            size += len(piece)
            if size <= self._max_body:
                body.write(piece)
            more = more or size > self._max_body
        body.seek(0)
        if size:
            environ["CONTENT_LENGTH"] = str(size)

    async def _run(self, environ: WSGIEnvironment, lane: _Lane, send: Send) -> list[Message]:
        """Call the application in a thread; what is returned is still to be sent."""
        loop = asyncio.get_running_loop()
        cancel: Cancel = environ["kg.cancel"]

        async def send_all(messages: list[Message]) -> None:
            for message in messages:
                await send(message)

        def emit(messages: list[Message]) -> None:
            sending = asyncio.run_coroutine_threadsafe(send_all(messages), loop)
            try:
                sending.result(self._stall)
            except TimeoutError:
                sending.cancel()
                detail = f"the client took nothing for {self._stall:g} s"
                raise LimitError(detail, limit="stall") from None
            if cancel.is_set():
                raise CancelledError("the client has gone away")

        call = _Call(environ, emit)
        running = loop.run_in_executor(self._threads, call.run, self._app)
        running.add_done_callback(lambda _: lane.leave())
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:  # the server does not wait any more, so the thread need not
            cancel.set()
            raise

    async def _refuse(self, refusal: _RefusalError, receive: Receive, send: Send) -> None:
        unread = refusal.limit != "threads"
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(refusal.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close") if unread else (b"retry-after", _RETRY_SECONDS.encode()),
            *self._headers,
        ]
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send(_body(refusal.body, more=True))
        if unread:
            await _linger(receive)
        await send(_body(b""))


class _RefusalError(Exception):
    """What is answered without asking the application."""

    def __init__(self, status: int, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.limit = limit
        self.body = problem(status, limit, detail)


def problem(status: int, limit: str, detail: str) -> bytes:
    """The problem details of a refusal that names its limit."""
    title = HTTPStatus(status).phrase
    members = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return json.dumps({**members, "limit": limit}, indent=2).encode() + b"\n"


class _Lane:
    """A number of threads and the line of those who wait for one; used in the event loop only."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._threads, self._free, self._waiting = threads, threads, waiting
        self._line: deque[asyncio.Future[None]] = deque()

    async def enter(self, gone: asyncio.Task[None]) -> None:
        """Wait for a thread, for as long as the client waits."""
        if self._free:
            self._free -= 1
            return
        if len(self._line) >= self._waiting:
            detail = f"all {self._threads} threads are busy, and {self._waiting} requests wait"
            raise _RefusalError(503, "threads", detail)
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await asyncio.wait({turn, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise CancelledError("the client left the line")
        except BaseException:
            if turn.done():
                self.leave()
            else:
                self._line.remove(turn)
            raise

    def leave(self) -> None:
        """Pass a thread on to the first in the line."""
        if self._line:
            self._line.popleft().set_result(None)
        else:
            self._free += 1


class _Call:
    """One call of the WSGI application, in a thread of the bridge."""

    def __init__(self, environ: WSGIEnvironment, emit: Callable[[list[Message]], None]) -> None:
        self._environ = environ
        self._emit = emit
        self._head: Message = {}
        self._begun = False
        self._left: int | None = None  # of the length that was told
        self._kept: IO[bytes] | None = None
        self._last: list[Message] = []

    def run(self, app: WSGIApplication) -> list[Message]:
        """Stream the answer, and return the messages that end it, for the caller to send."""
        with ExitStack() as ends:
            self._ends = ends
            ends.enter_context(self._environ["wsgi.input"])
            chunks = app(self._environ, self._start)
            ends.callback(getattr(chunks, "close", lambda: None))
            for chunk in chunks:
                self._write(chunk)
                if self._last:
                    break
            return self._last or self._end()

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None, /
    ) -> Callable[[bytes], object]:
        if exc_info and exc_info[1] is not None and self._begun:
            raise exc_info[1]
        if self._head and not exc_info:
            raise RuntimeError("start_response was called twice")
        coded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        code = int(status.split(" ", 1)[0])
        if code in _BODILESS:  # servers would wait for as many bytes
            coded = [(name, value) for name, value in coded if name != b"content-length"]
        self._head = {"type": "http.response.start", "status": code, "headers": coded}
        self._left = next((int(v) for name, v in coded if name == b"content-length"), None)
        return self._write

    def _write(self, chunk: bytes) -> None:
        if not self._head:
            raise RuntimeError("start_response was not called")
        bodiless = self._environ["REQUEST_METHOD"] == "HEAD" or self._head["status"] in _BODILESS
        if bodiless:
            self._last = [self._head, _body(b"")]
        elif self._left is None and self._environ["SERVER_PROTOCOL"] == "HTTP/1.0":
            self._keep(chunk)
        elif chunk:
            self._put(chunk)

    def _put(self, chunk: bytes) -> None:
        """Hand one chunk to the server; the last, where the length tells that it is, to `run`."""
        if self._left is not None:
            self._left -= len(chunk)
        messages = [_body(chunk, more=self._left != 0)]
        if not self._begun:
            messages.insert(0, self._head)
        self._begun = True
        if self._left == 0:
            self._last = messages
        else:
            self._emit(messages)

    def _keep(self, chunk: bytes) -> None:
        """Keep a chunk until the length is known: HTTP/1.0 has no other sign of a broken answer."""
        if self._environ["kg.cancel"].is_set():
            raise CancelledError("the client has gone away")
        if self._kept is None:
            kept = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (`run` closes it)
            self._kept = self._ends.enter_context(kept)
        self._kept.write(chunk)

    def _end(self) -> list[Message]:
        if not self._head:
            raise RuntimeError("start_response was not called")
        if self._kept is not None:
            self._left = self._kept.tell()
            self._head["headers"].append((b"content-length", str(self._left).encode()))
            self._kept.seek(0)
            while chunk := self._kept.read(_CHUNK_BYTES):
                self._put(chunk)
        if self._last:
            return self._last
        return [_body(b"")] if self._begun else [self._head, _body(b"")]


async def _watch(receive: Receive, cancel: Cancel) -> None:
    """Wait until the client leaves, and say so."""
    while (await receive())["type"] != "http.disconnect":
        pass
    cancel.set()


async def _linger(receive: Receive) -> None:
    """Take some of a body that is not wanted: closing at once would lose the answer on its way."""
    taken = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            while taken < _LINGER_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body"):
                    return


def _body(data: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def environ_of(scope: Message) -> WSGIEnvironment:
    """The WSGI environ (PEP 3333) of an ASGI request, but for its body.

    Header names with an underscore are left out, since they would pass for those with a hyphen.
    """
    root = scope.get("root_path", "").encode()
    raw = scope.get("raw_path")
    path = scope["path"].encode() if raw is None else unquote_to_bytes(raw)
    server = scope.get("server") or ("localhost", None)
    client = scope.get("client") or ("", "")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.decode("latin-1"),
        "PATH_INFO": path.removeprefix(root).decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in scope["headers"]:
        if b"_" in name or name in (b"proxy", b"transfer-encoding"):
            continue
        key = name.decode("latin-1").upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        text = value.decode("latin-1")
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{text}" if key in environ else text
    return environ
