"""The W3C's tests of the Graph Store Protocol, sent as they are written down, at `/data`."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from tests.sparql.w3c import MISSING
from tests.w3c.exchanges import SUITES, Exchange, Test, read_manifest
from tests.w3c.older_graph_store import PRESUPPOSED, read_older
from tests.w3c.scratch import Scratch
from werkzeug.test import TestResponse

from kg.namespaces import GRAPH

FOLDER = SUITES / "graph-store-protocol"
TESTS = [
    *read_manifest(FOLDER / "manifest-direct.ttl"),
    *read_manifest(FOLDER / "manifest-indirect.ttl"),
]
OLDER = SUITES / "http-rdf-update" / "manifest.ttl"
SEQUENCE = read_older(OLDER)
TRIPLE = (ox.NamedNode("http://www.example/a"),) * 3

pytestmark = pytest.mark.skipif(not (TESTS and SEQUENCE), reason=MISSING)


def test_no_entry_of_the_manifests_is_left_out() -> None:
    assert len(TESTS) == 14  # with one that its manifest does not list
    assert len(SEQUENCE) == 18
    assert all(test.exchanges for test in (*TESTS, *SEQUENCE))


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_each_answer_is_as_the_manifest_tells(test: Test, scratch: Scratch) -> None:
    scratch.fill()
    scratch.changed()
    values: dict[str, str] = {}
    for exchange in test.exchanges:
        response = sent(scratch, exchange, values)
        assert exchange.wrong(response) == []
        if exchange.location is not None:
            values[exchange.location] = response.headers["Location"]


def test_the_older_suite_passes_from_its_first_entry_to_its_last(scratch: Scratch) -> None:
    """Its entries follow one another: each asks for what those before it have left."""
    scratch.fill([ox.Quad(*TRIPLE, ox.NamedNode(GRAPH[PRESUPPOSED]))])
    scratch.changed()
    values: dict[str, str] = {}
    wrong = {}
    for test in SEQUENCE:
        [exchange] = test.exchanges
        response = sent(scratch, exchange, values)
        if found := exchange.wrong(response):
            wrong[test.name] = found
        if exchange.location is not None:
            values[exchange.location] = urlsplit(response.headers["Location"]).path
    assert wrong == {}


def sent(scratch: Scratch, exchange: Exchange, values: dict[str, str]) -> TestResponse:
    """The answer, with what earlier ones told in the place of `$LOCATION$` and the like."""
    path = exchange.path.replace("/gsp", "/data", 1)
    for name, value in values.items():
        path = path.replace(name, value)
    return scratch.send(exchange.method, path, exchange.headers, exchange.body)
