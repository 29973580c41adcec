from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

import pytest
import uvicorn
from tests.attacks.sockets import connected

from kg.processes.settings import Settings
from kg.web import connection as module
from kg.web.connection import Again, protocol
from kg.web.kept import Kept, KeptAnswers

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
def served(
    kept: KeptAnswers | None = None,
    timeout_keep_alive: int = 5,
    again: Again | None = None,
    **limits: float,
) -> Iterator[int]:
    known = kept.of_head if kept else again
    config = uvicorn.Config(
        kept or application,
        port=0,
        http=protocol(Settings(**limits), {"Access-Control-Allow-Origin": "*"}, known),
        timeout_keep_alive=timeout_keep_alive,
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


class Counted(KeptAnswers):
    """Kept answers of generations; counts requests that were read, and those worked out."""

    def __init__(self) -> None:
        super().__init__(self._worked_out, lambda: self.newest, 1_000_000)
        self.read = self.worked_out = 0
        self.newest = 1

    async def __call__(self, scope, receive, send):
        self.read += 1
        await super().__call__(scope, receive, send)

    async def _worked_out(self, scope, receive, send):
        self.worked_out += 1
        body = f"{scope['path']} {self.newest} ".encode() + b"x" * 50_000
        headers = [
            (b"etag", b'"x"'),
            (b"vary", b"Accept"),
            (b"x-kg-generation", str(self.newest).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


LAST = b"Connection: close\r\n\r\n"


@contextmanager
def answering(port: int) -> Iterator[tuple[socket.socket, BinaryIO]]:
    """A connection, and its answers as a file."""
    with connected("127.0.0.1", port) as connection, connection.makefile("rb") as file:
        connection.settimeout(5)
        yield connection, file


def asked_in_turn(kept: Counted, *pieces: bytes) -> list[tuple[dict[str, str], bytes]]:
    """Head and body of each answer on one connection, with time between the pieces."""
    answers = []
    with served(kept) as port, answering(port) as (connection, file):
        waiting = b""
        for piece in pieces:
            connection.sendall(piece)
            waiting += piece
            for _ in range(waiting.count(b"\r\n\r\n")):
                answers.append(one_answer(file))
            waiting = waiting.rpartition(b"\r\n\r\n")[2]
            time.sleep(0.05)
    return answers


def one_answer(file) -> tuple[dict[str, str], bytes]:
    assert file.readline() == b"HTTP/1.1 200 OK\r\n"
    head = {}
    while line := file.readline().strip().decode():
        name, _, value = line.partition(": ")
        head[name] = value
    if "content-length" in head:
        return head, file.read(int(head["content-length"]))
    body = b""
    while size := int(file.readline(), 16):
        body += file.read(size)
        file.readline()
    file.readline()
    return head, body


def test_a_request_that_comes_as_another_one_came_is_answered_before_it_is_read():
    kept = Counted()
    whole = HEAD + b"Accept: text/csv\r\n\r\n"
    answers = asked_in_turn(kept, *[whole] * 6)
    assert (kept.worked_out, kept.read) == (1, 2)
    assert {body for _, body in answers} == {b"/ 1 " + b"x" * 50_000}
    heads = [head for head, _ in answers]
    assert len({head.pop("x-request-id") for head in heads[1:]}) == 5
    assert all(head.pop("date") for head in heads)
    assert heads[1] == heads[2] == heads[5]
    assert heads[1]["x-kg-generation"] == "1"


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD, b"\r\n"),
        (HEAD + b"\r\n" + HEAD + b"\r\n",),
        (HEAD + b"\r\n" + HEAD, b"\r\n"),
        (b"\r\n" + HEAD + b"\r\n",),
        (HEAD + b"A: b\r\n\r\n",),
        (HEAD + b"X-Request-Id: mine\r\n\r\n",) * 3,
        (HEAD + b"Expect: 100-continue-not\r\n\r\n",) * 3,
    ],
)
def test_a_request_that_comes_in_another_way_is_read(pieces):
    kept = Counted()
    known = (HEAD + b"\r\n",) * 3
    answers = asked_in_turn(kept, *known, *pieces)
    assert kept.worked_out == 1
    assert kept.read == 2 + len(answers) - 3
    assert {body[:4] for _, body in answers} == {b"/ 1 "}


def test_a_connection_that_is_to_be_closed_is_closed():
    kept = Counted()
    with served(kept) as port:
        for _ in range(3):
            with connected("127.0.0.1", port) as connection:
                connection.sendall(HEAD + LAST)
                assert said(connection).count(b"HTTP/1.1 200") == 1
    assert (kept.worked_out, kept.read) == (1, 3)


