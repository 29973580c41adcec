"""Invented events of UCDP GED in two releases, as skewed as real ones: any number, always the same.

Few conflicts have most of the events, few places see most of them, later years have more, and most
events have one to three deaths while some have thousands. Of the events of the first release every
fifth is in the second one as well, half of these with another figure. The importer makes claims
with their provenance of them, so that the data keeps every shape of ours.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from imports import COLUMNS, event

RELEASES: Final = ("31.1", "32.1")
TRIPLES_AN_EVENT: Final = 80
"""Of one row of one release, with its share of places and days."""

CONFLICTS: Final = 300
UNPLACED: Final = 0.05
"""So many events are at no known position."""

DAYS: Final = 12_000
"""From 1989 on."""


def write_releases(place: Path, triples: int) -> list[tuple[str, Path]]:
    """Write a table for each release, which make about so many triples together."""
    events = max(10, round(triples / TRIPLES_AN_EVENT / 1.2))
    found = []
    for release in RELEASES:
        path = place / f"ged-{release}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows(events, second=release == RELEASES[1]))
        found.append((release, path))
    return found


def rows(events: int, *, second: bool) -> Iterator[Mapping[str, object]]:
    """The rows of a release."""
    chance = random.Random(1989)  # noqa: S311 - nobody is to be kept from guessing
    for number in range(events):
        row = _event(chance, number, events)
        differs = chance.random() < 0.5
        if not second:
            yield row
        elif number % 5 == 0:
            yield {**row, **(_revised(row) if differs else {})}


def _revised(row: Mapping[str, object]) -> Mapping[str, object]:
    return {name: int(str(row[name])) + 2 for name in ("low", "best", "high")}


def _skewed(chance: random.Random, most: int) -> int:
    """A number below `most`, small ones far more often."""
    return int(most ** chance.random()) - 1


def _event(chance: random.Random, number: int, events: int) -> Mapping[str, object]:
    conflict = _skewed(chance, CONFLICTS)
    place = _skewed(chance, max(2, events // 3))
    first = date(1989, 1, 1) + timedelta(days=int(DAYS * chance.random() ** 0.6))
    last = first + timedelta(days=chance.choice((0, 0, 0, 0, 1, 6, 30)))
    placed = chance.random() >= UNPLACED
    best = min(50_000, int(chance.paretovariate(1)))
    row = event(chance, number, conflict, place, (first, last), best)
    nowhere = {} if placed else {"latitude": "", "longitude": ""}
    return {**row, "active_year": "1", "type_of_violence": 1, **nowhere}
