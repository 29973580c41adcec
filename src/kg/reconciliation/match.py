"""Candidates for a query, scored; each score comes with the features that made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz.fuzz import ratio, token_set_ratio
from rapidfuzz.process import extract

from kg.names.normal import fold_name
from kg.reconciliation.index import Entity, Index, Name
from kg.reconciliation.likeness import Likeness, likeness
from kg.reconciliation.query import Query, Wanted

CERTAIN: Final = 95.0
"""A candidate with this score is a match, if the next one is far enough behind."""
APART: Final = 8.0
GOOD: Final = 90.0
"""With such a candidate nobody looks for other spellings."""
LEAST: Final = 40.0
"""What scores less is not told."""

COMPARED: Final = 10
"""So many things are compared word by word."""

NAMES_SHARE: Final = 0.7
"""The share of the name in the score, where properties are asked for, too."""
OTHER_TYPE: Final = 0.8

FEATURES: Final = {
    "name_similarity": "How well the words of the query fit those of the name, from 0 to 100.",
    "exact_name": "The name is the query, up to case, accents and script.",
    "other_name": "The name that fits is not the usual English one.",
    "inflected": "A word of the query has an ending that the name has not.",
    "respelled": "A word of the query is spelt in another way in the name.",
    "initials": "A word is there as its first letter only.",
    "type": "The candidate has a type that is asked for.",
    "property": "How well a value fits one that the candidate has, from 0 to 100. "
    "Absent where nothing is known.",
}
"""What each feature says; those of properties are called `property:` and the property."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant; `score` is from 0 to 100."""

    entity: Entity
    score: float
    features: dict[str, float | bool] = field(default_factory=dict)
    match: bool = False


def candidates(index: Index, query: Query) -> list[Candidate]:
    """The best candidates of a query, the best first; the first may be a match."""
    found = _scored(index, query, _meant(index, query))
    if query.text.strip() and (not found or found[0].score < GOOD):
        seen = [candidate.entity.number for candidate in found]
        words = fold_name(query.text).split()
        more = [n for n in index.meant(words, by_sound=True) if n not in set(seen)]
        found = _ordered([*found, *_scored(index, query, more)])
    return _with_match(found)[: query.limit]


def _meant(index: Index, query: Query) -> list[int]:
    if query.text.strip():
        exact = index.called(query.text)
        likely = index.meant(fold_name(query.text).split(), rare_only=bool(exact))
        return list(dict.fromkeys([*exact, *likely]))
    return list(
        dict.fromkeys(
            number
            for property_, values in query.properties
            for value in values
            for number in _having(index, property_, value)
        )
    )


def _having(index: Index, property_: str, value: Wanted) -> list[int]:
    text = str(value)
    return index.having(property_, text) or index.having(property_, fold_name(text))


def _scored(index: Index, query: Query, numbers: Sequence[int]) -> list[Candidate]:
    if not numbers:
        return []
    names = _likely(query, index.names(numbers))
    found = (
        _candidate(index, query, entity, names[entity.number])
        for entity in index.entities(list(names))
        if _fits_type(query, entity)
    )
    return _ordered([candidate for candidate in found if candidate.score >= LEAST])


def _likely(query: Query, names: Mapping[int, list[Name]]) -> Mapping[int, list[Name]]:
    """Those things whose names look most like the query at a glance, if there are many."""
    if len(names) <= COMPARED or not query.text.strip():
        return names
    folded = [(number, name[1]) for number, listed in names.items() for name in listed]
    best = extract(
        fold_name(query.text), [f for _, f in folded], scorer=token_set_ratio, limit=None
    )
    found = dict.fromkeys(folded[place][0] for _, _, place in best)
    return {number: names[number] for number in list(found)[:COMPARED]}


def _ordered(found: list[Candidate]) -> list[Candidate]:
    return sorted(found, key=lambda c: (-c.score, len(c.entity.label), c.entity.slug))


def _fits_type(query: Query, entity: Entity) -> bool:
    if not query.types or query.strict == "should":
        return True
    has = [name in entity.types for name in query.types]
    return all(has) if query.strict == "all" else any(has)


def _candidate(index: Index, query: Query, entity: Entity, names: list[Name]) -> Candidate:
    features: dict[str, float | bool] = {}
    values = _of_properties(index, query, entity)
    if query.text.strip():
        best, rank = _best(query, names)
        score = 100 * best.value
        features = {
            "name_similarity": round(score, 1),
            "exact_name": best.exact,
            "other_name": rank < 2,
            "inflected": best.inflected,
            "respelled": best.respelled,
            "initials": best.initials,
        }
        if values:
            score = NAMES_SHARE * score + (1 - NAMES_SHARE) * sum(values.values()) / len(values)
    else:
        score = sum(values.values()) / len(query.properties)
    if query.types:
        features["type"] = any(name in entity.types for name in query.types)
        score *= 1.0 if features["type"] else OTHER_TYPE
    features |= {f"property:{name}": value for name, value in values.items()}
    return Candidate(entity, round(score, 1), features)


def _best(query: Query, names: list[Name]) -> tuple[Likeness, int]:
    """The likeness to the name that fits best, and whether that is the usual one."""
    words = fold_name(query.text).split()
    found = [(likeness(words, folded.split()), rank) for _, folded, rank in names]
    return max(found, key=lambda pair: (pair[0].value, pair[1]), default=(Likeness(), 0))


def _of_properties(index: Index, query: Query, entity: Entity) -> dict[str, float]:
    """How well values fit those that are known; without properties of which nothing is."""
    found = {}
    for property_, wanted in query.properties:
        known = index.values(entity.number, property_)
        if known and wanted:
            found[property_] = round(max(_fit(w, row) for w in wanted for row in known), 1)
    return found


def _fit(wanted: Wanted, row: tuple[str, str, str, str]) -> float:
    """How well a value fits one that is known, from 0 to 100."""
    kind, value, folded, label = row
    text = str(wanted)
    if text == value:
        return 100.0
    if kind in ("int", "float"):
        return _fit_number(text, value)
    if kind == "date":
        same = value.startswith(text[: len(value)]) and len(text) >= len("2020")
        return 100.0 if same else 0.0
    asked = fold_name(text)
    if asked and asked in (folded, fold_name(label)):
        return 100.0
    best = max(ratio(asked, folded), likeness(asked.split(), fold_name(label).split()).value * 100)
    return float(best) if best >= 75 and kind in ("id", "term") else 0.0


def _fit_number(text: str, value: str) -> float:
    """100 for the same number, less by what they differ; 0 from a tenth on."""
    try:
        asked, known = float(text), float(value)
    except ValueError:
        return 0.0
    off = abs(asked - known) / max(abs(known), 1.0)
    return max(0.0, 100 * (1 - 10 * off))


def _with_match(found: list[Candidate]) -> list[Candidate]:
    """Mark the first where it is certain, alone, spelt so, and contradicted by no property."""
    if not found:
        return found
    first, second = found[0], found[1].score if len(found) > 1 else 0.0
    against = any(v < 50 for k, v in first.features.items() if k.startswith("property:"))
    against = against or any(first.features.get(name) for name in ("respelled", "initials"))
    certain = first.score >= CERTAIN and first.score - second >= APART and not against
    return [Candidate(first.entity, first.score, first.features, certain), *found[1:]]
