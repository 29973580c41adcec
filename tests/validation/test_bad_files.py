"""Each shape and each check has a file that breaks exactly it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.validation.worlds import bad_files, ontology, read_bad, report_on

from kg.namespaces import CKG, SHAPES, compact
from kg.rdf.placed_turtle import value_of
from kg.validation.checks import check_names, severity_of
from kg.validation.explained import explained
from kg.validation.report import Finding, Severity
from kg.validation.shacl import named_shapes

FILES = bad_files()


def names() -> set[str]:
    shapes = {str(shape).removeprefix(str(CKG)) for shape in named_shapes(ontology()[SHAPES])}
    return shapes | set(check_names())


def test_the_good_world_breaks_nothing() -> None:
    assert report_on({}).results == ()


def test_every_shape_and_every_check_has_a_bad_file() -> None:
    assert names() - {path.stem for path in FILES} == set()


def test_every_bad_file_is_named_after_a_shape_or_a_check() -> None:
    assert {path.stem for path in FILES} - names() == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.sample(8)
def test_a_bad_file_breaks_exactly_what_it_is_named_after(path: Path) -> None:
    results = report_on(read_bad(path)).results
    for result in results:
        told(result)
    assert {result.source_shape.removeprefix(str(CKG)) for result in results} == {path.stem}
    if path.stem in check_names():
        assert {result.severity for result in results} == {severity_of(path.stem)}
    else:
        assert {result.severity for result in results} == {Severity.VIOLATION}


def told(result: Finding) -> None:
    """Whoever breaks this is told what is wrong, and where to read on."""
    about = explained(result)
    assert about.problem.endswith((".", "…"))
    assert "\n" not in about.problem
    if result.component is not None:
        assert about.problem != result.message
        assert compact(value_of(result.value or result.focus_node))[:20] in about.problem
        assert about.example
        assert about.documentation
