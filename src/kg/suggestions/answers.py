"""What answers of a reconciliation service say; members of another form are passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kg.links.authorities import Authority
from kg.suggestions.distance import Point
from kg.suggestions.things import Other

LONGEST: Final = 300
"""So many characters of a label or a value are looked at."""

_NUMBER: Final = r"[-+]?\d{1,3}(?:\.\d+)?"
_POINT: Final = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*", re.ASCII)
_DAY: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)


def candidates(told: Mapping[str, Any], authority: Authority, most: int) -> Iterator[Other]:
    """The candidates in the answer to one query, with identifiers of the authority only."""
    for entry in told["result"][:most]:
        members = entry if isinstance(entry, dict) else {}
        identifier, label = members.get("id"), members.get("name")
        if not isinstance(identifier, str) or not isinstance(label, str):
            continue
        label = one_line(label)
        if label and re.fullmatch(authority.local, identifier):
            types = _types(members.get("type"))
            yield Other(identifier, (label,), types, rating=_rating(members.get("score")))


def point_of(cells: object) -> Point | None:
    """The first point of some cells; None where none is one."""
    points = (_POINT.fullmatch(text) for text in _texts(cells))
    found = [(float(match[1]), float(match[2])) for match in points if match]
    return next((p for p in found if abs(p[0]) <= 90 and abs(p[1]) <= 180), None)


def day_of(cells: object) -> str:
    """The first day of some cells, as far as it is given; empty where none has one.

    The first of January, where others write what is known to the year only, is taken for the year.
    """
    match = next(filter(None, map(_DAY.match, _texts(cells))), None)
    return match[0].removesuffix("-01-01") if match else ""


def one_line(text: str) -> str:
    """Without tabs, line ends and what a terminal would obey, and not longer than is looked at."""
    shown = "".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST])
    return " ".join(shown.split())[:LONGEST]


def _types(told: object) -> tuple[str, ...]:
    """Names of types; a type without a name says nothing."""
    listed = told if isinstance(told, list) else []
    names = (t.get("name") for t in listed if isinstance(t, dict))
    return tuple(one_line(name) for name in names if isinstance(name, str) and one_line(name))


def _rating(told: object) -> float | None:
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return round(float(told), 1) if 0 <= told <= 1_000 else None


def _texts(cells: object) -> list[str]:
    listed = cells if isinstance(cells, list) else []
    values = [v for cell in listed if isinstance(cell, dict) for v in cell.values()]
    return [v[:LONGEST] for v in values if isinstance(v, str)]
