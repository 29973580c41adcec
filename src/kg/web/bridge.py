"""An ASGI application that runs a WSGI one in threads, and tells it when its client has gone away.

A request takes no thread before one is free: its body is read, and its place in the line kept, in
the event loop. Of an answer one chunk at a time is handed to the server; one that cannot be
finished is raised into it, so that it closes the connection and nobody takes a part for the whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Final, TypeAlias
from wsgiref.types import WSGIApplication, WSGIEnvironment

from kg.errors import CancelledError, KgError, LimitError
from kg.web.cancel import Cancel
from kg.web.lanes import Lane, RefusalError
from kg.web.wsgi import IN_MEMORY, Call, Message, body_message, environ_of

Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

Application: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]
"""An application of ASGI 3."""

_RETRY_SECONDS: Final = "5"
_LINGER_BYTES: Final = 4_000_000
_LINGER_SECONDS: Final = 2.0


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
        self._others = Lane(threads, waiting)
        self._lanes = {name: Lane(size, waiting) for name, size in sizes.items()}
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
        except RefusalError as refusal:
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
            body = undo.enter_context(SpooledTemporaryFile(IN_MEMORY))
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
                raise RefusalError(413, "max_body", detail)
            try:
                async with asyncio.timeout(self._stall):
                    message = await receive()
            except TimeoutError:
                detail = f"nothing of the body came for {self._stall:g} s"
                raise RefusalError(408, "stall", detail) from None
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

    async def _run(self, environ: WSGIEnvironment, lane: Lane, send: Send) -> list[Message]:
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

        call = Call(environ, emit)
        running = loop.run_in_executor(self._threads, call.run, self._app)
        running.add_done_callback(lambda _: lane.leave())
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:  # the server does not wait any more, so the thread need not
            cancel.set()
            raise

    async def _refuse(self, refusal: RefusalError, receive: Receive, send: Send) -> None:
        unread = refusal.limit != "threads"
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(len(refusal.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close") if unread else (b"retry-after", _RETRY_SECONDS.encode()),
            *self._headers,
        ]
        await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
        await send(body_message(refusal.body, more=True))
        if unread:
            await _linger(receive)
        await send(body_message(b""))


async def until_gone(receive: Receive) -> None:
    """Wait until the client leaves."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _watch(receive: Receive, cancel: Cancel) -> None:
    """Wait until the client leaves, and say so."""
    await until_gone(receive)
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
