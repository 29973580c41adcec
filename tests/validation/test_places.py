"""A finding points at the place in the contributor's text where it is to be mended."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from kg.namespaces import CKG as NAMESPACE
from kg.validation import Finding, Report, Severity
from kg.validation.places import placed

CKG = {name: str(NAMESPACE[name]) for name in ("certainty", "claimant", "label", "mode")}
EX = "http://example.org/"
SHACL = "http://www.w3.org/ns/shacl#"
TEXT = """@prefix ex: <http://example.org/> .
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
ex:other ex:knows ex:gone .
ex:s ckg:certainty ex:one , "two"@en ;
    ckg:mode "12" ;
    ckg:evidence ex:near .
ex:near ckg:textLength 99 .
"""


def shape(
    node: str, path: str | None = None, value: str | None = None, file: str | None = None
) -> Finding:
    component = f"{SHACL}ClassConstraintComponent"
    return Finding(
        f"{EX}{node}", "A rule.", Severity.VIOLATION, "shape", path, value, file, component
    )


def check(node: str, message: str) -> Finding:
    return Finding(f"{EX}{node}", message, Severity.VIOLATION, "some-violation")


def place(finding: Finding, text: str = TEXT) -> tuple[int | None, int | None]:
    (found,) = placed(Report.of([finding]), text, "text/turtle").results
    return found.line, found.column


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        pytest.param(
            shape("s", CKG["certainty"], f"{EX}one"), (4, 20), id="a value that is an IRI"
        ),
        pytest.param(
            shape("s", CKG["certainty"], '"two"@en'), (4, 29), id="a value that is a text"
        ),
        pytest.param(shape("s", CKG["certainty"]), (4, 29), id="the last of too many values"),
        pytest.param(shape("s", CKG["mode"]), (5, 5), id="the property of the only value"),
        pytest.param(shape("s", CKG["claimant"]), (4, 1), id="the node of a missing property"),
        pytest.param(shape("s", value=f"{EX}s"), (4, 1), id="the node itself"),
        pytest.param(shape("gone", CKG["label"]), (3, 19), id="a node that is only mentioned"),
        pytest.param(shape("unknown", CKG["label"]), (None, None), id="a node of elsewhere"),
        pytest.param(check("s", "The ckg:mode is one."), (5, 5), id="a property that is named"),
        pytest.param(check("s", f"Compare {EX}one."), (4, 20), id="an object that is named"),
        pytest.param(check("s", "ckg:mode is not 12."), (5, 14), id="both are named"),
        pytest.param(check("s", "ckg:textLength: 99"), (7, 24), id="an object of an object"),
        pytest.param(check("s", "Two names."), (4, 1), id="nothing that is named"),
    ],
)
def test_a_finding_points_at(finding: Finding, expected: tuple[int | None, int | None]) -> None:
    assert place(finding) == expected


def test_the_line_is_shown_with_a_caret() -> None:
    (found,) = placed(Report.of([shape("s", CKG["mode"], '"12"')]), TEXT, "text/turtle").results
    assert found.excerpt == '5 |     ckg:mode "12" ;\n                 ^'


def test_only_findings_about_the_file_are_placed_and_no_place_is_taken_back() -> None:
    report = Report.of(
        [shape("s", CKG["mode"], file="a.ttl"), shape("near", CKG["mode"], file="b.ttl")]
    )
    once = placed(report, TEXT, "text/turtle", file="a.ttl")
    assert {(r.file, r.line) for r in once.results} == {("a.ttl", 5), ("b.ttl", None)}
    twice = placed(once, "", "text/turtle", file="a.ttl")
    assert twice == once


def _triples() -> str:
    return f'<{EX}a> <{CKG["mode"]}> "x" .\n<{EX}s> <{CKG["mode"]}> "12" .\n'


FORMATS: dict[str, Callable[[], str]] = {
    "text/turtle": _triples,
    "application/n-triples": _triples,
    "application/n-quads": lambda: _triples().replace('" .', '" <http://example.org/g> .'),
    "application/trig": lambda: f"<{EX}g> {{\n{_triples().splitlines()[1]} }}",
    "application/ld+json": lambda: json.dumps(
        [{"@id": f"{EX}s", CKG["mode"]: "12"}], separators=(",\n", ": ")
    ),
    "application/rdf+xml": lambda: (
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:c="'
        f'{NAMESPACE}"><r:Description r:about="{EX}s">\n<c:mode>12</c:mode></r:Description></r:RDF>'
    ),
}


@pytest.mark.parametrize("media_type", FORMATS)
def test_every_format_has_lines(media_type: str) -> None:
    report = Report.of([shape("s", CKG["mode"], '"12"')])
    (found,) = placed(report, FORMATS[media_type](), media_type).results
    assert found.line == 2
