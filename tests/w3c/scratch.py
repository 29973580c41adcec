"""A server over a plain dataset, as SPARQL has it: no union, no shapes, no gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pyoxigraph as ox
from flask.testing import FlaskClient
from tests.store.serving import QUICK, supervised
from werkzeug.test import TestResponse

from kg.store.interface import Change, CommitMeta, Patch, Update
from kg.store.served import ServedStore
from kg.tokens import Scope, Tokens
from kg.web import create_app

SETUP = "kg.processes.opening:PLAIN"
META = CommitMeta(author="a test", message="a reason", time=datetime(2024, 1, 2, tzinfo=UTC))


class Scratch:
    """The real application over the workers of a real supervisor, as the web process has it.

    A commit is acknowledged before it can be read, so each request asks for the newest generation
    that it knows of.
    """

    own: frozenset[ox.NamedNode] = frozenset()
    """Graphs in which the store keeps something for itself."""

    def __init__(self, home: Path) -> None:
        self.store = ServedStore(home, published=False)
        tokens = Tokens(home / "tokens.json")
        _, self.token = tokens.create("tester", [Scope.WRITE])
        self.client: FlaskClient = create_app(self.store, tokens=tokens).test_client()
        self._numbers = count()
        self._generation = 0
        self._filled: frozenset[ox.Quad] | None = frozenset()

    def fill(self, quads: Iterable[ox.Quad] = ()) -> None:
        """Have just these quads in the store, by commits like any other."""
        wanted = frozenset(quads)
        if self._filled is None:
            self._commit(Update("CLEAR ALL"))
            self._filled = frozenset()
        if wanted != self._filled:
            self._commit(Patch(tuple(wanted - self._filled), tuple(self._filled - wanted)))
            self._filled = wanted

    def _commit(self, change: Change) -> None:
        receipt = self.store.commit(change, META, commit_id=f"fill/{next(self._numbers)}")
        self._generation = receipt.generation

    def changed(self) -> None:
        """Note that a test wrote, so that the next one begins anew."""
        self._filled = None

    def send(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> TestResponse:
        """Send a request with a token that may write."""
        sent = {
            "Authorization": f"Bearer {self.token}",
            "X-KG-At-Least": str(self._generation),
            **(headers or {}),
        }
        response = self.client.open(path, method=method, headers=sent, data=body or None)
        told = int(response.headers.get("X-KG-Generation", 0))
        self._generation = max(self._generation, told)
        return response


@contextmanager
def scratch_server(home: Path) -> Iterator[Scratch]:
    """A server in a folder, for a while."""
    with supervised(home, SETUP, QUICK):
        yield Scratch(home)
