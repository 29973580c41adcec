"""Findings of validation as JSON."""

from __future__ import annotations

from typing import Any

from kg.validation import Finding
from kg.validation.explained import members


def finding_members(finding: object) -> Any:
    """A finding as an object with the members that it has."""
    if not isinstance(finding, Finding):
        return str(finding)
    return {name: value for name, value in members(finding).items() if value not in (None, ())}
