"""The search of the site: names and texts with all of some words, however these are spelt.

A word fits one that begins with it, that it is an inflected form of or, if no text has such a word,
that is spelt nearly alike. After what has all words come things whose names may be meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rapidfuzz.fuzz import ratio

from kg.names.normal import fold_name, skeleton, stems
from kg.namespaces import BASE, KINDS
from kg.reconciliation.index import Index
from kg.reconciliation.likeness import SMALL
from kg.reconciliation.match import candidates
from kg.reconciliation.query import Query
from kg.reconciliation.texts import NAME, OTHER_NAME
from kg.sparql.names import LAST, kind_of

SEARCHED: Final = 2_000
"""So many texts that fit are looked at; more cannot be told apart by their rank."""
WORDS: Final = 12
SHOWN: Final = 50
"""At most so many hits are in one answer."""
NEAR: Final = 78.0
"""A word that is less alike than this is another word."""
MEANT: Final = 62.0
"""A thing whose name fits less well is not offered as what may be meant."""
AROUND: Final = 80
"""So many characters on either side of the first match are in a snippet."""

TERM: Final = "term"
"""What is neither a thing nor a claim is called so, where kinds are told apart."""

_WORD: Final = re.compile(r"\w+")
_TYPES: Final = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property",
    "owl:DatatypeProperty": "property",
    "skos:Concept": "concept",
    "skos:ConceptScheme": "vocabulary",
    "org:Membership": "membership",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and the text by which; `near` says that it has another spelling."""

    iri: str
    label: str
    type: str
    field: str
    text: str
    near: bool = False

    @property
    def kind(self) -> str:
        """The kind of a thing, or `term`."""
        kind = kind_of(self.iri)
        return kind if kind in KINDS else TERM


def search(index: Index, question: Mapping[str, Any]) -> dict[str, Any]:
    """What `text` may mean: `count`, how many of each of the `kinds`, and some `hits`.

    `kind` narrows it to one, `start` and `limit` say which hits are wanted.
    """
    wanted = _wanted(index, str(question["text"]))
    found = [*_with_all(index, wanted), *_meant(index, str(question["text"]))]
    unique: dict[str, Found] = {}
    for hit in found:
        unique.setdefault(hit.iri, hit)
    kinds = Counter(hit.kind for hit in unique.values())
    kind = str(question.get("kind") or "")
    listed = [hit for hit in unique.values() if kind in ("", hit.kind)]
    start = max(0, int(question.get("start") or 0))
    limit = max(1, min(SHOWN, int(question.get("limit") or SHOWN)))
    return {
        "count": len(listed),
        "kinds": sorted(kinds.items(), key=lambda pair: (_shelf(pair[0]), pair[0])),
        "hits": [_members(index, hit, wanted) for hit in listed[start : start + limit]],
    }


def _wanted(index: Index, text: str) -> list[tuple[str, ...]]:
    """For each word the beginnings of words that fit it."""
    given = list(dict.fromkeys(fold_name(text).split()))[:WORDS]
    words = [word for word in given if word not in SMALL] or given
    return [(word, *stems(word)) if _known(index, word) else _near(index, word) for word in words]


def _known(index: Index, word: str) -> bool:
    return bool(index.texts(_beginning((word, *stems(word))), 1))


def _near(index: Index, word: str) -> tuple[str, ...]:
    """The words of texts that are spelt nearly as one that no text has, or else itself."""
    sound = skeleton(word)
    alike = [
        (ratio(word, other) + (10 if skeleton(other) == sound else 0), other)
        for other in index.words_near(word)
    ]
    best = sorted((pair for pair in alike if pair[0] >= NEAR), reverse=True)[:3]
    return tuple(other for _, other in best) or (word,)


def _beginning(words: Iterable[str]) -> str:
    """An expression for texts that have a word with one of these beginnings."""
    return " OR ".join(f'"{word}" *' for word in words)


def _with_all(index: Index, wanted: list[tuple[str, ...]]) -> list[Found]:
    """What has a text with all words; it is shown by its label, if that has them."""
    if not wanted:
        return []
    match = " AND ".join(f"({_beginning(words)})" for words in wanted)
    whole = " ".join(words[0] for words in wanted)
    rows = index.texts(match, SEARCHED)
    rows.sort(key=lambda row: _row_rank(row, whole))
    by_label = {iri for iri, label, _, _, text, _ in rows if text == label}
    return [
        Found(iri, label, type_, NAME if iri in by_label else field,
              label if iri in by_label else text)
        for iri, label, type_, field, text, _ in rows
    ]  # fmt: skip


def _row_rank(row: tuple[str, str, str, str, str, float], whole: str) -> tuple[Any, ...]:
    """Names before texts, things before claims, what begins with the words before the rest."""
    iri, _, _, field, text, rank = row
    folded, named = fold_name(text), field in (NAME, OTHER_NAME)
    where = (not named, _shelf(kind_of(iri)), folded != whole, not folded.startswith(whole))
    return (*where, field != NAME, len(folded) if named else 0, rank, iri)


def _shelf(kind: str) -> int:
    """Things come first, then terms, then claims and what they are made of."""
    return 2 if kind in LAST else 0 if kind in KINDS else 1


def _meant(index: Index, text: str) -> Iterator[Found]:
    """Things with a name that is nearly the text."""
    for each in candidates(index, Query(text, limit=SHOWN)) if fold_name(text) else []:
        entity = each.entity
        if each.score >= MEANT:
            names = sorted(index.names([entity.number])[entity.number], key=lambda n: -n[2])
            best = max(names, key=lambda name: ratio(fold_name(text), name[1]))
            first = entity.types[0] if entity.types else ""
            iri = f"{BASE}id/{entity.slug}"
            field = NAME if best[0] == entity.label else OTHER_NAME
            yield Found(iri, entity.label, first, field, best[0], near=True)


def _members(index: Index, hit: Found, wanted: list[tuple[str, ...]]) -> dict[str, Any]:
    return {
        "iri": hit.iri,
        "label": hit.label,
        "kind": hit.kind,
        "type": _TYPES.get(hit.type) or (index.term(hit.type).label if hit.type else hit.kind),
        "field": hit.field,
        "near": hit.near,
        "parts": snippet(hit.text, [word for words in wanted for word in words]),
    }


def snippet(text: str, beginnings: Iterable[str]) -> list[tuple[str, bool]]:
    """A text around the first word with one of these beginnings, in parts: words, and if it fits.

    What is left out at either end is an ellipsis.
    """
    marks = list(_marks(text, tuple(beginnings)))
    start, end = _cut(text, marks[0] if marks else (0, 0))
    parts: list[tuple[str, bool]] = [("…", False)] if start else []
    reached = start
    for first, last in marks:
        if reached <= first and last <= end:
            parts += [(text[reached:first], False), (text[first:last], True)]
            reached = last
    parts += [(text[reached:end], False), ("…" if end < len(text) else "", False)]
    return [part for part in parts if part[0]]


def _marks(text: str, beginnings: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        if any(part.startswith(beginnings) for part in fold_name(word[0]).split()):
            yield word.span()


def _cut(text: str, mark: tuple[int, int]) -> tuple[int, int]:
    """Where a snippet begins and ends: between words, if there are any near."""
    start, end = max(0, mark[0] - AROUND), min(len(text), mark[1] + 2 * AROUND)
    if start:
        start = text.find(" ", start, mark[0]) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", mark[1], end), mark[1]) if " " in text[mark[1] : end] else end
    return start, end
