"""A local extract of an authority: one JSON object a line, asked where nobody is online."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from kg.errors import InputError
from kg.links.authorities import Authority
from kg.names.normal import fold_name, skeleton, words_of
from kg.suggestions.distance import Point
from kg.suggestions.things import Other, Thing

SHARED: Final = 2_000
"""A word that more things have in their names finds nothing alone."""
ALIKE: Final = 85
"""With a name that is as like as this, in per cent, nobody looks for other spellings."""
LEAST_ALIKE: Final = 75
MOST: Final = 10
"""So many names of other spellings are looked at for each name."""

FORM: Final = (
    'a line is an object such as {"id": "Q1", "names": ["Name"], "types": ["city"], '
    '"point": [41.7, 44.8], "day": "2020-09-27"}; id and names are needed'
)
_DAY: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?|")


class Extract:
    """Things of others by the sound of the words of their names, or else by their letters."""

    def __init__(self, others: Iterable[Other]) -> None:
        self._by_word: dict[str, dict[str, Other]] = defaultdict(dict)
        self._folded: list[str] = []
        self._named: list[Other] = []
        for other in others:
            for word in _sounds(other.names):
                self._by_word[word][other.identifier] = other
            for name in dict.fromkeys(map(fold_name, other.names)):
                self._folded.append(name)
                self._named.append(other)

    def ask(self, things: Sequence[Thing]) -> list[list[Other]]:
        """The candidates of each thing, sorted by identifier."""
        return [self._of(thing) for thing in things]

    def _of(self, thing: Thing) -> list[Other]:
        found: dict[str, Other] = {}
        for name in (*thing.names, *thing.aliases):
            found |= self._sounding(name)
        folded = [n for n in map(fold_name, (*thing.names, *thing.aliases)) if n]
        theirs = [fold_name(name) for other in found.values() for name in other.names]
        if not any(ratio(ours, name) >= ALIKE for ours in folded for name in theirs):
            for name in folded:
                found |= self._spelt(name)
        return [found[identifier] for identifier in sorted(found)]

    def _sounding(self, name: str) -> dict[str, Other]:
        """Those that have a word that sounds like one of the name."""
        found: dict[str, Other] = {}
        for word in _sounds([name]):
            named = self._by_word.get(word, {})
            found |= named if len(named) <= SHARED else {}
        return found

    def _spelt(self, folded: str) -> dict[str, Other]:
        """Those whose names have nearly the same letters; looks at every name of the extract."""
        best = process.extract(
            folded, self._folded, scorer=ratio, score_cutoff=LEAST_ALIKE, limit=MOST
        )
        return {self._named[at].identifier: self._named[at] for _, _, at in best}


def read(path: Path, authority: Authority) -> Extract:
    """Read an extract; raises `InputError` with the line that is not of its form.

    A line has `id`, `names` (the label first), and perhaps `types`, `point` and `day`.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            return Extract(_others(lines, path, authority))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", source=str(path)) from error


def _others(lines: Iterable[str], path: Path, authority: Authority) -> Iterator[Other]:
    lines_of: dict[str, int] = {}
    for at, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            other = _other(json.loads(line), authority)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            words = f"this is no line of an extract: {error or type(error).__name__}"
            raise InputError(words, hint=FORM, source=str(path), line=at) from error
        if other.identifier in lines_of:
            words = f"{other.identifier} stands in line {lines_of[other.identifier]} already"
            raise InputError(words, source=str(path), line=at)
        lines_of[other.identifier] = at
        yield other


def _other(entry: dict[str, Any], authority: Authority) -> Other:
    """Raises `KeyError`, `TypeError` or `ValueError` for what an extract does not have."""
    if not isinstance(entry, dict):
        raise TypeError("it is no object")
    if unknown := set(entry) - {"id", "names", "types", "point", "day"}:
        raise ValueError(f"{', '.join(sorted(unknown))} is not known here")
    identifier = str(entry["id"])
    authority.iri(identifier)  # raises for what is none
    names, types = _words(entry["names"], "names"), _words(entry.get("types", []), "types")
    day = entry.get("day", "")
    if not names:
        raise ValueError("it has no names")
    if not isinstance(day, str) or not _DAY.fullmatch(day):
        raise ValueError(f"{day!r} is no day")
    return Other(identifier, names, types, _point(entry.get("point")), day)


def _words(value: object, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise TypeError(f"{what} is a list of strings")
    return tuple(value)


def _point(value: object) -> Point | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise TypeError("point is latitude and longitude")
    lat, long = float(value[0]), float(value[1])
    if not (math.isfinite(lat) and abs(lat) <= 90 and math.isfinite(long) and abs(long) <= 180):
        raise ValueError("point is latitude and longitude in degrees")
    return lat, long


def _sounds(names: Iterable[str]) -> list[str]:
    return sorted({skeleton(word) for name in names for word in words_of(name)})
