"""A WSGI application that does what its address says, a real server for it, and raw sockets."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from kg.errors import LimitError
from kg.processes.settings import Settings
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


def stopped(app) -> int:
    """How many chunks were made when no more are."""
    before = -1
    while before != app.made or not app.made:
        before = app.made
        time.sleep(0.2)
    return app.made
