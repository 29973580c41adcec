from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from tests.attacks.sockets import connected

from kg.processes.settings import Settings
from kg.web.connection import protocol

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"


async def application(scope, receive, send):
    """Answer with what was sent, after as many seconds as the path says."""
    await asyncio.sleep(float(scope["path"].strip("/") or 0))
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def served(**limits: float) -> Iterator[int]:
    config = uvicorn.Config(
        application,
        port=0,
        http=protocol(Settings(**limits), {"Access-Control-Allow-Origin": "*"}),
        ws="none",
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def said(connection) -> bytes:
    """All that comes until the end; a reset is an end too."""
    found = b""
    try:
        while more := connection.recv(65_536):
            found += more
    except ConnectionResetError:
        pass
    return found


def problem(answer: bytes) -> dict:
    return json.loads(answer.partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize("begun", [b"", b"\r\n", b"GET", HEAD, HEAD + b"\r\n" + HEAD])
def test_a_head_that_is_late_ends_the_connection(begun):
    with served(head_seconds=0.3) as port, connected("127.0.0.1", port) as connection:
        connection.sendall(begun)
        started = time.monotonic()
        answer = said(connection)
        assert time.monotonic() - started >= 0.25
        assert answer.count(b"HTTP/1.1 200") == begun.count(b"\r\n\r\n")


def test_a_head_that_drips_is_late_all_the_same():
    with served(head_seconds=0.3) as port, connected("127.0.0.1", port) as connection:
        connection.settimeout(0.1)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                connection.sendall(b"\r\n")
                assert connection.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                pass
            break
        assert time.monotonic() < deadline


def test_an_answer_may_take_longer_than_a_head():
    with served(head_seconds=0.3) as port, connected("127.0.0.1", port) as connection:
        connection.sendall(b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /0 HTT")
        time.sleep(1.1)
        connection.sendall(b"P/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert said(connection).count(b"HTTP/1.1 200") == 2


def test_a_body_may_take_longer_than_a_head():
    with served(head_seconds=0.3) as port, connected("127.0.0.1", port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 3\r\n\r\n")
        for byte in (b"a", b"b", b"c"):
            time.sleep(0.2)
            connection.sendall(byte)
        assert said(connection).endswith(b"\r\n\r\nabc")


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"A: " + b"b" * 9_000 + b"\r\n\r\n",
        HEAD + b"A: b\r\n" * 2_000 + b"\r\n",
        b"GET /" + b"a" * 900_000,
        b"POST /" + b"a" * 9_000 + b" HTTP/1.1\r\nContent-Length: 500000\r\n\r\n" + b"b" * 500_000,
    ],
    ids=["a-header", "headers", "an-address-without-end", "with-a-body"],
)
def test_a_head_that_is_long_is_refused_by_name(head):
    with served(head_bytes=8_000) as port, connected("127.0.0.1", port) as connection:
        connection.sendall(head)
        answer = said(connection)
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert b"\r\naccess-control-allow-origin: *\r\n" in answer
        assert problem(answer)["limit"] == "head_bytes"


def test_a_body_is_no_part_of_the_head():
    body = b"b" * 500_000
    with served(head_bytes=8_000) as port, connected("127.0.0.1", port) as connection:
        head = b"POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 500000\r\n\r\n"
        connection.sendall(head + body)
        assert said(connection).endswith(body)


def test_idle_connections_give_way_to_those_who_ask():
    with served(connections=5) as port, ExitStack() as stack:
        idle = [stack.enter_context(connected("127.0.0.1", port)) for _ in range(5)]
        with connected("127.0.0.1", port) as connection:
            connection.sendall(HEAD + b"Connection: close\r\n\r\n")
            assert said(connection).startswith(b"HTTP/1.1 200 ")
        assert said(idle[0]) == b""  # the one that has waited longest
        idle[4].sendall(HEAD + b"Connection: close\r\n\r\n")
        assert said(idle[4]).startswith(b"HTTP/1.1 200 ")


def test_busy_connections_do_not_give_way():
    with served(connections=3) as port, ExitStack() as stack:
        busy = [stack.enter_context(connected("127.0.0.1", port)) for _ in range(3)]
        for connection in busy:
            connection.sendall(b"GET /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        time.sleep(0.3)
        with connected("127.0.0.1", port) as connection:
            answer = said(connection)
            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nretry-after: " in answer
            assert problem(answer)["limit"] == "connections"
        assert [said(connection)[:12] for connection in busy] == [b"HTTP/1.1 200"] * 3
