"""A finding with all that people are told of it."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import Any, NamedTuple

from kg.validation.guide import guide
from kg.validation.report import Finding, Report
from kg.validation.wording import problem


class Explained(NamedTuple):
    """What is wrong in one sentence, what conforming data looks like, and where to read on.

    `example` is Turtle without its prefixes, which are those of `kg.namespaces`; `documentation`
    is the IRI of a term. Either is None where there is none.
    """

    problem: str
    example: str | None
    documentation: str | None


def explained(finding: Finding) -> Explained:
    """The words for a finding, from the shapes and the ontology that come with kg."""
    known = guide()
    return Explained(problem(finding, known), known.example(finding), known.documentation(finding))


class Group(NamedTuple):
    """The findings of one shape or check; `message` is what all of them say, if they agree."""

    first: Finding
    findings: tuple[Finding, ...]
    message: str | None

    @property
    def about(self) -> Explained:
        """The words for the first one, whose example and documentation serve all."""
        return explained(self.first)


def groups(report: Report) -> list[Group]:
    """The findings of a report by shape or check, violations first."""
    by_shape = groupby(report.results, key=lambda r: (r.severity.rank, r.source_shape))
    return [_group(tuple(findings)) for _, findings in by_shape]


def _group(findings: tuple[Finding, ...]) -> Group:
    messages = {finding.message for finding in findings}
    return Group(findings[0], findings, messages.pop() if len(messages) == 1 else None)


def members(finding: Finding) -> dict[str, Any]:
    """All that is known of a finding, as an object of JSON; None is null."""
    about = {**asdict(finding), "severity": finding.severity.value}
    return {**about, **explained(finding)._asdict()}
