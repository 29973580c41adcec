"""The same report for terminals, for programs that know SHACL, and for those that know SARIF."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from kg.errors import TurtleError
from kg.namespaces import CKG
from kg.validation import Finding, Report, Severity
from kg.validation.render import human
from kg.validation.render_sarif import error_as_sarif, to_sarif
from kg.validation.render_turtle import to_turtle

PERSON = "https://w3id.org/conflict-kg/id/person/"
LABEL = str(RDFS.label)
MISSING = Finding(
    f"{PERSON}a",
    "A claimant has exactly one rdfs:label, in English.",
    Severity.VIOLATION,
    str(CKG["ClaimantShape-label"]),
    path=LABEL,
    file="my data/a.ttl",
    component=str(SH.MinCountConstraintComponent),
    line=3,
    column=1,
    excerpt="3 | person:a a ckg:Person .\n    ^",
)
TAGGED = Finding(
    f"{PERSON}b",
    MISSING.message,
    Severity.VIOLATION,
    MISSING.source_shape,
    path=LABEL,
    value='"Анна \\"A\\""@ru',
    file="/data/b.ttl",
    component=str(SH.LanguageInConstraintComponent),
    line=9,
    column=16,
)
CHECK = Finding(f"{PERSON}c", "Compare person:a.", Severity.WARNING, "twins-warning")
NOTE = Finding(f"{PERSON}d", "It is like person:a.", Severity.INFO, "alike", line=2)
ALL = Report.of([MISSING, TAGGED, CHECK, NOTE])


def sarif(report: Report) -> dict[str, Any]:
    (run,) = json.loads(to_sarif(report))["runs"]
    assert isinstance(run, dict)
    return run


def graph_of(report: Report) -> Graph:
    return Graph().parse(data=to_turtle(report), format="turtle")


def test_a_report_in_turtle_has_what_the_recommendation_asks_of_a_result() -> None:
    graph = graph_of(ALL)
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms) == Literal(False)
    results = list(graph.objects(node, SH.result))
    assert len(results) == len(ALL.results)
    for result in results:
        assert (result, RDF.type, SH.ValidationResult) in graph
        for once in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent):
            assert len(list(graph.objects(result, once))) == 1
        for at_most_once in (SH.resultPath, SH.value, SH.sourceShape):
            assert len(list(graph.objects(result, at_most_once))) <= 1
        assert list(graph.objects(result, SH.resultMessage))
    severities = sorted(graph.objects(None, SH.resultSeverity))
    assert severities == [SH.Info, SH.Violation, SH.Violation, SH.Warning]


def test_a_result_in_turtle_is_the_finding() -> None:
    graph = graph_of(Report.of([TAGGED]))
    (result,) = graph.objects(None, SH.result)
    told = {
        SH.focusNode: URIRef(TAGGED.focus_node),
        SH.resultPath: RDFS.label,
        SH.value: Literal('Анна "A"', lang="ru"),
        SH.sourceShape: CKG["ClaimantShape-label"],
        SH.sourceConstraintComponent: SH.LanguageInConstraintComponent,
        DCTERMS.source: Literal("/data/b.ttl:9:16"),
    }
    assert {p: graph.value(result, p) for p in told} == told


def test_a_report_in_turtle_conforms_only_without_any_result() -> None:
    assert (None, SH.conforms, Literal(True)) in graph_of(Report())
    assert (None, SH.conforms, Literal(False)) in graph_of(Report.of([NOTE]))


def test_a_log_of_sarif_has_what_its_standard_asks_for() -> None:
    document = json.loads(to_sarif(ALL))
    assert document["version"] == "2.1.0"
    assert urlsplit(document["$schema"]).scheme == "https"
    run = sarif(ALL)
    driver = run["tool"]["driver"]
    assert driver["name"]
    assert run["invocations"] == [{"executionSuccessful": True}]
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == 3
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert "helpUri" not in rule or urlsplit(rule["helpUri"]).scheme in ("http", "https")
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        assert all(result["partialFingerprints"].values())
        (location,) = result["locations"]
        if physical := location.get("physicalLocation"):
            assert " " not in physical["artifactLocation"]["uri"]
            assert physical["region"]["startLine"] >= 1
            assert physical["region"]["startColumn"] >= 1


def test_a_result_of_sarif_says_what_is_wrong_where() -> None:
    first, second, *others = sarif(ALL)["results"]
    assert [first["level"], second["level"], *(o["level"] for o in others)] == [
        "error",
        "error",
        "warning",
        "note",
    ]
    by_uri = {
        r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]: r for r in (first, second)
    }
    assert set(by_uri) == {"my%20data/a.ttl", "file:///data/b.ttl"}
    text = by_uri["my%20data/a.ttl"]["message"]["text"]
    assert text == f"person:a has no rdfs:label. {MISSING.message}"


def test_what_has_no_file_is_called_data_in_sarif() -> None:
    (result,) = sarif(Report.of([NOTE]))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"] == {"uri": "data"}
    assert physical["region"]["startLine"] == 2


def test_a_fingerprint_stays_when_lines_move_and_differs_between_findings() -> None:
    def fingerprints(report: Report) -> list[Any]:
        return [result["partialFingerprints"] for result in sarif(report)["results"]]

    moved = Finding(
        *[getattr(MISSING, n) for n in ("focus_node", "message", "severity")],
        MISSING.source_shape,
        path=LABEL,
        file="other.ttl",
        line=70,
        column=2,
    )
    assert fingerprints(Report.of([MISSING])) == fingerprints(Report.of([moved]))
    one, two = fingerprints(Report.of([MISSING, TAGGED]))
    assert one != two


def test_a_file_that_cannot_be_read_is_a_failed_run_with_one_error() -> None:
    error = TurtleError("a dot is expected", hint="write it", source="a.ttl", line=4)
    (run,) = json.loads(error_as_sarif(error))["runs"]
    assert run["invocations"] == [{"executionSuccessful": False}]
    (result,) = run["results"]
    assert result["level"] == "error"
    assert result["message"]["text"] == "a dot is expected (write it)"
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 4,
        "startColumn": 1,
    }


def test_colours_are_there_only_when_asked_for() -> None:
    assert "\x1b[" not in human(ALL)
    coloured = human(ALL, colour=True)
    assert "\x1b[1;31mviolation\x1b[0m ckg:ClaimantShape-label (2)" in coloured
    for code in ("1;31", "1;33", "1;36", "1", "31", "2"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured.replace("\x1b[0m", "") == human(ALL)


def test_people_read_place_problem_line_example_and_documentation() -> None:
    assert human(Report.of([MISSING])) == (
        "violation ckg:ClaimantShape-label (1)\n"
        "  A claimant has exactly one rdfs:label, in English.\n"
        "\n"
        "  my data/a.ttl:3:1\n"
        "    person:a has no rdfs:label.\n"
        "    3 | person:a a ckg:Person .\n"
        "        ^\n"
        "\n"
        "  Conforming data looks like this:\n"
        "    person:ann a ckg:Person ;\n"
        '        rdfs:label "Ann"@en .\n'
        f"  See {LABEL}\n"
        "\n"
        "does not conform: 1 violation, 0 warnings"
    )


@pytest.mark.parametrize("most", [1, 2, 5])
def test_what_is_not_shown_is_counted(most: int) -> None:
    text = human(
        Report.of(
            Finding(f"{PERSON}{n}", "A rule.", Severity.VIOLATION, "rule", line=n + 1)
            for n in range(7)
        ),
        most=most,
    )
    assert text.count("  line ") == most
    assert f"… and {7 - most} more" in text
