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

MAPLIB: Final = "maplib"
IN_PROCESS: Final = (REFERENCE, MAPLIB)
"""No servers: they are told beside the others, and no ratio is made with them."""

SECONDS: Final = 20
"""How long a query may take; who gives no answer is counted as if this had been enough."""

HEAVY: Final = 5.0
"""Milliseconds; where the best of the others needs more, we want to be much faster."""

FASTER: Final = 4
"""So many times faster than the best of the others we want to be on each heavy template."""

FASTER_IN_THE_MEDIAN: Final = 8
MEAN: Final = 0.3
"""What the geometric mean of all ratios is to stay below."""

SLOWER: Final = 1.5
MORE: Final = 1.0
"""A light template may take `SLOWER` times what the best of the others needs, and `MORE` ms."""


@dataclass
class Told:
    """What engines said to one template.

    `times` are seconds by engine and number of the constants; `once` are engines of which only the
    first answer is measured, without one before that warms them up; `by_copy` tells who answered.
    """

    template: Template
    times: dict[str, dict[int, list[float]]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    once: set[str] = field(default_factory=set)
    differs: set[str] = field(default_factory=set)
    by_copy: bool = False

    def all(self, engine: str) -> list[float]:
        """All times of an engine, in milliseconds and in order."""
        found = self.times.get(engine, {}).values()
        return sorted(time * 1000 for times in found for time in times)

    def median(self, engine: str) -> float:
        """In milliseconds; infinite where there was no answer."""
        found = self.all(engine)
        return statistics.median(found) if found else math.inf

    def p95(self, engine: str) -> float:
        """What 95 of 100 stay below, in milliseconds."""
        found = self.all(engine)
        return found[min(len(found) - 1, int(len(found) * 0.95))] if found else math.inf

    def pair(self, other: str) -> tuple[float, float]:
        """Our median and that of another engine, over the constants for which both answered.

        In milliseconds; the limit for one that gave no answer, or not the right one.
        """
        ours, theirs = (self.times.get(engine, {}) for engine in (OURS, other))
        if other in self.differs or not theirs:
            return self.median(OURS), SECONDS * 1000
        both = ours.keys() & theirs.keys()
        if not both:
            return math.inf, self.median(other)
        medians = [
            statistics.median(time * 1000 for number in both for time in times[number])
            for times in (ours, theirs)
        ]
        return medians[0], medians[1]

    def best(self, others: Sequence[str]) -> tuple[float, float]:
        """The pair with the best of the others."""
        return min((self.pair(other) for other in others), key=lambda pair: pair[1])

    def ratio(self, others: Sequence[str]) -> float:
        """Our median to the best of the others; above 1 we are slower."""
        ours, best = self.best(others)
        return ours / best


def report(name: str, told: Sequence[Told], engines: Sequence[str]) -> None:
    """Print a table of one set of queries and what it comes to; ends where answers differ."""
    others = [each for each in engines if each not in (OURS, *IN_PROCESS)]
    out = sys.stdout.write
    out(f"\n### {name}\n\n{_summary(told, others)}\n\n")
    columns = " | ".join(f"{each}, ms (p95)" for each in engines)
    out(f"| query | by | {columns} | ratio to best |\n")
    out(f"|---|---|{'---|' * (len(engines) + 1)}\n")
    for each in sorted(told, key=lambda each: -each.ratio(others)):
        cells = " | ".join(_cell(each, engine) for engine in engines)
        by = "copy" if each.by_copy else "engine"
        out(f"| {each.template.name} | {by} | {cells} | {each.ratio(others):.2f} |\n")
    if any(each.once for each in told):
        out("\n\\* its first answer took so long that it was not asked again.\n")
    for each in told:
        for engine, why in each.failed.items():
            out(f"\n{each.template.name}: {engine} gave no answer ({why})\n")
    different = {each.template.name: sorted(each.differs) for each in told if each.differs}
    out(f"\nAnswers that differ from those of the engine in process: {different or 'none'}.\n")
    sys.stdout.flush()
    if any(OURS in names for names in different.values()):
        sys.exit("our answers are not right")


def _summary(told: Sequence[Told], others: Sequence[str]) -> str:
    """What a set comes to, and how many of its templates miss each of the targets."""
    ratios = [each.ratio(others) for each in told]
    pairs = [each.best(others) for each in told]
    heavy = [r for r, (_, best) in zip(ratios, pairs, strict=True) if best > HEAVY]
    light = [(ours, best) for ours, best in pairs if best <= HEAVY]
    late = sum(ours > SLOWER * best + MORE for ours, best in light)
    words = [
        f"{sum(ratio > 1 for ratio in ratios)} of {len(told)} queries took us longer than the best"
        f" of the others; geometric mean of the ratios {statistics.geometric_mean(ratios):.2f}"
        f" (wanted: {MEAN}).",
        f"The copy in columns answered {sum(each.by_copy for each in told) / len(told):.0%}.",
    ]
    if heavy:
        slow = sum(ratio > 1 / FASTER for ratio in heavy)
        words.append(
            f"On {len(heavy)} the best of the others needs more than {HEAVY:g} ms: {slow} of these"
            f" miss that we are {FASTER} times faster; in the median we are"
            f" {1 / statistics.median(heavy):.1f} times faster (wanted: {FASTER_IN_THE_MEDIAN})."
        )
    words.append(
        f"Of the other {len(light)}, {late} take more than {SLOWER:g} times the best"
        f" and {MORE:g} ms."
    )
    return " ".join(words)


def _cell(each: Told, engine: str) -> str:
    if engine in each.failed and not each.times.get(engine):
        return "none"
    wrong = "differs, " if engine in each.differs else ""
    star = "\\*" if engine in each.once else ""
    return f"{wrong}{each.median(engine):.1f}{star} ({each.p95(engine):.1f})"
