"""A WSGI application behind the bridge and a real server, asked over raw sockets."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import uvicorn

from kg.errors import CancelledError, LimitError
from kg.processes.settings import Settings
from kg.web.bridge import Bridge, Cancel, _Lane, environ_of
from kg.web.connection import protocol

SOON = 1.0
SMALL = 65_536
CHUNK = b"x" * 65_536


class App:
    """A WSGI application that waits, streams and breaks as its address says."""

    def __init__(self):
        self.cancelled = threading.Event()
        self.closed = threading.Event()
        self.entered = threading.Semaphore(0)
        self.let_go = threading.Event()
        self.calls = 0
        self.made = 0
        self.seen = {}

    def __call__(self, environ, start_response):
        self.calls += 1
        self.seen = dict(environ)
        return getattr(self, environ["PATH_INFO"].split("/")[1])(environ, start_response)

    def text(self, environ, start_response):
        body = environ["QUERY_STRING"].encode() or b"hello"
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    def echo(self, environ, start_response):
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(len(body)).encode(), b" ", body[:5]]

    def empty(self, environ, start_response):
        start_response("204 No Content", [("Content-Length", "0")])
        return []

    def unchanged(self, environ, start_response):
        start_response("304 Not Modified", [("Content-Length", "5")])
        return [b"hello"]

    def waits(self, environ, start_response):
        environ["kg.cancel"].on_set(self.cancelled.set)
        self.entered.release()
        while not self.let_go.wait(0.01) and not environ["kg.cancel"].is_set():
            pass
        return self.text(environ, start_response)

    def deaf(self, environ, start_response):
        self.entered.release()
        self.let_go.wait(10)
        return self.text(environ, start_response)

    def streams(self, environ, start_response):
        start_response("200 OK", [])
        environ["kg.cancel"].on_set(self.cancelled.set)
        return Stream(self)

    def breaks(self, environ, start_response):
        told = environ["QUERY_STRING"]
        start_response("200 OK", [("Content-Length", told)] if told else [])
        yield b"first "
        yield b"second"
        raise LimitError("too long", limit="seconds")

    def breaks_at_once(self, environ, start_response):
        raise LimitError("too long", limit="seconds")

    def short(self, environ, start_response):
        start_response("200 OK", [("Content-Length", "10")])
        return [b"hello"]

    def pieces(self, environ, start_response):
        start_response("200 OK", [])
        return [b"one ", b"", b"two ", b"three"]

    def writes(self, environ, start_response):
        write = start_response("200 OK", [])
        write(b"written ")
        return [b"returned"]

    def regrets(self, environ, start_response):
        start_response("200 OK", [])
        try:
            raise ValueError("a mistake")
        except ValueError as error:
            start_response("500 Oh", [], (ValueError, error, error.__traceback__))
        return [b"sorry"]


class Stream:
    """Chunks without an end."""

    def __init__(self, app):
        self.app = app

    def __iter__(self):
        return self

    def __next__(self):
        self.app.made += 1
        return CHUNK

    def close(self):
        self.app.closed.set()


@contextmanager
def serving(application, **settings) -> Iterator[tuple[str, int]]:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections inherit it
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    config = uvicorn.Config(
        application,
        http=protocol(Settings(), {}),
        ws="none",
        loop="asyncio",
        log_config=None,
        **settings,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        thread.join(20)
        listening.close()
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def _quiet():
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)


@pytest.fixture
def app():
    app = App()
    yield app
    app.let_go.set()


@pytest.fixture
def place(app):
    bridge = Bridge(app, threads=4, max_body=3_000_000, waiting=2, headers={"X-Ours": "yes"})
    with serving(bridge) as place:
        yield place
        app.let_go.set()


def connect(place, request=b""):
    client = socket.create_connection(place, timeout=10)
    client.sendall(request)
    return client


def get(path, *more, method="GET", version="1.1"):
    lines = [f"{method} {path} HTTP/{version}", "Host: here", *more, "", ""]
    return "\r\n".join(lines).encode()


def everything(client) -> bytes:
    with client:
        return b"".join(iter(lambda: client.recv(65_536), b""))


def ask(place, path, *more, body=b"", **named) -> tuple[int, bytes, bytes]:
    """Status, headers (in lower case) and body as sent."""
    with connect(place, get(path, "Connection: close", *more, **named) + body) as client:
        head, _, rest = everything(client).partition(b"\r\n\r\n")
    return int(head.split()[1]), head.lower(), rest


def one_answer(client) -> bytes:
    """The body of one answer that tells its length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += client.recv(1)
    length = int(data.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    body = b""
    while len(body) < length:
        body += client.recv(length - len(body))
    return body


def seconds_until(event) -> float:
    start = time.perf_counter()
    assert event.wait(SOON)
    return time.perf_counter() - start


def reset(client) -> None:
    """Leave as a crashed client does."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
def test_a_client_that_leaves_before_the_first_byte_is_noticed(app, place, leave):
    client = connect(place, get("/waits"))
    assert app.entered.acquire(timeout=5)
    leave(client)
    sys.stdout.write(f"noticed after {seconds_until(app.cancelled) * 1000:.1f} ms\n")


def test_a_client_that_leaves_after_it_sent_a_body_is_noticed(app, place):
    client = connect(place, get("/waits", "Content-Length: 5", method="POST") + b"hello")
    assert app.entered.acquire(timeout=5)
    client.close()
    seconds_until(app.cancelled)


@pytest.mark.parametrize("requests", [2, 5])
def test_a_client_that_sent_several_requests_and_leaves_is_noticed(app, place, requests):
    client = connect(place, get("/waits") * requests)
    assert app.entered.acquire(timeout=5)
    client.close()
    seconds_until(app.cancelled)
    assert not app.entered.acquire(timeout=0.2)  # nobody is asked for the others


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
def test_a_client_that_leaves_in_mid_answer_ends_it(app, place, leave):
    client = connect(place, get("/streams"))
    assert client.recv(1000)
    leave(client)
    sys.stdout.write(f"noticed after {seconds_until(app.cancelled) * 1000:.1f} ms\n")
    seconds_until(app.closed)
    made = app.made
    time.sleep(0.05)
    assert app.made == made


def test_a_client_that_stopped_reading_and_leaves_ends_the_answer(app, place):
    client = connect(place, get("/streams"))
    stopped(app)
    client.close()
    seconds_until(app.cancelled)
    seconds_until(app.closed)


def test_an_answer_that_was_taken_cancels_nothing(app, place):
    app.let_go.set()
    with connect(place) as client:
        for _ in range(20):
            client.sendall(get("/waits"))
            assert one_answer(client) == b"hello"
    time.sleep(0.05)
    assert not app.cancelled.is_set()


def stopped(app) -> int:
    """How many chunks were made when no more are."""
    before = -1
    while before != app.made or not app.made:
        before = app.made
        time.sleep(0.2)
    return app.made


def test_a_slow_reader_holds_the_producer_back(app, place):
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)  # else the kernel takes MBs
        client.settimeout(10)
        client.connect(place)
        client.sendall(get("/streams"))
        read = 0
        for goal in (1, 2_000_000, 20_000_000):
            while read < goal:
                read += len(client.recv(min(1_000_000, goal - read)))
            assert stopped(app) * len(CHUNK) < read + 1_000_000
        assert app.made * len(CHUNK) >= read - 200_000  # the framing


def test_a_reader_who_takes_nothing_for_too_long_gives_its_thread_back(app):
    bridge = Bridge(app, threads=1, max_body=0, stall=0.3)
    with serving(bridge) as place, connect(place, get("/streams")):
        assert app.closed.wait(5)
        assert ask(place, "/text")[2] == b"hello"


def test_an_answer_that_breaks_off_lacks_its_last_chunk(place):
    status, head, body = ask(place, "/breaks")
    assert status == 200
    assert b"transfer-encoding: chunked" in head
    assert body == b"6\r\nfirst \r\n6\r\nsecond\r\n"


def test_an_answer_that_breaks_off_is_shorter_than_it_said(place):
    status, head, body = ask(place, "/breaks?100")
    assert status == 200
    assert b"content-length: 100" in head
    assert body == b"first second"


def test_an_answer_shorter_than_it_said_closes_the_connection(place):
    assert everything(connect(place, get("/short"))).endswith(b"hello")


def test_an_error_before_the_first_byte_is_a_500(place):
    assert ask(place, "/breaks_at_once")[0] == 500


def test_an_old_client_is_told_the_length(app, place):
    status, head, body = ask(place, "/pieces", version="1.0")
    assert (status, body) == (200, b"one two three")
    assert b"content-length: 13" in head
    assert b"transfer-encoding" not in head


def test_an_old_client_never_sees_a_part_of_an_answer(place):
    assert ask(place, "/breaks", version="1.0")[0] == 500


def test_an_old_client_that_leaves_ends_the_answer(app, place):
    client = connect(place, get("/streams", version="1.0"))
    while not app.made:
        time.sleep(0.001)
    client.close()
    seconds_until(app.closed)


def test_chunks_go_out_one_by_one(place):
    assert ask(place, "/pieces")[2] == b"4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n"
    assert ask(place, "/writes")[2] == b"8\r\nwritten \r\n8\r\nreturned\r\n0\r\n\r\n"


def test_an_answer_can_be_replaced_before_it_is_sent(place):
    status, _, body = ask(place, "/regrets")
    assert (status, body) == (500, b"5\r\nsorry\r\n0\r\n\r\n")


@pytest.mark.parametrize(("path", "length"), [("/text", b"5"), ("/pieces", None)])
def test_head_has_the_headers_and_no_body(place, path, length):
    status, head, body = ask(place, path, method="HEAD")
    assert (status, body) == (200, b"")
    assert length is None or b"content-length: " + length in head


def test_head_closes_the_answer_without_making_it(app, place):
    assert ask(place, "/streams", method="HEAD")[0] == 200
    assert app.closed.is_set()
    assert app.made <= 1


@pytest.mark.parametrize(("path", "status"), [("/empty", 204), ("/unchanged", 304)])
def test_answers_without_a_body_have_none(place, path, status):
    assert ask(place, path)[::2] == (status, b"")


@pytest.mark.parametrize("size", [0, 5, 1_500_000, 3_000_000])
def test_bodies_arrive_whole(app, place, size):
    body = b"x" * size
    _, _, answer = ask(place, "/echo", f"Content-Length: {size}", method="POST", body=body)
    assert answer.startswith(b"%x\r\n%d\r\n" % (len(str(size)), size))
    assert app.seen["CONTENT_LENGTH"] == str(size)


def test_a_body_in_chunks_arrives_whole_and_has_a_length(app, place):
    body = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    _, _, answer = ask(place, "/echo", "Transfer-Encoding: chunked", method="POST", body=body)
    assert b"11" in answer
    assert app.seen["CONTENT_LENGTH"] == "11"
    assert "HTTP_TRANSFER_ENCODING" not in app.seen


def test_a_body_that_says_it_is_too_long_is_refused_unread(app, place):
    status, head, body = ask(place, "/echo", "Content-Length: 3000001", method="POST")
    assert status == 413
    assert b"application/problem+json" in head
    assert b"x-ours: yes" in head
    assert json.loads(body)["limit"] == "max_body"
    assert app.calls == 0


def test_a_body_that_turns_out_too_long_is_refused(app, place):
    chunk = b"10000\r\n" + CHUNK + b"\r\n"
    with connect(place, get("/echo", "Transfer-Encoding: chunked", method="POST")) as client:
        for _ in range(60):  # 3.9 MB, and no end
            client.sendall(chunk)
        assert client.recv(100).startswith(b"HTTP/1.1 413")
    assert app.calls == 0


def test_a_client_that_sends_all_before_it_reads_learns_that_its_body_is_too_long(place):
    size = 3_500_000
    body = b"x" * size
    assert ask(place, "/echo", f"Content-Length: {size}", method="POST", body=body)[0] == 413


def test_a_body_that_does_not_come_is_not_waited_for(app):
    bridge = Bridge(app, threads=1, max_body=10, stall=0.2)
    request = get("/echo", "Content-Length: 5", method="POST")
    with serving(bridge) as place, connect(place, request) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 408")
    assert app.calls == 0


def test_a_client_that_asks_first_is_told_to_go_on(place):
    headers = ("Content-Length: 5", "Expect: 100-continue")
    with connect(place, get("/echo", *headers, method="POST")) as client:
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hello")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_client_that_asks_first_is_told_that_its_body_is_too_long(place):
    headers = ("Content-Length: 3000001", "Expect: 100-continue")
    with connect(place, get("/echo", *headers, method="POST")) as client:
        assert client.recv(1000).startswith(b"HTTP/1.1 413")


def test_a_connection_is_used_again_after_every_kind_of_answer(app, place):
    with connect(place) as client:
        for _ in range(3):
            client.sendall(get("/text"))
            assert one_answer(client) == b"hello"
            client.sendall(get("/text", method="HEAD"))
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            client.sendall(get("/pieces"))
            streamed = b""
            while not streamed.endswith(b"0\r\n\r\n"):
                streamed += client.recv(1000)
            client.sendall(get("/echo", "Content-Length: 5", method="POST") + b"hello")
            echoed = b""
            while not echoed.endswith(b"0\r\n\r\n"):
                echoed += client.recv(1000)
    assert app.calls == 12


def test_requests_sent_together_are_answered_in_their_order(place):
    with connect(place, b"".join(get(f"/text?{n}") for n in range(10))) as client:
        assert [one_answer(client) for _ in range(10)] == [b"%d" % n for n in range(10)]


def test_many_at_once_get_their_own_answers(app):
    with serving(Bridge(app, threads=8, max_body=0, waiting=200)) as place:

        def many(number):
            with connect(place) as client:
                for turn in range(20):
                    client.sendall(get(f"/text?{number}-{turn}"))
                    assert one_answer(client) == b"%d-%d" % (number, turn)

        with ThreadPoolExecutor(40) as pool:
            list(pool.map(many, range(40)))
    assert app.calls == 800


def busy(app, place, count, path="/waits"):
    clients = [connect(place, get(path)) for _ in range(count)]
    for _ in clients:
        assert app.entered.acquire(timeout=5)
    return clients


def test_when_the_line_is_full_the_next_is_told_when_to_come_again(app, place):
    clients = busy(app, place, 4)
    waiting = [connect(place, get("/text")) for _ in range(2)]
    time.sleep(0.1)
    status, head, body = ask(place, "/text")
    assert status == 503
    assert b"retry-after: 5" in head
    assert b"x-ours: yes" in head
    assert json.loads(body)["limit"] == "threads"
    app.let_go.set()
    assert [one_answer(client) for client in clients + waiting] == [b"hello"] * 6
    for client in clients + waiting:
        client.close()


def test_who_leaves_the_line_is_never_asked_for(app, place):
    clients = busy(app, place, 4)
    calls = app.calls
    for _ in range(5):  # more than fit into the line, one after the other
        left = [connect(place, get("/text")) for _ in range(2)]
        time.sleep(0.05)
        for client in left:
            client.close()
        time.sleep(0.05)
    app.let_go.set()
    assert [one_answer(client) for client in clients] == [b"hello"] * 4
    for client in clients:
        client.close()
    assert app.calls == calls
    app.let_go.clear()
    for client in busy(app, place, 4):  # no thread was kept for them
        client.close()


def test_a_thread_whose_client_left_is_not_given_away_before_it_is_free(app):
    with serving(Bridge(app, threads=1, max_body=0)) as place:
        busy(app, place, 1, "/deaf")[0].close()
        with connect(place, get("/text")) as client:
            client.settimeout(0.3)
            with pytest.raises(TimeoutError):
                client.recv(1)
            app.let_go.set()
            client.settimeout(5)
            assert one_answer(client) == b"hello"


def test_who_gets_a_thread_while_leaving_passes_it_on():
    async def both_at_once():
        lane = _Lane(threads=1, waiting=1)
        stays, leaves = asyncio.Event(), asyncio.Event()
        here, gone = (asyncio.create_task(event.wait()) for event in (stays, leaves))
        await lane.enter(here)
        waiting = asyncio.create_task(lane.enter(gone))
        await asyncio.sleep(0)
        leaves.set()
        lane.leave()
        with pytest.raises(CancelledError):
            await waiting
        await asyncio.wait_for(lane.enter(here), SOON)
        here.cancel()

    asyncio.run(both_at_once())


def test_a_full_lane_leaves_the_others_alone(app):
    bridge = Bridge(
        app,
        threads=1,
        max_body=0,
        waiting=1,
        lanes={"heavy": 2},
        lane_of=lambda path: "heavy" if path == "/waits" else "light",
    )
    with serving(bridge) as place:
        clients = busy(app, place, 2)
        clients.append(connect(place, get("/waits")))
        time.sleep(0.1)
        assert ask(place, "/waits")[0] == 503
        assert ask(place, "/text")[0] == 200
        app.let_go.set()
        for client in clients:
            assert one_answer(client) == b"hello"
            client.close()


def test_a_server_that_stops_tells_those_it_does_not_wait_for(app):
    with serving(Bridge(app, threads=1, max_body=0), timeout_graceful_shutdown=1) as place:
        client = busy(app, place, 1)[0]
    assert app.cancelled.is_set()
    client.close()


def test_the_environ_says_what_was_asked(app):
    with serving(Bridge(app, threads=1, max_body=10), root_path="/kg") as place:
        headers = ["X-Two: a", "X-Two: b", "Cookie: a=1", "Cookie: b=2", "X_Two: c", "Proxy: evil"]
        headers += ["Content-Type: text/plain", "Content-Length: 2"]
        ask(place, "/text/%C3%A9%FF%2F?q=%20&r", *headers, method="POST", body=b"hi")
    environ = app.seen
    assert environ["SCRIPT_NAME"] == "/kg"
    assert environ["PATH_INFO"].encode("latin-1") == b"/text/\xc3\xa9\xff/"
    assert environ["QUERY_STRING"] == "q=%20&r"
    assert environ["HTTP_X_TWO"] == "a,b"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["CONTENT_LENGTH"] == "2"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == (place[0], str(place[1]))
    assert environ["SERVER_PROTOCOL"] == "HTTP/1.1"
    assert environ["wsgi.url_scheme"] == "http"
    assert not {"HTTP_PROXY", "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & set(environ)


def test_an_environ_is_made_without_what_a_server_may_leave_out():
    scope = {"type": "http", "method": "GET", "path": "/é", "http_version": "1.1", "headers": []}
    environ = environ_of(scope)
    assert environ["PATH_INFO"].encode("latin-1") == "/é".encode()
    assert environ["SERVER_NAME"] == "localhost"
    assert environ["REMOTE_ADDR"] == ""


def test_what_asks_to_be_called_is_called_once():
    cancel, calls = Cancel(), []
    cancel.on_set(lambda: calls.append("early"))
    forget = cancel.on_set(lambda: calls.append("forgotten"))
    forget()
    forget()
    assert not cancel.is_set()
    cancel.set()
    cancel.set()
    cancel.on_set(lambda: calls.append("late"))
    assert calls == ["early", "late"]
    assert cancel.wait(0)
    assert isinstance(cancel, threading.Event)


def test_one_that_raises_keeps_no_other_from_being_called():
    cancel, calls = Cancel(), []
    cancel.on_set(lambda: calls.append(1))
    cancel.on_set(lambda: 1 / 0)
    cancel.on_set(lambda: calls.append(2))
    with pytest.raises(ZeroDivisionError):
        cancel.set()
    assert sorted(calls) == [1, 2]
    assert cancel.is_set()


def test_other_protocols_are_not_spoken():
    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(Bridge(App(), threads=1, max_body=0)({"type": "websocket"}, None, None))
