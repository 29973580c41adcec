"""Findings of validation as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kg.validation import Finding


def finding_members(finding: object) -> Any:
    """A finding as an object with the members that it has."""
    if not isinstance(finding, Finding):
        return str(finding)
    members = {**asdict(finding), "severity": finding.severity.value}
    return {name: value for name, value in members.items() if value not in (None, ())}
