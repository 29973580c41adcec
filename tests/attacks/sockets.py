"""Sending bytes over a socket and telling what became of them."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import quote

BOUND = 8.0


@contextmanager
def connected(host: str, port: int) -> Iterator[socket.socket]:
    with socket.create_connection((host, port), timeout=BOUND) as connection:
        yield connection


def get(query: str, *headers: str) -> bytes:
    lines = (f"GET /sparql?query={quote(query)} HTTP/1.1", "Host: x", *headers, "", "")
    return "\r\n".join(lines).encode()


def outcome(connection: socket.socket, until: float, answer: bytes = b"") -> str:
    """What became of a request: its status, or how the connection ended, before ``until``.

    A body counts as whole only with its length or its last chunk. ``answer`` is what has been read.
    """
    while (left := until - time.monotonic()) > 0 and len(answer) < 100_000_000:
        connection.settimeout(left)
        try:
            more = connection.recv(65_536)
        except TimeoutError:
            break
        except OSError:
            return refusal(answer) or "limit"
        if not more:
            return refusal(answer) or ("answered" if whole(answer) else "limit")
        answer = answer + more if len(answer) < 65_536 else answer[:65_536] + more
        if answer.startswith(b"HTTP/1.1 100 ") and b"\r\n\r\n" in answer:
            answer = answer.partition(b"\r\n\r\n")[2]  # only an invitation to go on
        if refusal(answer) or whole(answer):
            return refusal(answer) or "answered"
    return "held"


def refusal(answer: bytes) -> str | None:
    """The outcome of a status line that is not 200, if there is one; 5xx but 503 is told as is."""
    status = answer[9:12]
    if not answer.startswith(b"HTTP/1.") or len(status) < 3 or status[:1] == b"2":
        return None
    if status in (b"429", b"503"):
        return "limit"
    return "refused" if status[:1] == b"4" else status.decode("ascii", "replace")


def whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    return body.endswith(b"0\r\n\r\n")


def dripped(host: str, port: int, head: bytes, drop: bytes) -> str:
    """Twenty connections that send a little now and then; the outcome of the first."""
    until = time.monotonic() + BOUND
    with ExitStack() as stack:
        connections = [stack.enter_context(connected(host, port)) for _ in range(20)]
        for connection in connections:
            connection.sendall(head)
        while time.monotonic() < until - 1:
            time.sleep(1)
            for connection in connections:
                with suppress(OSError):
                    connection.sendall(drop)
        return outcome(connections[0], until)


def sent(host: str, port: int, message: bytes | Callable[[], bytes]) -> str:
    """One message, then the answer."""
    until = time.monotonic() + BOUND
    with connected(host, port) as connection:
        with suppress(OSError):  # a server may answer and close before it has read all
            connection.sendall(message() if callable(message) else message)
        return outcome(connection, until)
