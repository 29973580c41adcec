"""What is odd about rows, counted by reason; the file has every row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from kg.importers.parts import SKIPPED


@dataclass(slots=True)
class Reason:
    """Why rows were skipped, or what is odd about them; the line and value are the first row's."""

    what: str
    words: str
    line: int
    value: str
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The reasons, those why rows were skipped first, then the most frequent ones."""

    reasons: tuple[Reason, ...]

    @property
    def skipped(self) -> int:
        """How many rows were skipped."""
        return sum(reason.rows for reason in self.reasons if reason.what == SKIPPED)


def report_of(path: Path) -> Report:
    """Count what stands in a report file, a line at a time."""
    found: dict[tuple[str, str], Reason] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            what, words = row["what"], row["reason"]
            first = Reason(what, words, int(row["line"]), row["value"])
            found.setdefault((what, words), first).rows += 1
    return Report(tuple(sorted(found.values(), key=lambda r: (r.what, -r.rows, r.words))))
