"""A finding with all that people are told of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, NamedTuple

from kg.validation.guide import guide
from kg.validation.report import Finding
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


def members(finding: Finding) -> dict[str, Any]:
    """All that is known of a finding, as an object of JSON; None is null."""
    about = {**asdict(finding), "severity": finding.severity.value}
    return {**about, **explained(finding)._asdict()}
