"""A report is in a stable order, and its texts fit a terminal and a program."""

from __future__ import annotations

import json

from kg.store.wire import findings_message, findings_of
from kg.validation import Finding, Kind, Report, Severity
from kg.validation.render import human, to_json

CLAIM = "https://w3id.org/conflict-kg/id/claim/"


def finding(
    slug: str, *, severity: Severity = Severity.VIOLATION, shape: str = "some-check"
) -> Finding:
    return Finding(f"{CLAIM}{slug}", "A claim has a ckg:claimant.", severity, shape)


def test_violations_come_first_and_each_finding_once() -> None:
    warning = finding("1", severity=Severity.WARNING)
    report = Report.of([warning, finding("3"), finding("2"), finding("3")])
    assert report.results == (finding("2"), finding("3"), warning)
    assert Report.of(reversed(report.results)) == report


def test_reports_add_up() -> None:
    assert Report.of([finding("1")]) + Report.of([finding("2"), finding("1")]) == Report.of(
        [finding("2"), finding("1")]
    )


def test_a_report_without_results_conforms() -> None:
    assert Report().conforms
    assert human(Report()) == "conforms: 0 violations, 0 warnings"


def test_findings_of_one_shape_are_counted_and_cut() -> None:
    text = human(Report.of(finding(str(n)) for n in range(5)), most=2)
    assert text.startswith("violation some-check (5)\n  A claim has a ckg:claimant.\n")
    assert "claim:1" in text
    assert "claim:2" not in text
    assert "… and 3 more" in text
    assert text.endswith("does not conform: 5 violations, 0 warnings")


def test_messages_that_differ_stand_with_their_node() -> None:
    other = Finding(f"{CLAIM}2", f"Compare {CLAIM}1.", Severity.VIOLATION, "some-check")
    text = human(Report.of([finding("1"), other]))
    assert "  claim:1\n    A claim has a ckg:claimant." in text
    assert "  claim:2\n    Compare claim:1." in text


def test_lines_have_at_most_80_columns() -> None:
    long = Finding(f"{CLAIM}1", "word " * 60, Severity.WARNING, "some-check", value="x" * 300)
    assert max(len(line) for line in human(Report.of([long])).splitlines()) <= 80


def test_the_place_stands_above_each_finding() -> None:
    located = Report.of([finding("1"), finding("2")]).located(lambda _: "data/a.ttl")
    assert "\n  data/a.ttl\n    claim:1\n\n  data/a.ttl\n    claim:2\n" in human(located)


def test_json_holds_every_result_with_all_its_fields() -> None:
    document = json.loads(
        to_json(Report.of([finding("1"), finding("2", severity=Severity.WARNING)]))
    )
    assert document["conforms"] is False
    assert document["counts"] == {"violation": 1, "warning": 1}
    assert document["results"][0] == {
        "focus_node": f"{CLAIM}1",
        "message": "A claim has a ckg:claimant.",
        "severity": "violation",
        "source_shape": "some-check",
        "path": None,
        "value": None,
        "file": None,
        "component": None,
        "line": None,
        "column": None,
        "excerpt": None,
        "problem": "A claim has a ckg:claimant.",
        "example": "claim:900-1-1 a ckg:Claim ;\n    ckg:claimant document:article-900 .",
        "documentation": "https://w3id.org/conflict-kg/ns#claimant",
        "kind": "check",
        "related": [],
    }


def test_findings_of_every_kind_are_sent_between_processes() -> None:
    findings = tuple(
        Finding(CLAIM, "It is there.", Severity.INFO, "a", kind=kind, related=(CLAIM,))
        for kind in Kind
    )
    sent = json.loads(json.dumps(findings_message(findings)))
    assert findings_of(sent) == findings
