"""Figures side by side, each by its claimant: a table whose rows have the range as a bar.

Nothing is added up and nothing is averaged: two figures may count the same people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kg.web import rows as read
from kg.web.facts import Text, Thing
from kg.web.rows import Row
from kg.web.scale import Axis, of_numbers
from kg.web.translations import gettext, number


@dataclass(frozen=True)
class Figure:
    """What one claim says that the number is; `holders` tell what the claimant claims."""

    what: Thing
    claim: Thing
    claimant: Thing
    holders: tuple[Thing, ...]
    qualifier: str
    scope: Thing | Text | None
    period: str
    low: int | None
    best: int | None
    high: int | None
    hedge: str
    denied: bool

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers that it has."""
        return tuple(n for n in (self.low, self.best, self.high) if n is not None)

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The ends of its bar: the lowest and the highest of several numbers."""
        several = len(self.numbers) > 1
        return (min(self.numbers), max(self.numbers)) if several else None

    @property
    def open_from(self) -> int | None:
        """Where a figure begins that has a lowest number only."""
        return self.low if self.best is None and self.high is None else None

    @property
    def scope_words(self) -> str:
        """The scope where it is a text, which may name the period."""
        return self.scope.value if isinstance(self.scope, Text) else ""

    @property
    def in_disorder(self) -> bool:
        """Whether its numbers are not in their order, as in some rows of datasets."""
        return list(self.numbers) != sorted(self.numbers)

    @property
    def number_words(self) -> str:
        """The numbers as people say them; the qualifier stands before them."""
        if self.in_disorder:
            return ", ".join(self._each())
        if self.open_from is not None:
            least = number(self.open_from)
            return least if self.qualifier else gettext("%(least)s or more", least=least)
        if self.bounds is None:
            unknown = "" if self.qualifier else gettext("no number")
            return number(self.numbers[0]) if self.numbers else unknown
        ends = "–".join(number(n) for n in dict.fromkeys(self.bounds))
        if self.best is None or self.best in self.bounds:
            return ends
        return gettext("%(ends)s, best %(best)s", ends=ends, best=number(self.best))

    def _each(self) -> Iterator[str]:
        if self.low is not None:
            yield gettext("lowest %(number)s", number=number(self.low))
        if self.best is not None:
            yield gettext("best %(number)s", number=number(self.best))
        if self.high is not None:
            yield gettext("highest %(number)s", number=number(self.high))


@dataclass(frozen=True)
class Panel:
    """The figures of those who count the same sort of people, on one axis if there are numbers."""

    population: Thing
    axis: Axis | None
    figures: tuple[Figure, ...]

    def of_others_than(self, iri: str) -> bool:
        """Whether some figures are of something else, such as a part."""
        return any(figure.what.iri != iri for figure in self.figures)


@dataclass(frozen=True)
class Chart:
    """All panels; `cut` says that there are more figures than these."""

    panels: tuple[Panel, ...]
    cut: bool


def chart(rows: Sequence[Row], most: int) -> Chart | None:
    """The chart out of at most so many rows of `figures-of.rq`, named; None without."""
    kept = rows[:most]
    panels = [
        _panel(list(each)) for _, each in groupby(kept, key=lambda row: row["population"].value)
    ]
    return Chart(tuple(panels), cut=len(rows) > most) if panels else None


def _panel(rows: list[Row]) -> Panel:
    by_claim: dict[str, list[Row]] = {}
    for row in rows:
        by_claim.setdefault(row["claim"].value, []).append(row)
    figures = tuple(_figure(each) for each in by_claim.values())
    return Panel(read.thing(rows[0], "population"), _axis(figures), figures)


def _axis(figures: Sequence[Figure]) -> Axis | None:
    """An axis with room for all numbers, and for an open end behind those that have one."""
    numbers = [n for figure in figures for n in figure.numbers]
    open_ones = (f.open_from for f in figures if f.open_from is not None)
    return of_numbers(numbers, beyond=max(open_ones, default=0)) if numbers else None


def _figure(rows: list[Row]) -> Figure:
    row = rows[0]
    is_certain = row["certainty"].value.endswith("/certain")
    return Figure(
        what=read.thing(row, "what"),
        claim=read.thing(row, "claim"),
        claimant=read.thing(row, "claimant"),
        holders=tuple(dict.fromkeys(read.thing(r, "holder") for r in rows if "holder" in r)),
        qualifier=_words(row, "qualifierLabel"),
        scope=read.shown(row, "scope"),
        period=_words(row, "periodLabel"),
        low=read.number(row, "low"),
        best=read.number(row, "best"),
        high=read.number(row, "high"),
        hedge="" if is_certain else _words(row, "certaintyLabel"),
        denied=row["polarity"].value.endswith("/negative"),
    )


def _words(row: Row, name: str) -> str:
    return row[name].value if name in row else ""
