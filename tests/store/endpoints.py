"""Endpoints for the remote home: one of ours over HTTP in a thread, and servers of others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from tests.peers.servers import PEERS, Peer
from tests.store.serving import supervised
from werkzeug.serving import WSGIRequestHandler, make_server

from kg.store.remote_http import Access
from kg.store.remote_place import Place
from kg.store.served import ServedStore
from kg.tokens import Scope, Tokens
from kg.web import create_app

PLAIN = "kg.processes.opening:PLAIN"

_peers = ExitStack()


class Quiet(WSGIRequestHandler):
    """Keeps connections and says nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Tests have nothing to read there."""


@contextmanager
def endpoint(folder: Path) -> Iterator[Place]:
    """An endpoint with updates, for a while; its dataset is plain."""
    with supervised(folder, PLAIN):
        tokens = Tokens(folder / "tokens.json")
        _, token = tokens.create("tester", [Scope.WRITE])
        app = create_app(ServedStore(folder), tokens=tokens)
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        where = f"http://127.0.0.1:{server.server_port}"
        access = Access(authorization=f"Bearer {token}")
        try:
            yield Place(f"{where}/sparql", f"{where}/sparql", f"{where}/data", access, **FRESH)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


FRESH = {"fresh_seconds": 0.0}


def place_of(peer: Peer) -> Place:
    """Where a server of others is reached."""
    return Place(peer.query, peer.update, peer.data, **FRESH)


@cache
def peer(name: str) -> Peer:
    """A server of others, which runs until `end_peers`."""
    return _peers.enter_context(PEERS[name]())


def end_peers() -> None:
    """For the end of a session."""
    _peers.close()
    peer.cache_clear()
