"""The queries of the benchmark: templates in folders, and the constants put into them.

Both are part of what is measured: they stay as they are when something is made faster.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import pyoxigraph as ox

from kg.namespaces import PREFIXES

FOLDER: Final = Path(__file__).parent
WORDS: Final = ("group 3", "town 1", "counts 7", "2006", "dates event")
BOXES: Final = ((-85, -80, -170, -150), (-10, 10, -30, 30), (0, 1, 0, 20), (-60, 60, 100, 140))
YEARS: Final = ((1993, 1995), (2001, 2002), (2010, 2015), (2018, 2019))
OFFSETS: Final = (0, 20, 1_000, 5_000)

_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")
_COMPARED: Final = re.compile(r"^#\+ compared: (\w+)$", re.MULTILINE)
_SUMMARY: Final = re.compile(r"^#\+ summary: (.+)$", re.MULTILINE)
_USED: Final = re.compile(r"\b([a-z][a-z0-9-]*):(?=[A-Za-z])")

_EVENTS: Final = """SELECT DISTINCT ?x WHERE {
  ?part rdf:predicate ckg:partOf ; rdf:subject ?x } ORDER BY ?x"""
_CONFLICTS: Final = """SELECT ?x WHERE {
  ?part rdf:predicate ckg:partOf ; rdf:object ?x ; rdf:subject ?event
  FILTER(CONTAINS(STR(?x), "ucdp-99"))
} GROUP BY ?x ORDER BY DESC(COUNT(?event)) ?x"""
_RELEASES: Final = "SELECT ?x WHERE { ?x a ckg:DatasetRelease ; schema:version ?v } ORDER BY ?v ?x"


class Queried(Protocol):
    """What answers queries as a store of the engine does."""

    def query(self, query: str, *, prefixes: dict[str, str]) -> object:
        """The solutions of a query."""


@dataclass(frozen=True)
class Template:
    """A query with places for constants.

    Answers are `compared` as solutions, as a sequence of them, as a graph, or by their number alone
    where the query lets an engine choose.
    """

    name: str
    summary: str
    compared: str
    text: str

    def with_constants(self, constants: Mapping[str, str]) -> str:
        """The query with its prefixes and with constants in their places."""
        filled = _PLACE.sub(lambda found: constants[found[1]], self.text)
        used = sorted({name for name in _USED.findall(filled) if name in PREFIXES})
        return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + filled


def templates(folder: Path = FOLDER / "workload") -> list[Template]:
    """All of a folder, in the order of their names."""
    return [_read(path) for path in sorted(folder.glob("*.rq"))]


def _read(path: Path) -> Template:
    text = path.read_text(encoding="utf-8")
    summary, compared = _SUMMARY.search(text), _COMPARED.search(text)
    if summary is None or compared is None:
        raise SystemExit(f"{path} does not say what it asks, or how its answers are compared")
    return Template(path.stem, summary[1], compared[1], text)


def constants(store: Queried, sets: int) -> list[dict[str, str]]:
    """So many sets of constants that are in the data, the same for the same data.

    Conflicts go from the one with most events down.
    """
    chance = random.Random(41)  # noqa: S311 - nobody is to be kept from guessing
    events, conflicts, releases = (_found(store, q) for q in (_EVENTS, _CONFLICTS, _RELEASES))
    made = []
    for at in range(sets):
        south, north, west, east = BOXES[at % len(BOXES)]
        year, later = YEARS[at % len(YEARS)]
        made.append(
            {
                "event": chance.choice(events),
                "events": " ".join(sorted(chance.sample(events, min(20, len(events))))),
                "conflict": conflicts[min(at * at * 3, len(conflicts) - 1)],
                "release": releases[at % len(releases)],
                "word": WORDS[at % len(WORDS)],
                "offset": str(OFFSETS[at % len(OFFSETS)]),
                "year": str(year),
                "later": str(later),
                **_box(south, north, west, east),
            }
        )
    return made


def _box(south: int, north: int, west: int, east: int) -> dict[str, str]:
    return {"south": str(south), "north": str(north), "west": str(west), "east": str(east)}


def _found(store: Queried, query: str) -> Sequence[str]:
    found = store.query(query, prefixes=PREFIXES)
    if not isinstance(found, ox.QuerySolutions):
        raise SystemExit("a query for constants is a SELECT")
    return [str(row["x"]) for row in found]
