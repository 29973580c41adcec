"""Scores of candidates, each with the evidence that made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import asin, cos, radians, sin, sqrt
from typing import Final

from kg.names.normal import words_of
from kg.reconciliation.likeness import likeness
from kg.suggestions.things import Other, Point, Thing, fitting

NEAR_KM: Final = {"place": 25.0, "state": 500.0}
"""Two points of one thing are this near; a state's is somewhere in its middle."""
FAR: Final = 4.0
"""Points that are so many times as far apart are those of two things."""
EARTH_KM: Final = 6_371.0

LEAST: Final = 0.5
"""What scores less is not suggested."""
SAME_NAME: Final = 0.97
APART: Final = 0.15
"""A certain candidate is this far before the next one."""

CERTAIN: Final = "certain"
OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate with its score from 0 to 1; the evidence is in words, one for each sort.

    `agreeing` and `against` name the sorts of evidence: type, date, coordinates.
    """

    thing: Thing
    other: Other
    score: float
    name: float
    agreeing: tuple[str, ...]
    against: tuple[str, ...]
    evidence: tuple[str, ...]
    verdict: str = OPEN


def suggestions(thing: Thing, others: Sequence[Other]) -> list[Suggestion]:
    """The candidates worth a look, the best first; at most the first is certain.

    Certain needs the same name, the type, a date or coordinates that agree, nothing that
    contradicts, and no rival near. It is a hint for reviewers, and no more.
    """
    scored = [_scored(thing, other) for other in others]
    found = sorted(
        (s for s in scored if s.score >= LEAST), key=lambda s: (-s.score, s.other.identifier)
    )
    if found and _is_certain(found[0], found[1].score if len(found) > 1 else 0.0):
        found[0] = replace(found[0], verdict=CERTAIN)
    return found


def _is_certain(first: Suggestion, rival: float) -> bool:
    return (
        first.name >= SAME_NAME
        and "type" in first.agreeing
        and bool({"date", "coordinates"} & set(first.agreeing))
        and not first.against
        and first.score - rival >= APART
    )


def _scored(thing: Thing, other: Other) -> Suggestion:
    name, ours, theirs = max(
        (likeness(words_of(a), words_of(b)).value, a, b) for a in thing.names for b in other.names
    )
    looked = {
        "type": _type(thing, other),
        "date": _date(thing.day, other.day),
        "coordinates": _coordinates(thing, other),
    }
    known = {sort: found for sort, found in looked.items() if found is not None}
    agreeing = tuple(sort for sort, (fits, _) in known.items() if fits > 0)
    against = tuple(sort for sort, (fits, _) in known.items() if fits < 0)
    score = name * (0.7 + 0.1 * len(agreeing)) * 0.5 ** len(against)
    words = (f"name: {ours} / {theirs} ({name:.2f})", *(text for _, text in known.values()))
    return Suggestion(thing, other, min(score, 1.0), name, agreeing, against, words)


def _type(thing: Thing, other: Other) -> tuple[int, str] | None:
    if not other.categories:
        return None
    category = fitting(thing.kind, other.categories)
    told = f"type: {thing.kind} / {', '.join(other.categories)}"
    return (1 if category else -1), told


def _date(ours: str, theirs: str) -> tuple[int, str] | None:
    """Dates agree as far as both are known, and to the year at least."""
    shorter = min(len(ours), len(theirs))
    if shorter < len("2020"):
        return None
    return (1 if ours[:shorter] == theirs[:shorter] else -1), f"date: {ours} / {theirs}"


def _coordinates(thing: Thing, other: Other) -> tuple[int, str] | None:
    """Between near and far nothing is said."""
    near = NEAR_KM.get(thing.kind)
    if near is None or thing.point is None or other.point is None:
        return None
    away = kilometres(thing.point, other.point)
    fits = 1 if away <= near else -1 if away > FAR * near else 0
    return fits, f"coordinates: {away:.0f} km apart"


def kilometres(one: Point, two: Point) -> float:
    """The distance of two points on a sphere."""
    (lat, long), (lat_, long_) = ((radians(p[0]), radians(p[1])) for p in (one, two))
    half = sin((lat - lat_) / 2) ** 2 + cos(lat) * cos(lat_) * sin((long - long_) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
