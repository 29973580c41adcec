"""A local extract of an authority: one JSON object a line, asked where nobody is online."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from kg.errors import InputError
from kg.names.normal import skeleton, words_of
from kg.suggestions.things import Other, Thing

SHARED: Final = 2_000
"""A word that more things have in their names finds nothing alone."""


class Extract:
    """Things of others by the sound of the words of their names."""

    def __init__(self, others: Iterable[Other]) -> None:
        self._by_word: dict[str, dict[str, Other]] = defaultdict(dict)
        for other in others:
            for word in _sounds(other.names):
                self._by_word[word][other.identifier] = other

    def ask(self, things: Sequence[Thing]) -> list[list[Other]]:
        """The candidates of each thing, sorted by identifier."""
        return [self._of(thing) for thing in things]

    def _of(self, thing: Thing) -> list[Other]:
        found: dict[str, Other] = {}
        for word in _sounds(thing.names):
            named = self._by_word.get(word, {})
            found |= named if len(named) <= SHARED else {}
        return [found[identifier] for identifier in sorted(found)]


def read(path: Path) -> Extract:
    """Read an extract; raises `InputError` with the line that is not of its form.

    A line has `id`, `names` (the label first), and perhaps `classes`, `point` and `day`.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", source=str(path)) from error
    return Extract(_other(line, f"{path}:{at}") for at, line in enumerate(lines, 1) if line)


def _other(line: str, place: str) -> Other:
    try:
        entry = json.loads(line)
        names = tuple(map(str, entry["names"]))
        lat, long = entry.get("point") or (None, None)
        point = None if lat is None or long is None else (float(lat), float(long))
        classes = tuple(map(str, entry.get("classes", ())))
        return Other(str(entry["id"]), names[0], names, classes, point, str(entry.get("day", "")))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        words = "a line is an object with id and names, and perhaps classes, point and day"
        raise InputError(words, source=place) from error


def _sounds(names: Iterable[str]) -> list[str]:
    return sorted({skeleton(word) for name in names for word in words_of(name)})
