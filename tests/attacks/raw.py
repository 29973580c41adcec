"""Attacks that need a socket of their own; each ends within ``BOUND`` seconds."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial

from tests.attacks.heavy import CROSS
from tests.attacks.model import ANY, STOPPED, Raw, Weakness
from tests.attacks.sockets import BOUND, connected, dripped, get, outcome, sent

ENDLESS_STREAM = f"SELECT * {{ {CROSS} }}"
ENDLESS_COUNT = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"
POST = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
HELD = frozenset({"held"})


def never_reading(host: str, port: int) -> str:
    """Ask for an endless answer in ten connections with tiny buffers, and read none of it."""
    until = time.monotonic() + BOUND
    with ExitStack() as stack:
        connections = []
        for _ in range(10):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
            connection.settimeout(BOUND)
            connection.connect((host, port))
            connection.sendall(get(ENDLESS_STREAM))
            connections.append(connection)
        time.sleep(BOUND - 2)
        return outcome(connections[0], until)


def reading_slowly(host: str, port: int) -> str:
    """Read an endless answer by single bytes."""
    until = time.monotonic() + BOUND
    with connected(host, port) as connection:
        connection.sendall(get(ENDLESS_STREAM))
        answer = b""
        while time.monotonic() < until - 1:
            time.sleep(0.2)
            try:
                answer += connection.recv(1)
            except OSError:
                break
        return outcome(connection, until, answer)


def half_closed(host: str, port: int) -> str:
    """Close our half after the question, so that the server sees an end and may still answer."""
    until = time.monotonic() + BOUND
    with connected(host, port) as connection:
        connection.sendall(get(ENDLESS_COUNT))
        connection.shutdown(socket.SHUT_WR)
        return outcome(connection, until)


def gone_at_once(host: str, port: int) -> str:
    """Ask heavy questions thirty times and go away; then ask a light one."""
    for _ in range(30):
        with suppress(OSError), connected(host, port) as connection:
            connection.sendall(get(ENDLESS_COUNT))
    return sent(host, port, get("ASK {}", "Connection: close"))


def gone_with_a_reset(host: str, port: int) -> str:
    """Read the beginning of an endless answer, then reset the connection; then ask a light one."""
    for _ in range(10):
        with suppress(OSError), connected(host, port) as connection:
            connection.settimeout(1)
            connection.sendall(get(ENDLESS_STREAM))
            linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            connection.recv(1_000)
    return sent(host, port, get("ASK {}", "Connection: close"))


def idle(host: str, port: int, count: int = 100) -> str:
    """Connections that say nothing; then a light question beside them."""
    with ExitStack() as stack:
        for _ in range(count):
            with suppress(OSError):
                stack.enter_context(connected(host, port))
        return sent(host, port, get("ASK {}", "Connection: close"))


def message(
    name: str, content: bytes | Callable[[], bytes], expect: frozenset[str], note: str = ""
) -> Raw:
    return Raw(name, Weakness.SOCKET, partial(sent, message=content), expect, note)


def slow(name: str, run: Callable[[str, int], str], note: str = "") -> Raw:
    return Raw(name, Weakness.SOCKET, run, STOPPED | HELD, note)


RAW = [
    slow(
        "slow-header",
        partial(dripped, head=b"GET /sparql HTTP/1.1\r\nHost: x\r\n", drop=b"A: b\r\n"),
        "held is fine as long as others are answered",
    ),
    slow("slow-body", partial(dripped, head=POST + b"Content-Length: 90000\r\n\r\n", drop=b"#")),
    slow(
        "slow-chunks",
        partial(dripped, head=POST + b"Transfer-Encoding: chunked\r\n\r\n", drop=b"1\r\n#\r\n"),
    ),
    slow("never-reading", never_reading, "the answer must not pile up in the server"),
    slow("reading-slowly", reading_slowly),
    slow("half-closed", half_closed),
    Raw("gone-at-once", Weakness.SOCKET, gone_at_once, ANY, "their places are free again soon"),
    Raw("gone-with-a-reset", Weakness.SOCKET, gone_with_a_reset, ANY),
    Raw(
        "idle-connections",
        Weakness.SOCKET,
        idle,
        ANY,
        "the light question is another client's: it must not wait",
    ),
    Raw(
        "more-idle-connections-than-may-be",
        Weakness.SOCKET,
        partial(idle, count=400),
        frozenset({"answered"}),
        "those who only wait give way to those who ask",
    ),
    slow("lines-without-a-head", partial(dripped, head=b"\r\n", drop=b"\r\n")),
    slow("pipelined-heavy", partial(sent, message=get(ENDLESS_COUNT) * 50)),
    message("pipelined-light", get("ASK {}") * 500, ANY),
    message("length-of-two-gigabytes", POST + b"Content-Length: 2147483648\r\n\r\nASK {}", STOPPED),
    message("length-beyond-64-bits", POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", STOPPED),
    message("length-negative", POST + b"Content-Length: -1\r\n\r\nASK {}", STOPPED),
    message(
        "length-of-thousands-of-digits",
        POST + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n",
        STOPPED,
        "Python refuses to read such an integer",
    ),
    slow(
        "length-too-long",
        partial(sent, message=POST + b"Content-Length: 100\r\n\r\nASK {}"),
        "the rest never comes",
    ),
    message("length-too-short", POST + b"Content-Length: 6\r\n\r\nASK {}\r\nGARBAGE\r\n\r\n", ANY),
    message(
        "length-twice",
        POST + b"Content-Length: 6\r\nContent-Length: 60\r\n\r\nASK {}",
        STOPPED | HELD,
    ),
    message(
        "length-and-chunks",
        POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
        ANY,
        "request smuggling",
    ),
    message(
        "chunk-size-bad",
        POST + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nASK {}\r\n0\r\n\r\n",
        STOPPED,
    ),
    message(
        "chunk-size-negative",
        POST + b"Transfer-Encoding: chunked\r\n\r\n-6\r\nASK {}\r\n0\r\n\r\n",
        STOPPED,
    ),
    message(
        "chunk-size-huge",
        POST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nASK",
        STOPPED | HELD,
    ),
    message(
        "chunks-of-one-byte",
        POST
        + b"Transfer-Encoding: chunked\r\n\r\n"
        + b"1\r\n \r\n" * 50_000
        + b"6\r\nASK {}\r\n0\r\n\r\n",
        ANY,
    ),
    message(
        "header-flood",
        lambda: b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 200_000 + b"\r\n",
        STOPPED,
    ),
    message(
        "header-of-a-megabyte",
        lambda: b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 1_000_000 + b"\r\n\r\n",
        STOPPED,
    ),
    message("request-line-without-end", lambda: b"GET /" + b"a" * 2_000_000, STOPPED),
    message(
        "no-http",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        STOPPED,
        "the beginning of TLS",
    ),
    message(
        "address-absolute",
        b"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        ANY,
        "no open proxy",
    ),
    message(
        "path-that-climbs",
        b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        STOPPED,
    ),
    message(
        "expect-and-nothing",
        POST + b"Expect: 100-continue\r\nContent-Length: 6\r\n\r\n",
        STOPPED | HELD,
    ),
]
