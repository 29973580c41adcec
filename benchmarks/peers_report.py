"""What came of asking several engines the same: a report in Markdown, losses first."""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from workload import Template

OURS: Final = "kg"
REFERENCE: Final = "in process"
"""The engine of ours, called without any server; its answers are those that others have to give."""

HEAVY: Final = 5.0
"""Milliseconds; where the best of the others needs more, we want to be much faster."""


@dataclass
class Told:
    """What engines said to one template: times by engine, and where answers were not the same."""

    template: Template
    times: dict[str, list[float]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    differs: set[str] = field(default_factory=set)

    def median(self, engine: str) -> float:
        """In milliseconds; infinite where there was no answer."""
        found = self.times.get(engine)
        return statistics.median(found) * 1000 if found else math.inf

    def p95(self, engine: str) -> float:
        """What 95 of 100 stay below, in milliseconds."""
        found = sorted(self.times.get(engine, ()))
        return found[min(len(found) - 1, int(len(found) * 0.95))] * 1000 if found else math.inf

    def best(self, engines: Sequence[str]) -> float:
        """The least median of those that gave the right answer, in milliseconds."""
        right = (name for name in engines if name not in self.differs)
        return min((self.median(name) for name in right), default=math.inf)

    def ratio(self, others: Sequence[str]) -> float:
        """Our median to the best of the others; above 1 we are slower."""
        best, ours = self.best(others), self.median(OURS)
        return 1.0 if ours == best else ours / best


def report(name: str, told: Sequence[Told], engines: Sequence[str]) -> None:
    """Print a table of one set of queries and what it comes to; ends where answers differ."""
    others = [each for each in engines if each not in (OURS, REFERENCE)]
    out = sys.stdout.write
    out(f"\n### {name}\n\n{_summary(told, others)}\n\n")
    out(f"| query | {' | '.join(f'{each}, ms (p95)' for each in engines)} | ratio to best |\n")
    out(f"|---|{'---|' * (len(engines) + 1)}\n")
    for each in sorted(told, key=lambda each: -each.ratio(others)):
        cells = " | ".join(_cell(each, engine) for engine in engines)
        out(f"| {each.template.name} | {cells} | {each.ratio(others):.2f} |\n")
    for each in told:
        for engine, why in each.failed.items():
            out(f"\n{each.template.name}: {engine} gave no answer ({why})\n")
    different = {each.template.name: sorted(each.differs) for each in told if each.differs}
    out(f"\nAnswers that differ from those of the engine in process: {different or 'none'}.\n")
    sys.stdout.flush()
    if any(OURS in names for names in different.values()):
        sys.exit("our answers are not right")


def _summary(told: Sequence[Told], others: Sequence[str]) -> str:
    ratios = [each.ratio(others) for each in told]
    heavy = [each.ratio(others) for each in told if each.best(others) > HEAVY]
    light = [each for each in told if each.best(others) <= HEAVY]
    kept = sum(each.median(OURS) <= 1.5 * each.best(others) + 1 for each in light)
    words = [
        f"{sum(ratio > 1 for ratio in ratios)} of {len(told)} queries took us longer than the best"
        f" of the others; geometric mean of the ratios {statistics.geometric_mean(ratios):.2f}."
    ]
    if heavy:
        times = f"{1 / statistics.median(heavy):.1f}"
        words.append(
            f"On {len(heavy)} the best of the others needs more than {HEAVY:g} ms: we are at least"
            f" 4 times faster on {sum(ratio <= 0.25 for ratio in heavy)}, in the median {times}."
        )
    words.append(f"Of the other {len(light)}, {kept} take at most 1.5 times the best and 1 ms.")
    return " ".join(words)


def _cell(each: Told, engine: str) -> str:
    if engine in each.failed:
        return "none"
    wrong = "differs, " if engine in each.differs else ""
    return f"{wrong}{each.median(engine):.1f} ({each.p95(engine):.1f})"
