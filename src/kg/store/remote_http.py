"""Requests to a SPARQL endpoint of somebody else: deadlines, streaming, and an end at any time.

The client is that of Python itself, one connection a request, kept for the next one. It gives what
matters here and others hide: the socket, which another thread can shut. Redirects are not
followed, so that nothing of ours goes to a host that nobody named.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import select
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from kg.errors import InputError, LimitError, NotFoundError, QueryError, StoreError

CHUNK_BYTES: Final = 65_536
WORDS: Final = 500
"""So many characters of what an endpoint says about an error are told."""

IDLE_SECONDS: Final = 10.0
"""Servers close what is idle; younger connections are used again."""

_HINT: Final = "`kg doctor` looks at the endpoint"


@dataclass(frozen=True, slots=True)
class Access:
    """How an endpoint is reached; `authorization` is the header that is sent with each request.

    Times are in seconds: to connect, and between two pieces of an answer.
    """

    authorization: str | None = field(default=None, repr=False)
    connect_seconds: float = 5.0
    read_seconds: float = 60.0


def authorization(text: str, source: str) -> str:
    """The header of credentials: `Bearer TOKEN` or `Basic USER:PASSWORD`.

    Raises `InputError`, which does not repeat them.
    """
    scheme, _, rest = text.strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() == "bearer" and rest and rest.isprintable() and " " not in rest:
        return f"Bearer {rest}"
    if scheme.lower() == "basic" and ":" in rest and rest.isprintable():
        return f"Basic {base64.b64encode(rest.encode()).decode()}"
    raise InputError(
        "these are no credentials",
        hint="write one line: `Bearer TOKEN`, or `Basic USER:PASSWORD`",
        source=source,
    )


def checked_address(url: str, access: Access) -> str:
    """An address that may be asked; raises `InputError`.

    Credentials do not go into addresses, which end up in logs, nor through a network in clear.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InputError("the address of an endpoint is not an address") from error
    if parts.username is not None or parts.password is not None:
        raise InputError(
            "the address of an endpoint has no credentials in it",
            hint="KG_STORE_CREDENTIALS names a file with them",
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment:
        raise InputError(
            f"{url} is no address of an endpoint", hint="for example https://example.org/sparql"
        )
    if access.authorization and parts.scheme == "http" and not _is_here(parts.hostname):
        raise InputError(
            f"credentials are not sent to {parts.hostname} in clear", hint="use an https address"
        )
    return url


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: a POST with a body, or a GET without one."""

    url: str
    accept: str
    body: bytes | None = None
    media_type: str = ""


_Idle: TypeAlias = tuple[tuple[str, str], float, HTTPConnection]
"""Scheme and place of a connection, since when it is idle, and itself."""


class Http:
    """Connections to the endpoints of one store."""

    def __init__(self, access: Access) -> None:
        self.access: Final = access
        self._tls = ssl.create_default_context()
        self._idle: list[_Idle] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _close_all, self._idle)

    def call(self, request: Request, seconds: float | None) -> Call:
        """A request that may take so long from `open` to its last byte."""
        return Call(self, request, seconds)

    def read(self, request: Request, seconds: float | None, most: int) -> bytes:
        """A whole answer of at most so many bytes."""
        call = self.call(request, seconds)
        try:
            call.open()
            data = bytearray()
            for chunk in call.chunks():
                data += chunk
                if len(data) > most:
                    raise LimitError(
                        f"the answer is longer than {most} bytes", limit="result_bytes"
                    )
            return bytes(data)
        finally:
            call.close()

    def connection(self, parts: SplitResult) -> HTTPConnection:
        """One that is open and idle, or a new one."""
        key, now = (parts.scheme, parts.netloc), time.monotonic()
        with self._lock:
            found = [each for each in self._idle if each[0] == key]
            for each in found:
                self._idle.remove(each)
                if now - each[1] < IDLE_SECONDS and not _has_ended(each[2].sock):
                    return each[2]
                each[2].close()
        host, port = parts.hostname or "", parts.port
        seconds = self.access.connect_seconds
        if parts.scheme == "https":
            return HTTPSConnection(host, port, timeout=seconds, context=self._tls)
        return HTTPConnection(host, port, timeout=seconds)

    def keep(self, parts: SplitResult, connection: HTTPConnection) -> None:
        """Take back a connection whose answer was read to its end."""
        with self._lock:
            self._idle.append(((parts.scheme, parts.netloc), time.monotonic(), connection))


def _close_all(idle: list[_Idle]) -> None:
    for _, _, connection in idle:
        connection.close()


def _has_ended(connection: socket.socket | None) -> bool:
    """Whether the other side has closed an idle connection, or says what nobody asked for."""
    return connection is None or bool(select.select([connection], [], [], 0)[0])


class Call:
    """One request and its answer; any thread may `abort` it."""

    def __init__(self, http: Http, request: Request, seconds: float | None) -> None:
        self.media_type = ""
        self._http = http
        self._request = request
        self._parts = urlsplit(request.url)
        self._seconds = seconds
        self._timer = threading.Timer(seconds, self._expire) if seconds is not None else None
        self._connection: HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._response: HTTPResponse | None = None
        self._expired = self._aborted = False

    def open(self) -> None:
        """Send the request and read the head of the answer.

        Raises `QueryError` for what the endpoint does not understand, `LimitError` after the
        deadline, `NotFoundError` for 404, and `StoreError` for all else that is no answer.
        """
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        try:
            response = self._response = self._sent()
            if response.status != 200 and response.status != 204:
                raise self._refused(response)
        except (OSError, HTTPException) as error:
            raise self._failed(error) from error
        self.media_type = (response.getheader("Content-Type") or "").partition(";")[0].strip()

    def _sent(self) -> HTTPResponse:
        connection = self._connection = self._http.connection(self._parts)
        if connection.sock is None:
            connection.connect()
        self._socket = connection.sock
        self._socket.settimeout(self._http.access.read_seconds)
        if self._aborted:
            raise OSError("given up")
        path = self._parts.path or "/"
        if self._parts.query:
            path += f"?{self._parts.query}"
        headers = {"Accept": self._request.accept, "User-Agent": "kg"}
        if self._http.access.authorization:
            headers["Authorization"] = self._http.access.authorization
        if self._request.media_type:
            headers["Content-Type"] = self._request.media_type
        method = "GET" if self._request.body is None else "POST"
        connection.request(method, path, self._request.body, headers)
        return connection.getresponse()

    def chunks(self) -> Iterator[bytes]:
        """The bytes of the answer as they come; raises where it ends before its end."""
        response = self._response
        if response is None:
            raise StoreError("the endpoint has not been asked")
        try:
            while chunk := response.read1(CHUNK_BYTES):
                yield chunk
        except (OSError, HTTPException, ValueError) as error:  # ValueError: shut while reading
            raise self._failed(error) from error
        if response.length:  # `read1` does not tell of bytes that are missing
            raise self._failed(HTTPException("bytes are missing"))
        if not response.will_close and self._connection is not None and not self._aborted:
            response.close()  # else the connection waits for more of an answer of known length
            self._http.keep(self._parts, self._connection)
            self._connection = None

    def abort(self) -> None:
        """Shut the connection, so that whoever reads it wakes up."""
        self._aborted = True
        if self._connection is not None and self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _expire(self) -> None:
        self._expired = True
        self.abort()

    def close(self) -> None:
        """Let go of the connection, unless it was given back."""
        if self._timer is not None:
            self._timer.cancel()
        if self._response is not None:
            self._response.close()
        if self._connection is not None:
            self._connection.close()

    def _failed(self, error: Exception) -> StoreError:
        if self._expired:
            return LimitError(
                f"the endpoint took longer than {self._seconds:g} s",
                hint="ask for less, with LIMIT or a narrower pattern",
                limit="seconds",
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return StoreError(f"the certificate of {self._parts.hostname} is not valid", hint=_HINT)
        what = str(error) or type(error).__name__
        return StoreError(f"the endpoint at {self._parts.netloc} failed: {what}", hint=_HINT)

    def _refused(self, response: HTTPResponse) -> Exception:
        status, words = response.status, _words(response)
        where = f"the endpoint at {self._parts.netloc}"
        if status == 400:
            return QueryError(words or f"{where} does not understand this")
        if status in (401, 403):
            return StoreError(
                f"{where} does not let us in ({status})",
                hint="KG_STORE_CREDENTIALS names a file with what it wants",
            )
        if status == 404:
            return NotFoundError(f"{where} has nothing at {self._parts.path}", hint=_HINT)
        if 300 <= status < 400:
            return StoreError(
                f"{where} sends us elsewhere, and redirects are not followed",
                hint="configure the address that it sends to",
            )
        said = f": {words}" if words else ""
        return StoreError(f"{where} answers {status}{said}", hint=_HINT)


def _words(response: HTTPResponse) -> str:
    """What an endpoint says about an error, in one line."""
    text = response.read1(CHUNK_BYTES).decode("utf-8", "replace")
    if "json" in (response.getheader("Content-Type") or ""):
        with suppress(ValueError):
            members = json.loads(text)
            text = str(members.get("detail", text)) if isinstance(members, dict) else text
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:WORDS]
