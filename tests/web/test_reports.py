"""A verdict is told in the form that a client asks for."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import SH, Graph, Literal
from werkzeug.datastructures import MIMEAccept

from kg.errors import NotAcceptableError
from kg.namespaces import CKG
from kg.store.interface import Verdict
from kg.validation import Finding, Report, Severity
from kg.web.reports import REPORTS, UPLOAD_FORMS, media_type

EVENT = "https://w3id.org/conflict-kg/id/event/"
MISSING = Finding(
    f"{EVENT}a",
    "An event has exactly one rdfs:label, in English.",
    Severity.VIOLATION,
    str(CKG["EventShape-label"]),
    path="http://www.w3.org/2000/01/rdf-schema#label",
    component=str(SH.MinCountConstraintComponent),
    line=4,
    column=1,
    excerpt="4 | event:a a ckg:Event & <more> .\n    ^",
)
WARNING = Finding(f"{EVENT}b", "Compare event:c.", Severity.WARNING, "twins-warning")
REFUSED = Verdict(False, Report.of([MISSING]), (WARNING,))


def told(shared_app: Flask, form: str, verdict: Verdict = REFUSED) -> str:
    with shared_app.test_request_context("/validate", method="POST"):
        return REPORTS[form](verdict)


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ([], "application/json"),
        ([("*/*", 1)], "application/json"),
        ([("text/html", 1), ("application/xhtml+xml", 1), ("*/*", 0.8)], "text/html"),
        ([("application/xhtml+xml", 1)], "text/html"),
        ([("text/turtle;charset=utf-8", 1)], "text/turtle"),
        ([("application/sarif+json", 1)], "application/sarif+json"),
        ([("text/plain", 1), ("application/json", 0.5)], "text/plain"),
    ],
)
def test_the_client_chooses(accept: list[tuple[str, float]], form: str) -> None:
    assert media_type(MIMEAccept(accept)) == form


def test_a_form_that_there_is_not_is_refused() -> None:
    with pytest.raises(NotAcceptableError, match="image/png"):
        media_type(MIMEAccept([("image/png", 1)]))


def test_json_has_the_place_the_problem_and_the_example(shared_app: Flask) -> None:
    document = json.loads(told(shared_app, "application/json"))
    assert document["conforms"] is False
    assert document["violation_count"] == 1
    (violation,) = document["violations"]
    assert violation["problem"] == "event:a has no rdfs:label."
    assert (violation["line"], violation["column"]) == (4, 1)
    assert violation["example"].startswith("event:")
    assert [warning["message"] for warning in document["warnings"]] == [WARNING.message]


def test_a_page_tells_every_finding_and_escapes_what_was_sent(shared_app: Flask) -> None:
    page = told(shared_app, "text/html")
    for text in (
        "does not conform: 1 violation, 1 warning",
        MISSING.message,
        "event:a has no rdfs:label.",
        "line 4, column 1",
        "&amp; &lt;more&gt;",
        "Conforming data looks like this:",
        'href="http://www.w3.org/2000/01/rdf-schema#label"',
        WARNING.message,
    ):
        assert text in page


def test_text_turtle_and_sarif_tell_the_same_findings(shared_app: Flask) -> None:
    assert "does not conform: 1 violation, 1 warning\n" in told(shared_app, "text/plain")
    graph = Graph().parse(data=told(shared_app, "text/turtle"), format="turtle")
    assert len(list(graph.objects(None, SH.result))) == 2
    assert (None, SH.conforms, Literal(False)) in graph
    (run,) = json.loads(told(shared_app, "application/sarif+json"))["runs"]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]


@pytest.mark.parametrize("form", REPORTS)
def test_a_verdict_that_refuses_nothing_conforms_in_every_form(
    shared_app: Flask, form: str
) -> None:
    text = told(shared_app, form, Verdict(True, None, ()))
    assert "does not conform" not in text
    assert "twins" not in text


def test_the_page_has_a_form_for_every_format(client: FlaskClient) -> None:
    page = client.get("/validate").text
    assert '<form action="/validate" method="post">' in page
    for form, name in UPLOAD_FORMS:
        assert f'<option value="{form}">{name}</option>' in page