def test_what_is_of_an_older_generation_is_worked_out_anew():
    kept = Counted()
    whole = HEAD + b"Connection: Keep-Alive\r\n\r\n"
    with served(kept) as port, answering(port) as (connection, file):
        for generation in (1, 2):
            kept.newest = generation
            for _ in range(4):
                connection.sendall(whole)
                assert one_answer(file)[1].startswith(f"/ {generation} ".encode())
    assert (kept.worked_out, kept.read) == (2, 3)


def test_who_does_not_read_what_was_kept_is_not_sent_more_and_more():
    kept = Counted()
    whole = HEAD + b"\r\n"
    with served(kept, stop_seconds=1) as port, answering(port) as (connection, file):
        for _ in range(3):
            connection.sendall(whole)
            one_answer(file)
        for _ in range(2_000):
            try:
                connection.settimeout(0.2)
                connection.sendall(whole)
            except TimeoutError:
                break
            time.sleep(0.0005)
        time.sleep(0.3)
        assert kept.read > 2  # what cannot be written waits like any other answer
        connection.settimeout(5)
        assert one_answer(file)[1][:4] == b"/ 1 "


def test_a_connection_with_such_requests_is_kept_as_long_as_they_come():
    kept = Counted()
    with (
        served(kept, head_seconds=0.4, timeout_keep_alive=1) as port,
        answering(port) as (connection, file),
    ):
        for _ in range(8):
            connection.sendall(HEAD + b"\r\n")
            one_answer(file)
            time.sleep(0.3)
        began = time.monotonic()
        assert file.read(1) == b""
        assert 0.3 < time.monotonic() - began < 5
    assert kept.read == 2


POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
FIVE = POST + b"Content-Length: 5\r\n\r\n"


class Told(list):
    """The whole requests that somebody might know, and an answer to one of them."""

    def __call__(self, data: bytes) -> Kept | None:
        self.append(data)
        known = data.endswith(b"known")
        return Kept(1, [(b"content-length", b"5")], b"again") if known else None


@pytest.mark.parametrize("seconds", [0.05, 5.0])
def test_a_body_that_comes_at_once_is_a_part_of_what_is_known(monkeypatch, seconds):
    monkeypatch.setattr(module, "HELD_SECONDS", seconds)
    told = Told()
    with served(again=told) as port, answering(port) as (connection, file):
        for pieces in ((FIVE + b"known",), (FIVE, b"known"), (FIVE, b"other"), (FIVE + b"other",)):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(0.01)
            assert one_answer(file)[1] == (b"other" if b"other" in pieces[-1] else b"again")
    assert told == [FIVE + body for body in (b"known", b"known", b"other", b"other")]


def test_a_body_that_comes_late_is_read_as_always():
    told = Told()
    with served(again=told) as port, answering(port) as (connection, file):
        for _ in range(2):
            connection.sendall(FIVE)
            time.sleep(4 * module.HELD_SECONDS)
            connection.sendall(b"known")
            assert one_answer(file)[1] == b"known"
        connection.sendall(FIVE)
    with served(again=told, head_seconds=0.3) as port, answering(port) as (connection, file):
        connection.sendall(FIVE + b"known" + FIVE)  # the head of another one after it
        assert one_answer(file)[1] == b"known"
        time.sleep(4 * module.HELD_SECONDS)
        connection.sendall(b"known")
        assert one_answer(file)[1] == b"known"
    assert told == []


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n", b"known"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nknown\r\n0\r\n\r\n"),
        (POST + b"Content-Length: 50000\r\n\r\n", b"known" * 10_000),
    ],
)
def test_a_head_does_not_wait_for_other_bodies(monkeypatch, request_, body):
    monkeypatch.setattr(module, "HELD_SECONDS", 60.0)
    told = Told()
    with served(again=told) as port, answering(port) as (connection, file):
        connection.sendall(request_)
        if b"Expect" in request_:
            assert file.readline() == b"HTTP/1.1 100 Continue\r\n"
            assert file.readline() == b"\r\n"
        time.sleep(0.05)
        connection.sendall(body)
        assert one_answer(file)[1] == (b"known" if len(body) < 100 else body)
    assert told == []


def test_a_head_that_is_too_long_is_refused_whoever_knows_it():
    told = Told()
    with served(again=told, head_bytes=300) as port, connected("127.0.0.1", port) as connection:
        connection.sendall(HEAD + b"A: " + b"b" * 300 + b"\r\n\r\n")
        assert problem(said(connection))["limit"] == "head_bytes"
    assert told == []


def test_a_head_that_waits_does_not_keep_a_server_from_ending(monkeypatch):
    monkeypatch.setattr(module, "HELD_SECONDS", 60.0)
    began = time.monotonic()
    with served(again=Told()) as port, answering(port) as (connection, _):
        connection.sendall(FIVE)
        time.sleep(0.1)
    assert time.monotonic() - began < 10
