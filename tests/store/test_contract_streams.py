"""The contract of every home: answers that are long, slow or given up."""

from __future__ import annotations

import gc
import threading

import pyoxigraph as ox
import pytest
from tests.store.homes import JSON, commit
from tests.store.toy import curated, ex, imported

from kg.errors import (
    StoreError,
)
from kg.namespaces import PREFIXES
from kg.store.interface import Limits
from kg.store.values import read

MANY = """SELECT * WHERE {
  VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?c { 0 1 2 3 4 5 6 7 8 9 } VALUES ?d { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?e { 0 1 2 3 4 5 6 7 8 9 } VALUES ?f { 0 1 2 3 4 5 6 7 8 9 }
}"""


ENDLESS = MANY.replace("*", "(COUNT(*) AS ?n)", 1).replace(
    "}\n}", "}\n" + "".join(f"  VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "ghijk") + "}"
)


def test_a_long_answer_comes_in_pieces_while_it_is_made(store):
    stream = store.query(MANY.replace("?f", "?e"), accept="text/csv")
    sizes = [len(chunk) for chunk in stream]
    assert len(sizes) > 10
    assert max(sizes) < sum(sizes) / 5


def test_an_answer_longer_than_its_limit_ends_in_an_error_and_never_looks_whole(store):
    limits = Limits(result_bytes=300_000)
    stream = store.query(MANY, accept=JSON, limits=limits)
    received = 0
    chunks = iter(stream)
    for _ in range(3):
        received += len(next(chunks))
    with pytest.raises(StoreError, match="300000 bytes"):
        received += sum(len(chunk) for chunk in chunks)
    assert 0 < received <= 300_000


def _query_threads():
    return [t for t in threading.enumerate() if t.name == "kg-query" and t.is_alive()]


@pytest.mark.parametrize("how", ["close", "forget"])
def test_an_answer_that_nobody_reads_on_is_given_up(store, how):
    before = set(_query_threads())
    stream = store.query(MANY, accept="text/csv")
    assert next(iter(stream))
    mine = [thread for thread in _query_threads() if thread not in before]
    if how == "close":
        stream.close()
    else:
        del stream
        gc.collect()
    for thread in mine:
        thread.join(timeout=5)
    assert not any(thread.is_alive() for thread in mine)


def test_a_cancelled_query_ends_in_an_error(store):
    cancel = threading.Event()
    stream = store.query(MANY, accept="text/csv", cancel=cancel)
    chunks = iter(stream)
    assert next(chunks)
    cancel.set()
    with pytest.raises(StoreError, match="cancelled"):
        list(chunks)


def test_a_query_cancelled_before_its_first_row_returns_at_once(store):
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    with pytest.raises(StoreError, match="cancelled"):
        store.query(ENDLESS, accept=JSON, cancel=cancel)


def test_a_small_graph_is_written_sorted_with_the_prefixes_that_it_uses(store):
    commit(
        store,
        ox.Quad(ox.NamedNode(PREFIXES["event"] + "z"), ex("p"), ox.Literal("x"), curated),
        ox.Quad(ox.NamedNode(PREFIXES["event"] + "a"), ex("p"), ox.Literal("x"), imported),
        ox.Quad(
            ox.NamedNode(PREFIXES["event"] + "a"),
            ox.NamedNode(PREFIXES["rdf"] + "type"),
            ox.NamedNode(PREFIXES["ckg"] + "Event"),
            curated,
        ),
    )
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(event:))) }"
    stream = store.query(text, accept="text/turtle")
    assert read(stream).decode().splitlines() == [
        "@prefix ckg: <https://w3id.org/conflict-kg/ns#> .",
        "@prefix event: <https://w3id.org/conflict-kg/id/event/> .",
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .",
        "event:a a ckg:Event ;",
        '\t<http://example.org/p> "x" .',
        'event:z <http://example.org/p> "x" .',
    ]
