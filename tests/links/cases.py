"""The hand-written things that look like one another and are not the same."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from kg.suggestions.distance import Point
from kg.suggestions.things import Other, Thing

FILE = Path(__file__).with_name("hard_negatives.tsv")
FIRST = 990_000_000
"""Wikidata is far from identifiers as high as this."""


@dataclass(frozen=True)
class Case:
    """A thing, and candidates none of which it is."""

    why: str
    thing: Thing
    others: tuple[Other, ...]


def cases() -> list[Case]:
    lines = [x for x in FILE.read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(lines, delimiter="\t", restval=""):
        found.setdefault(row["case"], []).append(row)
    return [_case(number, rows) for number, rows in found.items()]


def _case(number: str, rows: list[dict[str, str]]) -> Case:
    ours = rows[0]
    thing = Thing(
        f"{ours['kind']}:case-{number}",
        tuple(ours["names"].split("|"))[:1],
        tuple(ours["names"].split("|"))[1:],
        tuple(filter(None, ours["types"].split("|"))),
        _point(ours["point"]),
        ours["day"],
    )
    others = tuple(
        Other(
            f"Q{FIRST + 10 * int(number) + at}",
            tuple(row["their names"].split("|")),
            tuple(filter(None, row["their types"].split("|"))),
            _point(row["their point"]),
            row["their day"],
        )
        for at, row in enumerate(rows)
    )
    return Case(ours["why"], thing, others)


def _point(text: str) -> Point | None:
    lat, _, long = text.partition(",")
    return (float(lat), float(long)) if text else None
