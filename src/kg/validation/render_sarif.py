"""A report as SARIF 2.1.0, which editors and forges show beside the lines of a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from kg.errors import InputError
from kg.namespaces import BASE, compact
from kg.validation.explained import explained
from kg.validation.report import Finding, Report, Severity

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MEDIA_TYPE: Final = "application/sarif+json"
UNREADABLE: Final = "unreadable"
"""The rule that a file breaks which cannot be read."""
UNNAMED: Final = "data"
"""What a text is called that came without the name of a file."""

_LEVELS: Final = {
    Severity.VIOLATION: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}


def to_sarif(report: Report) -> str:
    """The report with a rule for each shape or check that has a result."""
    rules = {result.source_shape: _rule(result) for result in report.results}
    order = {name: number for number, name in enumerate(rules)}
    results = [_result(result, order[result.source_shape]) for result in report.results]
    return _log(rules.values(), results, successful=True)


def error_as_sarif(error: InputError) -> str:
    """A file that cannot be read, as the one result of a run that did not come to its end."""
    rule = {"id": UNREADABLE, "shortDescription": {"text": "A file is well-formed RDF in UTF-8."}}
    message = f"{error.message} ({error.hint})" if error.hint else error.message
    result = {"ruleId": UNREADABLE, "ruleIndex": 0, "level": "error", "message": {"text": message}}
    if error.source:
        result["locations"] = [_location(error.source, error.line, error.column)]
    return _log([rule], [result], successful=False)


def _log(
    rules: Iterable[dict[str, Any]], results: list[dict[str, Any]], *, successful: bool
) -> str:
    driver = {
        "name": "kg validate",
        "version": version("conflict-kg"),
        "informationUri": BASE,
        "rules": list(rules),
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": successful}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2)


def _rule(finding: Finding) -> dict[str, Any]:
    about = explained(finding)
    shape = finding.component is not None
    said = finding.message if shape else compact(finding.source_shape)
    rule: dict[str, Any] = {
        "id": compact(finding.source_shape),
        "shortDescription": {"text": said},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
    }
    if about.documentation is not None:
        rule["helpUri"] = about.documentation
    if about.example is not None:
        rule["help"] = {"text": f"Conforming data looks like this:\n\n{about.example}"}
    return rule


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    problem = explained(finding).problem
    text = problem if problem == finding.message else f"{problem} {finding.message}"
    result: dict[str, Any] = {
        "ruleId": compact(finding.source_shape),
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
    }
    logical = [{"fullyQualifiedName": finding.focus_node}]
    if finding.file is not None or finding.line is not None:
        location = _location(finding.file or UNNAMED, finding.line, finding.column)
        result["locations"] = [{**location, "logicalLocations": logical}]
    else:
        result["locations"] = [{"logicalLocations": logical}]
    return result


def _location(file: str, line: int | None, column: int | None) -> dict[str, Any]:
    path = PurePath(file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if line is not None:
        physical["region"] = {"startLine": line, "startColumn": column or 1}
    return {"physicalLocation": physical}


def _fingerprint(finding: Finding) -> str:
    """The same for the same finding, wherever in a file it has moved."""
    parts = (finding.source_shape, finding.focus_node, finding.path, finding.value)
    return sha256("\n".join(part or "" for part in parts).encode()).hexdigest()
