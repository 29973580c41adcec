"""Answers leave as they are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kg.errors import StoreError
from kg.store.embedded import EmbeddedStore
from kg.web import create_app

QUERY = {"query": "SELECT * WHERE { ?s ?p ?o }"}


class Slow:
    """A stream that counts what has been read of it, and can break in the middle."""

    media_type = "application/sparql-results+json"
    generation = 1
    answered_by = "a test"
    length = 4

    def __init__(self, *, breaks: bool) -> None:
        self.read = 0
        self.closed = False
        self._breaks = breaks

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self.length):
            self.read += 1
            yield b"x"
            if self._breaks and self.read == self.length - 1:
                raise StoreError("the query was cancelled")

    def close(self) -> None:
        self.closed = True


class SlowStore(EmbeddedStore):
    stream: Slow

    def query(self, *args: Any, **named: Any) -> Any:
        return self.stream


@pytest.fixture
def slow(store: EmbeddedStore) -> SlowStore:
    store.__class__ = SlowStore
    assert isinstance(store, SlowStore)
    return store


def test_the_first_bytes_are_sent_before_the_last_are_made(slow: SlowStore) -> None:
    slow.stream = Slow(breaks=False)
    response = create_app(slow).test_client().get("/sparql", query_string=QUERY, buffered=False)
    chunks = response.iter_encoded()
    assert next(iter(chunks)) == b"x"
    assert slow.stream.read < slow.stream.length
    response.close()
    assert slow.stream.closed


def test_an_answer_that_breaks_off_never_looks_complete(slow: SlowStore) -> None:
    slow.stream = Slow(breaks=True)
    response = create_app(slow).test_client().get("/sparql", query_string=QUERY, buffered=False)
    with pytest.raises(StoreError):
        b"".join(response.iter_encoded())


def test_a_short_answer_says_how_long_it_is(store: EmbeddedStore) -> None:
    client = create_app(store).test_client()
    short = client.get("/sparql", query_string={"query": "ASK {}"})
    assert int(short.headers["Content-Length"]) == len(short.data) > 0
