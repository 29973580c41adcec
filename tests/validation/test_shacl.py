"""A SHACL failure is an error, and never looks like a verdict; a verdict is a value."""

from __future__ import annotations

import pytest
from rdflib import Graph

from kg.errors import ShaclFailure
from kg.rdf.turtle import parse_turtle
from kg.validation import Severity, validate

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
SHAPE = """
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:S-p .
ex:S-p a sh:PropertyShape ; sh:path ex:p ; sh:message "A C has ex:p." ;
"""
DATA = parse_turtle(f"{PREFIXES} ex:one a ex:C ; ex:p 1 . ex:two a ex:C .")


def shapes(text: str) -> Graph:
    return parse_turtle(PREFIXES + text)


def test_a_violation_is_a_result_with_focus_node_path_and_message() -> None:
    report = validate(DATA, shapes(SHAPE + "sh:minCount 1 ."))
    (result,) = report.results
    assert not report.conforms
    assert result.focus_node == "http://example.org/two"
    assert result.path == "http://example.org/p"
    assert result.message == "A C has ex:p."
    assert result.source_shape == "http://example.org/S-p"
    assert result.severity is Severity.VIOLATION


def test_a_warning_is_reported_and_the_data_conforms() -> None:
    report = validate(DATA, shapes(SHAPE + "sh:severity sh:Warning ; sh:minCount 1 ."))
    assert report.conforms
    assert [result.severity for result in report.results] == [Severity.WARNING]
    assert report.fails(Severity.WARNING)
    assert not report.fails(Severity.VIOLATION)


def test_the_value_of_a_result_is_written_as_in_turtle() -> None:
    (result,) = validate(DATA, shapes(SHAPE + "sh:maxInclusive 0 .")).results
    assert result.value == '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_data_that_keeps_the_shapes_conforms() -> None:
    assert validate(DATA, shapes(SHAPE + "sh:maxCount 1 .")).results == ()


@pytest.mark.parametrize(
    "broken",
    [
        'sh:pattern "(" .',
        "sh:minCount 1, 2 .",
        'sh:minCount "many" .',
        "sh:or ex:nothing .",
        "sh:severity ex:Terrible ; sh:minCount 1 .",
    ],
)
def test_shapes_that_cannot_be_run_are_a_failure(broken: str) -> None:
    with pytest.raises(ShaclFailure):
        validate(DATA, shapes(SHAPE + broken))


def test_a_graph_without_shapes_is_a_failure_and_not_conforming_data() -> None:
    with pytest.raises(ShaclFailure, match="no shape has a target"):
        validate(DATA, Graph())


def test_neither_data_nor_shapes_are_changed() -> None:
    data, rules = Graph() + DATA, shapes(SHAPE + "sh:minCount 1 .")
    before = set(rules)
    validate(data, rules)
    assert set(data) == set(DATA)
    assert set(rules) == before
