"""The W3C's tests of the SPARQL 1.1 Protocol, sent as they are written down."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.sparql.w3c import LABEL, MISSING, UT, path_of
from tests.w3c.exchanges import SUITES, Test, read_manifest
from tests.w3c.scratch import Scratch

MANIFEST = SUITES / "protocol" / "manifest.ttl"
TESTS = read_manifest(MANIFEST)

pytestmark = pytest.mark.skipif(not TESTS, reason=MISSING)


def test_no_entry_of_the_manifest_is_left_out() -> None:
    assert len(TESTS) == 34
    assert all(test.exchanges for test in TESTS)
    assert all(exchange.statuses for test in TESTS for exchange in test.exchanges)


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name)
def test_each_answer_is_as_the_manifest_tells(test: Test, scratch: Scratch) -> None:
    scratch.fill(_data(test))
    for exchange in test.exchanges:
        response = scratch.send(exchange.method, exchange.path, exchange.headers, exchange.body)
        assert exchange.wrong(response) == []
    if test.name.startswith("update"):
        scratch.changed()


def _data(test: Test) -> list[ox.Quad]:
    quads = []
    for graph in test.manifest.objects(test.node, UT.graphData):
        name = ox.NamedNode(str(test.manifest.value(graph, LABEL)))
        path = path_of(test.manifest.value(graph, UT.graph))
        quads += [ox.Quad(*quad.triple, name) for quad in ox.parse(path=path)]
    return quads
