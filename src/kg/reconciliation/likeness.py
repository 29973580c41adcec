"""How alike two names are, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.fuzz import ratio

from kg.names.normal import SHORTEST_STEM, skeleton, stems

SMALL: Final = frozenset("a an and at by de for in of on the to und von der la le".split())
"""Words that tell little; they count for a third."""

ALIKE: Final = 0.75
"""Words that are less alike than this are different words."""

INFLECTED: Final = 0.97
RESPELLED: Final = 0.92
INITIAL: Final = 0.6


@dataclass(frozen=True, slots=True)
class Likeness:
    """Between 0 and 1, with what it took to get there."""

    value: float = 0.0
    exact: bool = False
    inflected: bool = False
    respelled: bool = False
    initials: bool = False


def likeness(query: Sequence[str], name: Sequence[str]) -> Likeness:
    """How well the words of a query fit those of a name, in any order.

    Both are folded. Each word of the query takes the word of the name that fits it best. What is
    left over on either side counts against it: in the query twice as much as in the name.
    """
    if not query or not name:
        return Likeness()
    if list(query) == list(name):
        return Likeness(1.0, exact=True)
    left, found, marks = list(name), 0.0, set[str]()
    matched = 0.0
    for word in sorted(query, key=len, reverse=True):
        value, mark, other = max((*_fit(word, n), n) for n in left) if left else (0.0, "", "")
        if value:
            left.remove(other)
            found += value * _weight(word)
            matched += value * _weight(other)
            marks.add(mark)
    asked, named = sum(map(_weight, query)), sum(map(_weight, name))
    value = (2 * found / asked + matched / named) / 3
    in_other_order = 0.99 if not left and len(query) == len(name) and not marks - {""} else 1.0
    return Likeness(
        value * in_other_order,
        inflected="inflected" in marks,
        respelled="respelled" in marks,
        initials="initials" in marks,
    )


def _weight(word: str) -> float:
    return len(word) * (0.34 if word in SMALL else 1.0) if len(word) > 1 else 2.0


@lru_cache(maxsize=100_000)
def _fit(word: str, other: str) -> tuple[float, str]:
    """How well one word fits another, and what had to be allowed for."""
    if word == other:
        return 1.0, ""
    if len(word) == 1 or len(other) == 1:
        return (INITIAL, "initials") if word[0] == other[0] else (0.0, "")
    related = word[:SHORTEST_STEM] == other[:SHORTEST_STEM]
    if related and (other in stems(word) or word in stems(other)):
        return INFLECTED, "inflected"
    value = ratio(word, other) / 100
    if value < 0.5:
        return 0.0, ""
    if len(other) > 3 and skeleton(word) == skeleton(other):
        return max(value, RESPELLED), "respelled"
    if any(ratio(stem, other) / 100 >= 0.9 for stem in stems(word)):
        return 0.9, "inflected"
    return (value, "respelled") if value >= ALIKE else (0.0, "")
