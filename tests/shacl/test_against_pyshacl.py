"""Our reports are those of pySHACL, result by result."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pyshacl
from hypothesis import HealthCheck, given, settings
from rdflib import Graph as RdflibGraph
from tests.shacl.random_shapes import PREFIXES, data, graph, shapes
from tests.validation.worlds import bad_files, base, ontology, read_bad

from kg.namespaces import AUTHORED, ONTOLOGY, SHAPES
from kg.shacl import MemoryGraph, StoreGraph, ValidationReport, compile_shapes, validate
from kg.shacl.paths import read_path
from kg.shacl.terms import sh
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


def rdflib_graph(text: str) -> RdflibGraph:
    return RdflibGraph().parse(data=PREFIXES + text, format="turtle")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(shapes(), data)
def test_random_shapes_find_in_random_data_what_pyshacl_finds(shapes: str, data: str) -> None:
    report = validate(compile_shapes(graph(shapes)), graph(data))
    assert ours(report) == theirs(rdflib_graph(data), rdflib_graph(shapes))


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
