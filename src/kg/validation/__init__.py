"""Validation: SHACL shapes, and checks of what crosses entities; the outcome is a report.

`check_dataset` is the gate that every load passes; `validate_files` is what `kg validate` runs.
"""

from __future__ import annotations

from kg.validation.checks import run_checks
from kg.validation.dataset import check_dataset
from kg.validation.files import (
    Sources,
    dataset_of,
    read_files,
    seed_files,
    source_of,
    validate_files,
)
from kg.validation.report import Finding, Kind, Report, Severity
from kg.validation.shacl import validate

__all__ = [
    "Finding",
    "Kind",
    "Report",
    "Severity",
    "Sources",
    "check_dataset",
    "dataset_of",
    "read_files",
    "run_checks",
    "seed_files",
    "source_of",
    "validate",
    "validate_files",
]
