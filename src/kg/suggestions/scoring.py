"""Scores of candidates, each with the evidence that made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kg.links.authorities import CATEGORIES
from kg.names.normal import words_of
from kg.reconciliation.likeness import Likeness, likeness
from kg.suggestions.distance import kilometres
from kg.suggestions.things import Other, Thing
from kg.suggestions.types import LOOSE, akin, heads

NEAR_KM: Final = {"city": 10.0, "village": 5.0, "municipality": 15.0, "country": 300.0}
"""Points of one thing of a category are this near to each other; see docs/suggested-links.md."""
OTHERWISE_NEAR_KM: Final = 50.0
FAR: Final = 5.0
"""Points that are more than so many times as far apart are those of two things."""

LEAST: Final = 0.5
"""What scores less is not suggested."""
RIVAL: Final = 0.85
"""Whatever has a name that is as like as this, and could be it as well, is a rival."""

CERTAIN: Final = "certain"
OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one sort of facts says: it `fits` from -1 (against) to 1 (agrees), in `words`.

    `decisive` says that it tells things of one name apart.
    """

    sort: str
    fits: int
    words: str
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate with its score from 0 to 1 and its evidence; `name` is how like the names are.

    `exact` says that one of our usual names is one of theirs, up to case, accents and script.
    """

    thing: Thing
    other: Other
    score: float
    name: float
    exact: bool
    evidence: tuple[Evidence, ...]
    words: str
    verdict: str = OPEN

    def says(self, fits: int) -> frozenset[str]:
        """The sorts of evidence that fit in this way."""
        return frozenset(e.sort for e in self.evidence if e.fits == fits)


def suggestions(thing: Thing, others: Sequence[Other]) -> list[Suggestion]:
    """The candidates worth a look, the best first; at most the first is certain.

    Certain needs one of our usual names, a type that is known as finely on both sides, a day or
    coordinates that agree, nothing against it, and no rival: a candidate of a like name that
    neither type, date nor coordinates speak against. It is a hint for reviewers, and no more.
    """
    scored = [_scored(thing, other) for other in others]
    found = sorted(
        (s for s in scored if s.score >= LEAST), key=lambda s: (-s.score, s.other.identifier)
    )
    if found and _is_certain(found[0]) and not any(map(_is_rival, found[1:])):
        found[0] = replace(found[0], verdict=CERTAIN)
    return found


def _is_certain(first: Suggestion) -> bool:
    told_apart = {e.sort for e in first.evidence if e.fits > 0 and e.decisive}
    return (
        first.exact
        and "type" in told_apart
        and bool({"date", "coordinates"} & told_apart)
        and not first.says(-1)
    )


def _is_rival(other: Suggestion) -> bool:
    return other.name >= RIVAL and not other.says(-1)


def _scored(thing: Thing, other: Other) -> Suggestion:
    best, ours, theirs = _names(thing, other)
    known = (_type(thing, other), _date(thing, other), _coordinates(thing, other))
    evidence = tuple(found for found in known if found is not None)
    agreeing = sum(e.fits > 0 for e in evidence)
    against = sum(e.fits < 0 for e in evidence)
    score = best.value * (0.7 + 0.1 * agreeing) * 0.5**against
    exact = best.exact and ours in thing.names
    words = f"name: {ours} / {theirs} ({best.value:.2f})"
    return Suggestion(thing, other, min(score, 1.0), best.value, exact, evidence, words)


def _names(thing: Thing, other: Other) -> tuple[Likeness, str, str]:
    """The two names that are most alike; of those that are as like, usual ones."""
    pairs = (
        (likeness(words_of(ours), words_of(theirs)), ours, theirs)
        for ours in (*thing.names, *thing.aliases)
        for theirs in other.names
    )
    return max(pairs, key=lambda pair: (pair[0].value, pair[0].exact))


def _type(thing: Thing, other: Other) -> Evidence | None:
    """Types agree where a category is the same, and contradict where none is akin.

    What is several things (a city that is a country, or a region) decides nothing.
    """
    theirs = other.categories
    if not theirs:
        return None
    of_our_kind = [c for c in theirs if thing.kind in CATEGORIES[c]]
    words = f"type: {', '.join(thing.types) or thing.kind} / {', '.join(other.types)}"
    if set(thing.categories) & set(theirs):
        return Evidence("type", 1, words, decisive=_decides(thing, other))
    if not of_our_kind or (thing.categories and not akin(thing.categories, of_our_kind)):
        return Evidence("type", -1, words)
    return Evidence("type", 0 if thing.categories else 1, words)


def _decides(thing: Thing, other: Other) -> bool:
    """Whether types tell things of one name apart: they are the same, and there are no others."""
    same = set(thing.categories) & set(other.categories)
    if not all(akin(thing.categories, [theirs]) for theirs in other.categories):
        return False
    return not same <= LOOSE or bool(heads(thing.types) & heads(other.types))


def _date(thing: Thing, other: Other) -> Evidence | None:
    """Dates agree as far as both are known, to the year at least.

    Days of birth tell people of one name apart. What happened on one day may bear one name and be
    two things all the same: events and agreements are called by what they are.
    """
    shorter = min(len(thing.day), len(other.day))
    if shorter < len("2020"):
        return None
    same = thing.day[:shorter] == other.day[:shorter]
    words = f"date: {thing.day} / {other.day}"
    decisive = thing.kind == "person" and shorter == len("2020-09-27")
    return Evidence("date", 1 if same else -1, words, decisive)


def _coordinates(thing: Thing, other: Other) -> Evidence | None:
    """Between near and far nothing is said."""
    if thing.point is None or other.point is None:
        return None
    near = min((NEAR_KM.get(c, OTHERWISE_NEAR_KM) for c in _compared(thing, other)), default=0.0)
    near = near or OTHERWISE_NEAR_KM
    away = kilometres(thing.point, other.point)
    fits = 1 if away <= near else -1 if away > FAR * near else 0
    return Evidence("coordinates", fits, f"coordinates: {away:.0f} km apart", decisive=True)


def _compared(thing: Thing, other: Other) -> tuple[str, ...]:
    return thing.categories or tuple(c for c in other.categories if thing.kind in CATEGORIES[c])
