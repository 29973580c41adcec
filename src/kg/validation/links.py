"""Links as files: rows that people review, and the Turtle beside them that follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kg.links.rows import problems
from kg.links.sssom import mapping_sets
from kg.links.turtle import files
from kg.namespaces import expand
from kg.validation.report import Finding, Report, Severity

ROWS: Final = "links-in-rows"
TURTLE: Final = "links-of-rows"


def report_on_links(folder: Path) -> Report:
    """What is wrong with the rows of a folder of links, or else with the Turtle beside them.

    Raises `InputError` for a file that cannot be read.
    """
    return Report.of(list(_of_rows(folder)) or _of_turtle(folder))


def _of_rows(folder: Path) -> Iterator[Finding]:
    for mappings in mapping_sets(folder):
        for subject, words in problems(mappings):
            yield Finding(expand(subject) or subject, words, Severity.VIOLATION, ROWS)


def _of_turtle(folder: Path) -> Iterator[Finding]:
    right = files(folder)
    for path in sorted({*right, *folder.glob("*.ttl")}):
        given = path.read_text(encoding="utf-8") if path.is_file() else None
        if given != right.get(path):
            words = f"{path.name} is what `kg link build` makes of the rows beside it."
            yield Finding(path.name, words, Severity.VIOLATION, TURTLE)
