"""An index that was built: what it holds of things, and which may be meant by some words."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, TypeAlias

from kg.names.normal import fold_name, skeleton, stems
from kg.reconciliation.facts import Value, written
from kg.reconciliation.schema import FILE, LISTED, NUMBERS

WORDS: Final = 12
"""So many words of a query are looked up, the longest first."""
OFTEN: Final = 400
"""Of a word that more names have, so many things are looked at, unless others tell them apart."""
LOOKED_AT: Final = 24
"""So many candidates are compared."""

Name: TypeAlias = tuple[str, str, int]
"""Text, folded form and rank of a name: 2 for the usual English one, 1 for others preferred."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing; `types` has those that were given to it, then the wider ones."""

    number: int
    slug: str
    label: str
    about: str
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A type or a property."""

    id: str
    iri: str
    label: str
    about: str


class Index:
    """The index of one generation, which may be asked from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open it; the file is never written again, and may be unlinked while it is open."""
        place = f"file:{folder / FILE}?mode=ro&immutable=1"
        self._db = sqlite3.connect(place, uri=True, check_same_thread=False)
        self._db.execute("PRAGMA mmap_size = 4000000000")
        self.generation = int(self._one("SELECT generation FROM about")[0])
        rows = self._all("SELECT id, iri, label, about FROM term")
        self.terms: Final = {row[0]: Term(*row) for row in rows}
        self.broader: Final = self._pairs("SELECT type, wider FROM broader ORDER BY 1, 2")
        used = self._all("SELECT types, property, things FROM used")
        self.used: Final = [(set(types.split()), name, count) for types, name, count in used]

    def term(self, identifier: str) -> Term:
        """A type or property; one that is not described is called by its identifier."""
        return self.terms.get(identifier) or Term(identifier, "", identifier, "")

    def entity(self, slug: str) -> Entity | None:
        """A thing by its identifier."""
        found = self._all(f"{_ENTITY} WHERE slug = ?", slug)
        return _entity(found[0]) if found else None

    def entities(self, numbers: Sequence[int]) -> list[Entity]:
        """Things by their numbers, in no order."""
        marks = ",".join("?" * len(numbers))
        return [_entity(row) for row in self._all(f"{_ENTITY} WHERE id IN ({marks})", *numbers)]

    def names(self, numbers: Sequence[int]) -> dict[int, list[Name]]:
        """Text, folded form and rank of each name of some things."""
        marks = ",".join("?" * len(numbers))
        query = f"SELECT entity, text, folded, preferred FROM name WHERE entity IN ({marks})"  # noqa: S608
        found: dict[int, list[Name]] = {number: [] for number in numbers}
        for number, *name in self._all(query, *numbers):
            found[number].append((name[0], name[1], name[2]))
        return found

    def values(self, number: int, property_: str) -> list[tuple[str, str, str, str]]:
        """Kind, value, folded form and label of the values of a property."""
        return self._all(_VALUES, number, property_)

    def written(self, number: int, property_: str) -> list[Value]:
        """The values of a property as the API has them, sorted."""
        rows = self.values(number, property_)
        return [written(kind, value, label) for kind, value, _, label in sorted(rows)]

    def properties_of(self, number: int) -> list[str]:
        """Which properties a thing has, sorted."""
        query = "SELECT DISTINCT property FROM fact WHERE entity = ? ORDER BY 1"
        return [row[0] for row in self._all(query, number)]

    def having(self, property_: str, value: str) -> list[int]:
        """Things that have a value of a property, which is folded or an identifier."""
        query = "SELECT DISTINCT entity FROM fact WHERE property = ? AND folded = ? LIMIT ?"
        return [row[0] for row in self._all(query, property_, value, LOOKED_AT)]

    def called(self, text: str) -> list[int]:
        """Things with exactly this name, folded."""
        query = "SELECT DISTINCT entity FROM name WHERE folded = ? LIMIT ?"
        return [row[0] for row in self._all(query, fold_name(text), OFTEN)]

    def beginning(self, text: str, most: int) -> list[int]:
        """Things with a name that begins with some text, the shortest names first."""
        folded = fold_name(text)
        query = (
            "SELECT entity FROM (SELECT entity, folded FROM name WHERE folded >= ? AND folded < ?"
            " LIMIT ?) GROUP BY entity ORDER BY min(length(folded)), entity LIMIT ?"
        )
        rows = self._all(query, folded, f"{folded}{{", LISTED, most) if folded else []
        return [row[0] for row in rows]

    def meant(
        self, words: Iterable[str], *, by_sound: bool = False, rare_only: bool = False
    ) -> list[int]:
        """Things that some folded words may mean, the likeliest first.

        `by_sound` looks words up as they sound, for what is spelt in another way. With `rare_only`
        words that many names have count for nothing, which is enough beside an exact name.
        """
        longest = sorted(set(words), key=len, reverse=True)[:WORDS]
        keys = dict.fromkeys(k for word in longest for k in _keys(word, by_sound=by_sound))
        found: Counter[int] = Counter()
        often: list[tuple[int, array[int]]] = []
        for key in keys:
            things, entities = self._having_key(key)
            if things > OFTEN:
                often.append((things, entities))
            elif things:
                weight = round(1000 / log(2 + things))
                for number in entities:
                    found[number] += weight
        if not rare_only and (not found or len(often) > 1):
            often.sort(key=itemgetter(0))
            found.update(dict.fromkeys(_of_frequent([entities for _, entities in often]), 100))
        return [number for number, _ in found.most_common(LOOKED_AT)]

    def texts(self, match: str, most: int) -> list[tuple[str, str, str, str, str, float]]:
        """IRI, label, type, field, text and rank of what matches, the best first.

        `match` is an expression of FTS5 over words as `fold_name` makes them.
        """
        return self._all(_TEXTS, match, most)

    def words_near(self, word: str) -> list[str]:
        """The words of all texts that are about as long and begin with the same letter."""
        query = (
            "SELECT term FROM word WHERE term >= ? AND term < ? AND length(term) BETWEEN ? AND ?"
        )
        first, length = word[:1], len(word)
        ends = (first, f"{first}{{", length - 2, length + 3)
        return [row[0] for row in self._all(query, *ends)]

    def _having_key(self, key: str) -> tuple[int, array[int]]:
        """How many things have a key, and the numbers of these, or of some if they are many."""
        rows = self._all("SELECT things, entities FROM token WHERE key = ?", key)
        return (rows[0][0], array(NUMBERS, rows[0][1])) if rows else (0, array(NUMBERS))

    def _pairs(self, query: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for first, second in self._all(query):
            found.setdefault(first, []).append(second)
        return found

    def _one(self, query: str, *values: object) -> tuple[int]:
        row: tuple[int] = self._db.execute(query, values).fetchone()
        return row

    def _all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._db.execute(query, values).fetchall()


_ENTITY: Final = "SELECT id, slug, label, about, types FROM entity"

_TEXTS: Final = """SELECT text.iri, label, type, field, written, text.rank
FROM text JOIN searched ON searched.iri = text.iri
WHERE text MATCH ? ORDER BY text.rank, text.iri, field LIMIT ?"""

_VALUES: Final = """SELECT kind, value, folded, coalesce(
    CASE kind WHEN 'id' THEN (SELECT label FROM entity WHERE slug = value)
              WHEN 'term' THEN (SELECT label FROM term WHERE iri = value) END, '')
FROM fact WHERE entity = ? AND property = ?"""


def _of_frequent(lists: Sequence[array[int]]) -> list[int]:
    """Things that stand in the two shortest of some long lists, or else in the shortest."""
    if not lists:
        return []
    both = set(lists[0]).intersection(lists[1]) if len(lists) > 1 else set()
    return sorted(both)[:OFTEN] or list(lists[0][:OFTEN])


def _entity(row: tuple[Any, ...]) -> Entity:
    return Entity(row[0], row[1], row[2], row[3], tuple(row[4].split()))


def _keys(word: str, *, by_sound: bool) -> list[str]:
    forms = (word, *stems(word))
    return (
        [f"s{skeleton(form)}" for form in forms if len(form) > 2]
        if by_sound
        else [f"t{form}" for form in forms]
    )
