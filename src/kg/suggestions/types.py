"""What the words say that others name their types with: `city in Georgia` is a city.

No identifiers of classes stand here: a service or an extract says what its types are called in
English, and only that is read. What a name does not say for sure is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from kg.links.authorities import CATEGORIES

_CATEGORIES: Final = {
    "person": "human",
    "city": "city town capital metropolis",
    "village": "village hamlet",
    "municipality": "municipality commune township borough",
    "region": "region province oblast district county governorate department prefecture raion "
    "canton emirate voivodeship territory area corridor mountains",
    "sea": "sea ocean gulf",
    "island": "island archipelago peninsula",
    "mountain": "mountain hill peak volcano",
    "river": "river stream watercourse",
    "lake": "lake reservoir",
    "building": "building airport station hall bridge stadium castle church mosque monastery",
    "country": "country",
    "government": "government",
    "university": "university",
    "position": "position",
    "war": "war",
    "conflict": "conflict",
    "agreement": "agreement treaty ceasefire armistice accord",
    "event": "battle skirmish clash clashes massacre attack bombing revolution",
    "armed group": "militia",
    "organisation": "organisation organization army agency newspaper magazine",
}
HEADS: Final = {word: name for name, words in _CATEGORIES.items() for word in words.split()}
"""The last word of a type's name, and the category that it makes it."""

WHOLE: Final = {
    "person": "person",
    "sovereign state": "country",
    "island country": "country",
    "landlocked country": "country",
    "sovereign country": "country",
    "historical country": "historical state",
    "historical state": "historical state",
    "former country": "historical state",
    "former sovereign state": "historical state",
    "u.s. state": "region",
    "federated state": "region",
    "international organization": "international organisation",
    "international organisation": "international organisation",
    "intergovernmental organization": "international organisation",
    "supranational union": "supranational org",
    "news magazine": "news magazine",
    "armed group": "armed group",
    "head of government": "position",
    "head of state": "position",
}
"""Names whose last word alone would tell something else, or nothing."""

AKIN: Final = (
    frozenset({"city", "village", "municipality"}),
    frozenset({"region", "island", "mountain"}),
    frozenset({"country", "historical state"}),
    frozenset({"war", "conflict", "dyad"}),
    frozenset(name for name, kinds in CATEGORIES.items() if "organisation" in kinds),
)
"""Categories of which one source may take one and another source another for the same thing."""

LOOSE: Final = frozenset({"region", "building", "organisation", "event", "position"})
"""Categories of types that differ: a province is no district, whatever both are called here."""

_MORE: Final = re.compile(r"\s(?:of|in|within|on|for|with|at|from)\s|[,(/]")
_FORMER: Final = re.compile(r"\b(?:former|historical|fictional|proposed|ancient)\b")


@lru_cache(maxsize=10_000)
def category(type_name: str) -> str:
    """What `object_category` calls a type of this name; empty where its words do not say."""
    name = " ".join(type_name.casefold().split())
    if name in WHOLE:
        return WHOLE[name]
    words, more = _parted(name)
    if not words or _FORMER.search(name):
        return ""
    found = HEADS.get(words[-1], "")
    # `country of the United Kingdom` and `constituent country` are no countries as ours are.
    return "" if found == "country" and (more or len(words) > 1) else found


def heads(type_names: Iterable[str]) -> frozenset[str]:
    """The words that say what each type is: `province` of `province of Ardenia`."""
    parted = (_parted(name.casefold())[0] for name in type_names)
    return frozenset(words[-1] for words in parted if words)


def _parted(type_name: str) -> tuple[list[str], list[str]]:
    """The words before `of`, `in` and the like, and what comes behind."""
    head, *more = _MORE.split(type_name, maxsplit=1)
    return head.split(), more


def categories(type_names: Iterable[str]) -> tuple[str, ...]:
    """The categories of some types, each once, in their order."""
    return tuple(dict.fromkeys(filter(None, map(category, type_names))))


def akin(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    """Whether one of our categories is the same as one of theirs, or akin to it."""
    ours, theirs = set(ours), set(theirs)
    return bool(ours & theirs) or any(ours & group and theirs & group for group in AKIN)


def categories_of(kind: str, *, only: bool = False) -> tuple[str, ...]:
    """The categories that a kind of ours may have; with `only`, none where they are several."""
    found = tuple(name for name, kinds in CATEGORIES.items() if kind in kinds)
    return () if only and len(found) > 1 else found
