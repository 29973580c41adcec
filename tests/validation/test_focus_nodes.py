from __future__ import annotations

import pytest
from rdflib import Graph, URIRef

from kg.validation import validate

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<http://s.example/s> a sh:NodeShape ; sh:targetSubjectsOf <http://s.example/p> ;
    sh:property [ sh:path <http://s.example/p> ; sh:maxCount 0 ; sh:message "none" ] .
"""


@pytest.mark.parametrize("node", ["http://d.example/a", "urn:a", "s:s", "sh:x", "tag:a,1:b"])
def test_an_iri_of_any_scheme_can_be_the_focus_and_is_no_curie(node):
    data = Graph().parse(data=f"<{node}> <http://s.example/p> 1 .", format="turtle")
    data.bind("s", "http://other.example/")
    shapes = Graph().parse(data=SHAPES, format="turtle")
    report = validate(data, shapes, focus_nodes=[URIRef(node)])
    assert [finding.focus_node for finding in report.violations] == [node]
