"""Our reports are those of pySHACL, result by result."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pyshacl
import pytest
from hypothesis import HealthCheck, given, settings
from rdflib import Graph as RdflibGraph
from tests.examples import examples
from tests.shacl.random_shapes import PREFIXES, data, graph, shapes
from tests.validation.worlds import bad_files, base, ontology, read_bad

from kg.namespaces import AUTHORED, ONTOLOGY, SHAPES
from kg.shacl import MemoryGraph, StoreGraph, ValidationReport, compile_shapes, validate
from kg.shacl.paths import read_path
from kg.shacl.terms import core, sh
from kg.validation.shacl import stored

FIELDS = ("focusNode", "value", "resultSeverity", "sourceConstraintComponent", "sourceShape")

Row = tuple[object, ...]


def ours(report: ValidationReport) -> Counter[Row]:
    return Counter(
        (r.focus_node, r.value, r.severity, r.component, r.source_shape, r.path)
        for r in report.results
    )


def theirs(data: RdflibGraph, shapes: RdflibGraph) -> Counter[Row]:
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    text = results.serialize(format="nt", encoding="utf-8")
    report = MemoryGraph(q.triple for q in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    found: Counter[Row] = Counter()
    for _, node in report.pairs(sh("result")):
        cells = [next(iter(report.objects(node, sh(name))), None) for name in FIELDS]
        paths = report.objects(node, sh("resultPath"))
        found[*cells, read_path(report, paths[0]) if paths else None] += 1
    return found


def comparable(found: Counter[Row]) -> Counter[Row]:
    """Results without those where pySHACL differs: see the table of differences below."""
    return Counter({row: n for row, n in found.items() if not _is_of_equal_nodes(row)})


def _is_of_equal_nodes(row: Row) -> bool:
    return row[3] == core("LessThanOrEquals") and not isinstance(row[1], ox.Literal)


def rdflib_graph(text: str) -> RdflibGraph:
    return RdflibGraph().parse(data=PREFIXES + text, format="turtle")


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(shapes(), data)
def test_random_shapes_find_in_random_data_what_pyshacl_finds(shapes: str, data: str) -> None:
    report = validate(compile_shapes(graph(shapes)), graph(data))
    expected = theirs(rdflib_graph(data), rdflib_graph(shapes))
    assert comparable(ours(report)) == comparable(expected)


DIFFERENCES = {
    # SHACL 4.5.4: a pair that "cannot be compared" is a result, and SPARQL's <= compares no IRIs,
    # not even one with itself.
    "an IRI is not less than or equal to itself": (
        "ex:S sh:targetNode ex:n0 ; sh:path ex:p ; sh:lessThanOrEquals ex:p .",
        "ex:n0 ex:p ex:n1 .",
        "LessThanOrEquals",
    ),
    # SHACL 4.3: a value that "cannot be compared" with the bound is a result, and to SPARQL's <=
    # a boolean is no number.
    "a boolean is not less than a number": (
        "ex:S sh:targetNode ex:n0 ; sh:path ex:p ; sh:maxInclusive 1 .",
        "ex:n0 ex:p true .",
        "MaxInclusive",
    ),
}


@pytest.mark.parametrize(("shapes", "data", "name"), DIFFERENCES.values(), ids=DIFFERENCES.keys())
def test_where_pyshacl_differs_we_keep_to_the_recommendation(
    shapes: str, data: str, name: str
) -> None:
    (result,) = validate(compile_shapes(graph(shapes)), graph(data)).results
    assert result.component == core(name)
    assert theirs(rdflib_graph(data), rdflib_graph(shapes)) == Counter()


def test_all_bad_files_together_break_our_shapes_as_pyshacl_says() -> None:
    data = RdflibGraph() + ontology()[ONTOLOGY] + base()
    for path in bad_files():
        for name, found in read_bad(path).items():
            data += found if name in AUTHORED else RdflibGraph()
    shapes = ontology()[SHAPES]
    plan = compile_shapes(StoreGraph(stored(shapes)))
    report = validate(plan, StoreGraph(stored(data)))
    assert len(report.results) > 100
    assert ours(report) == theirs(data, RdflibGraph() + shapes)
