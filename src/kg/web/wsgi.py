"""One request of ASGI as a call of a WSGI application, and its answer as messages of ASGI."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, MutableMapping
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Any, Final, TypeAlias
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from kg.errors import CancelledError

Message: TypeAlias = MutableMapping[str, Any]
ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
)

IN_MEMORY: Final = 1_000_000
"""Longer bodies are kept in files."""

ENVIRON: Final = "kg.environ"
"""In the scope of a request: what its environ has beside or instead of that."""

_BODILESS: Final = (204, 304)
_CHUNK_BYTES: Final = 65_536


class Call:
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
        self._head = head_message(status, headers)
        told = (int(v) for name, v in self._head["headers"] if name == b"content-length")
        self._left = next(told, None)
        return self._write

    def _write(self, chunk: bytes) -> None:
        if not self._head:
            raise RuntimeError("start_response was not called")
        bodiless = self._environ["REQUEST_METHOD"] == "HEAD" or self._head["status"] in _BODILESS
        if bodiless:
            self._last = [self._head, body_message(b"")]
        elif self._left is None and self._environ["SERVER_PROTOCOL"] == "HTTP/1.0":
            self._keep(chunk)
        elif chunk:
            self._put(chunk)

    def _put(self, chunk: bytes) -> None:
        """Hand one chunk to the server; the last, where the length tells that it is, to `run`."""
        if self._left is not None:
            self._left -= len(chunk)
        messages = [body_message(chunk, more=self._left != 0)]
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
            kept = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (`run` closes it)
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
        return [body_message(b"")] if self._begun else [self._head, body_message(b"")]


def head_message(status: str, headers: Iterable[tuple[str, str]]) -> Message:
    """The status line and the headers of WSGI."""
    coded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
    code = int(status.split(" ", 1)[0])
    if code in _BODILESS:  # servers would wait for as many bytes
        coded = [(name, value) for name, value in coded if name != b"content-length"]
    return {"type": "http.response.start", "status": code, "headers": coded}


def body_message(data: bytes, *, more: bool = False) -> Message:
    """A piece of a body; the last one unless there is `more`."""
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
    environ |= scope.get(ENVIRON, {})
    return environ
