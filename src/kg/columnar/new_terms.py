"""Terms that commits bring: their ids beyond those of a base, and their places in its order."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path
from typing import Any

import numpy as np

from kg.columnar.build import write_terms
from kg.columnar.delta import ChangedCopy
from kg.columnar.layout import Copy
from kg.columnar.ordering import Sortable, sortable
from kg.columnar.terms import Kind


class NewTerms:
    """The terms of a copy, and those that a commit brings."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._new: dict[str, int] = {}
        self._known: dict[str, int] = {}

    def id_of(self, text: str) -> int:
        """The id of a term; a new one if the copy does not have it."""
        known = self._known.get(text)
        if known is None:
            known = self._copy.find(text)
            if not known:
                known = self._new[text] = self._copy.last + len(self._new) + 1
            self._known[text] = known
        return known

    def write(self, folder: Path) -> None:
        """Write all terms beyond the base, and which place each has among the others."""
        copy = self._copy
        new = [text.encode() for text in self._new]
        write_terms(folder, new, copy.more if isinstance(copy, ChangedCopy) else None)
        beyond = _Beyond(copy)
        keys = [sortable(text) for text in new]
        found = [_place(copy, kind, key) for kind, key in keys]
        by_key = sorted(range(len(new)), key=lambda number: (found[number], *keys[number]))
        at = [beyond.before(found[number], keys[number]) for number in by_key]
        order = np.insert(
            beyond.order, np.array(at, np.int64), len(beyond.order) + np.array(by_key)
        )
        places = np.concatenate([beyond.places, np.array(found, np.int64)])
        kinds = np.array([kind for kind, _ in keys], np.int32)
        np.save(folder / "places.npy", places)
        np.save(folder / "sorted.npy", order)
        np.save(folder / "kinds.npy", np.concatenate([beyond.kinds, kinds]))


class _Beyond:
    """The terms beyond the base that a copy has: places, their order, and kinds."""

    def __init__(self, copy: Copy) -> None:
        self.places = np.zeros(0, np.int64)
        self.order = self.kinds = np.zeros(0, np.int32)
        self._copy = copy
        if isinstance(copy, ChangedCopy):
            self.places, self.order, self.kinds = copy.places, copy.sorted, copy.kind_of
        self._ordered = self.places[self.order]

    def before(self, place: int, key: tuple[Kind, Sortable]) -> int:
        """How many of them are before a new one at a place."""
        low, high = self._ordered.searchsorted([place, place + 1]).tolist()
        return bisect_left(range(high), key, lo=low, key=self._key)

    def _key(self, at: int) -> Any:
        term = self._copy.terms + int(self.order[at]) + 1
        return sortable(self._copy.text(term).encode())


def _place(copy: Copy, kind: Kind, key: Sortable) -> int:
    """How many terms of the base are before a new one."""

    def value(term: int) -> Any:
        return sortable(copy.texts.text(term))[1]

    starts = [*copy.starts.tolist(), copy.terms + 1]
    ids = range(starts[kind], starts[kind + 1])
    return int(starts[kind]) - 1 + bisect_left(ids, key, key=value)
