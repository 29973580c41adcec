"""Endpoints on this machine: one that follows a script, and one that really answers."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from tests.web.conftest import commit
from werkzeug.serving import make_server

from kg.store.embedded import EmbeddedStore
from kg.web import create_app

Script = Callable[[socket.socket], None]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
EMPTY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'


@dataclass
class Scripted:
    """Does the same with every connection, and keeps what it was sent."""

    listener: socket.socket
    script: Script
    context: ssl.SSLContext | None
    heard: list[bytes] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self.port = self.listener.getsockname()[1]

    @property
    def iri(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    def run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            context = self.context
            with context.wrap_socket(connection, server_side=True) if context else connection as c:
                self.heard.append(c.recv(1_000_000))
                self.script(c)


@contextmanager
def scripted(script: Script, context: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Scripted(listener, script, context)
        threading.Thread(target=made.run, daemon=True).start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)


def sends(*parts: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        for part in parts:
            connection.sendall(part)

    return script


def answers(body: bytes, kind: bytes = b"application/sparql-results+json") -> Script:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (kind, len(body))
    return sends(head, body)


@contextmanager
def serving(home: Path, *quads: ox.Quad) -> Iterator[str]:
    """Another server of ours over a plain store; its endpoint."""
    store = EmbeddedStore(home)
    if quads:
        commit(store, *quads)
    server = make_server("127.0.0.1", 0, create_app(store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    server.server_close()
    thread.join()
