"""Each test of the W3C's suite, its report compared result by result."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.shacl.w3c import FOLDER, MISSING, Case, cases, read

from kg.errors import ShaclFailure
from kg.shacl import Graph, MemoryGraph, StoreGraph, compile_shapes, validate

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=MISSING)

CASES = list(cases())
SHAPES = ox.NamedNode("urn:shapes")


def in_memory(case: Case) -> tuple[Graph, MemoryGraph]:
    return read(case.data), read(case.shapes)


def in_store(case: Case) -> tuple[Graph, Graph]:
    store = ox.Store()
    for path, graph in ((case.data, ox.DefaultGraph()), (case.shapes, SHAPES)):
        triples = ox.parse(path=path, base_iri=path.as_uri())
        store.extend(ox.Quad(*quad.triple, graph) for quad in triples)
    return StoreGraph(store, shapes=SHAPES), read(case.shapes)


def check(case: Case, data: Graph, shapes: Graph) -> None:
    if case.fails:
        with pytest.raises(ShaclFailure):
            validate(compile_shapes(shapes), data)
        return
    report = validate(compile_shapes(shapes), data)
    assert case.found(report) == case.expected()
    assert report.conforms == case.conforms
    texts = {message for result in report.results for message in result.messages}
    assert set(case.expected_messages()) <= texts


LOST_IN_STORES = "core/property/datatype-ill-formed"
"""It tells xsd:byte from xsd:integer, which are one type for the engine of a store."""

CORE = [case for case in CASES if case.name.startswith("core/")]
STORED = [case for case in CASES if case.name != LOST_IN_STORES]


def test_every_entry_of_the_manifests_is_run() -> None:
    assert {case.name for case in CORE} | {case.name for case in STORED} == {
        case.name for case in CASES
    }
    assert len(CASES) == len({case.name for case in CASES}) == 120


@pytest.mark.parametrize("case", STORED, ids=lambda case: case.name)
def test_the_report_on_a_store_is_the_expected_one(case: Case) -> None:
    check(case, *in_store(case))


@pytest.mark.parametrize("case", CORE, ids=lambda case: case.name)
def test_the_report_on_a_graph_in_memory_is_the_expected_one(case: Case) -> None:
    check(case, *in_memory(case))
