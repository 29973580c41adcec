"""Answers of an endpoint as they come: passed on, or parsed and written anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import IO, Any, cast

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.remote_http import Call
from kg.store.stream import POLL_SECONDS, Readable, Sink


class Watched:
    """Shuts the connection of a call once nobody wants its answer, and closes it afterwards."""

    def __init__(self, call: Call, sink: Sink, end: Callable[[], None]) -> None:
        self._call = call
        self._end = end
        self._sink = sink
        self._done = threading.Event()

    def __enter__(self) -> None:
        threading.Thread(target=self._wait, name="kg-remote", daemon=True).start()

    def _wait(self) -> None:
        while not self._done.wait(POLL_SECONDS):
            if self._sink.given_up():
                self._call.abort()
                return

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._call.close()
        self._end()


def nothing() -> None:
    """End a turn that nobody had to wait for."""


def write_results(call: Call, wanted: ox.QueryResultsFormat, sink: Sink) -> None:
    """Pass an answer on as it comes where it is in the wanted form, else write it anew."""
    sink.media_type = wanted.media_type
    if call.media_type == wanted.media_type.partition(";")[0]:
        for chunk in call.chunks():
            sink.write(chunk)
        return
    given = ox.QueryResultsFormat.from_media_type(call.media_type)
    if given is None:
        raise StoreError(f"the endpoint answers in {call.media_type or 'no known form'}")
    found = parsed_results(Readable(call.chunks()), given)
    with Parsing():
        found.serialize(cast(IO[bytes], sink), wanted)


def parsed_results(
    data: bytes | Readable, form: ox.QueryResultsFormat
) -> ox.QuerySolutions | ox.QueryBoolean:
    """Solutions, or a truth; raises `StoreError` for what is neither."""
    with Parsing():
        return ox.parse_query_results(cast(Any, data), form)


def parsed_graph(call: Call) -> Iterator[ox.Triple]:
    """The triples of an answer as they come; raises `StoreError` for what is no graph."""
    form = ox.RdfFormat.from_media_type(call.media_type)
    if form is None:
        raise StoreError(f"the endpoint answers in {call.media_type or 'no known form'}")
    with Parsing():
        for quad in ox.parse(cast(IO[bytes], Readable(call.chunks())), form):
            yield quad.triple


class Parsing:
    """Says of what cannot be parsed that the endpoint sent it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SyntaxError | ValueError):
            raise StoreError(f"the endpoint's answer cannot be read: {error}") from error
