"""A copy and what commits have changed since it was made: what the two are together.

The folder of such a generation names the copy that it is based on. It has the texts of terms that
are new, with ids beyond those of that copy; the places of rows that are gone from it; and the rows
that came, as relations of their own. The rows of a predicate are put together when they are asked
for, and kept for a while.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from kg.columnar.kept import Kept
from kg.columnar.layout import (
    MANY,
    STARS,
    Copy,
    End,
    Ids,
    Numbers,
    Predicate,
    Relation,
    Rows,
    Runs,
    Texts,
    about_of,
    between,
    damaged,
    mapped,
    most_kept,
    relation,
)
from kg.columnar.packing import ORDERS, joined, lower_bounds, taken
from kg.columnar.table import run_of
from kg.columnar.terms import Kind

FEW: Final = 64
"""The rows of so many terms are put together one after the other."""

MERGED_BYTES: Final = 128_000_000
"""Rows that were put together are kept up to so many bytes in a process."""


def opened(folder: Path) -> Copy:
    """Open the copy of a generation; raises `StoreError` where it cannot be used."""
    return ChangedCopy(folder) if "base" in about_of(folder) else Copy(folder)


class ChangedCopy(Copy):
    """A copy with what was changed since it was made."""

    union: Changed
    named: Changed

    def __init__(self, folder: Path) -> None:
        about = about_of(folder)
        base = folder.parent / str(about["base"])
        super().__init__(base)
        if about_of(base)["mark"] != about["base_mark"]:
            raise damaged(folder, "what it is based on is another copy")
        self.generation = int(about["generation"])
        self.more = Texts(folder)
        self.last = self.terms + len(self.more)
        self.places: Numbers = mapped(folder / "places.npy")
        self.sorted: Ids = mapped(folder / "sorted.npy")
        self.kind_of: Ids = mapped(folder / "kinds.npy")
        self.union = _changed(self.union, folder, about, "union")
        self.named = _changed(self.named, folder, about, "named")

    def text(self, term: int) -> str:
        """See `Copy.text`."""
        beyond = term - self.terms
        return super().text(term) if beyond <= 0 else self.more.text(beyond).decode()

    def several(self, ids: Ids, before: int = 0, after: int = 0) -> list[bytes]:
        """See `Copy.several`."""
        beyond = ids[ids > self.terms] - self.terms
        base = super().several(ids[: len(ids) - len(beyond)], before, after)
        return base + self.more.several(beyond, before, after)

    def find(self, text: str) -> int:
        """See `Copy.find`."""
        known = super().find(text)
        if not known and (beyond := self.more.find(text.encode())):
            return self.terms + beyond
        return known

    def find_all(self, texts: Sequence[str]) -> list[int]:
        """See `Copy.find_all`."""
        known = super().find_all(texts)
        new = [at for at, term in enumerate(known) if not term]
        for at, beyond in zip(
            new, self.more.find_all([texts[at].encode() for at in new]), strict=True
        ):
            known[at] = self.terms + beyond if beyond else 0
        return known

    def kinds(self, ids: Ids) -> set[Kind]:
        """See `Copy.kinds`."""
        beyond = ids > self.terms
        found = np.unique(self.kind_of[ids[beyond] - self.terms - 1])
        return super().kinds(ids[~beyond]) | {Kind(kind) for kind in found}

    def kinds_of(self, ids: Ids) -> Numbers:
        """See `Copy.kinds_of`."""
        found = super().kinds_of(ids)
        beyond = ids > self.terms
        found[beyond] = self.kind_of[ids[beyond] - self.terms - 1]
        return found

    def ranks(self, ids: Ids) -> Numbers:
        """See `Copy.ranks`: a term counts those of the base and those beyond it that precede it."""
        ranks = ids + np.searchsorted(self.places[self.sorted], ids, "left")
        beyond = ids > self.terms
        order = np.empty(len(self.sorted), np.int64)
        order[self.sorted] = np.arange(1, len(self.sorted) + 1)
        numbers = ids[beyond] - self.terms - 1
        ranks[beyond] = self.places[numbers] + order[numbers]
        return ranks


class Changed(Relation):
    """The rows of a base that are not gone, and rows that came."""

    def __init__(
        self,
        base: Relation,
        added: Relation,
        gone: Mapping[End, Numbers],
        predicates: Iterable[Predicate],
    ) -> None:
        self.graph = 0
        self.base = base
        self.added = added
        self.gone = gone
        self.predicates = {predicate.id: predicate for predicate in predicates}
        self.rows = sum(predicate.rows for predicate in self.predicates.values())
        self.most_kept = most_kept(self.rows)
        self.stars, self.asked = Kept(self.most_kept), Kept(STARS)
        self._begins = Kept(self.most_kept)
        self._merged: Kept[tuple[End, int], Rows] = Kept(MERGED_BYTES)

    def by_subject(self, predicate: Predicate) -> Rows:
        """See `Relation.by_subject`."""
        return self._whole("s", predicate.id)

    def by_object(self, predicate: Predicate) -> Rows:
        """See `Relation.by_object`."""
        return self._whole("o", predicate.id)

    def of_subject(self, predicate: Predicate, subject: int) -> Rows:
        """See `Relation.of_subject`."""
        return self._of("s", predicate.id, subject)

    def of_object(self, predicate: Predicate, object_: int) -> Rows:
        """See `Relation.of_object`."""
        return self._of("o", predicate.id, object_)

    def beside(self, predicate: Predicate, end: End, terms: Ids) -> Rows:
        """See `Relation.beside`: of a few terms the rows are put together by themselves."""
        few = self._of_few(predicate.id, end, terms)
        return self._whole(end, predicate.id) if few is None else few

    def runs(self, predicate: Predicate, end: End, terms: Ids, *, keep: bool = True) -> Runs:
        """See `Relation.runs`."""
        if self._is_untouched(end, predicate.id):
            return self.base.runs(self.base.predicates[predicate.id], end, terms, keep=keep)
        few = self._of_few(predicate.id, end, terms)
        if few is None:
            return super().runs(predicate, end, terms, keep=keep)
        return few, *run_of(few.s if end == "s" else few.o, terms)

    def _of_few(self, predicate: int, end: End, terms: Ids) -> Rows | None:
        """The rows of some terms by themselves, where these are few and nothing else is kept."""
        if (end, predicate) in self._merged or self._is_untouched(end, predicate):
            return None
        wanted = [] if len(terms) > MANY else np.unique(terms).tolist()
        if not 0 < len(wanted) <= FEW:
            return None
        parts = [self._of(end, predicate, term) for term in wanted]
        return joined(parts, graphs=parts[0].g is not None)

    def of_graph(self, graph: int, *, make: bool) -> Relation | None:
        """See `Relation.of_graph`: of what changes with each commit no graph is kept."""
        return None

    def _is_untouched(self, end: End, predicate: int) -> bool:
        """Whether a predicate has the rows of the base."""
        known = self.base.predicates.get(predicate)
        if known is None or predicate in self.added.predicates:
            return False
        first, last = np.searchsorted(self.gone[end], [known.start, known.end])
        return bool(first == last)

    def of_term(self, end: End, term: int) -> dict[int, Rows]:
        """See `Relation.of_term`."""
        found = self.base.of_term(end, term)
        changed = {*self.added.predicates, *found} if len(self.gone[end]) else self.added.predicates
        for predicate in changed:
            rows = self._of(end, predicate, term)
            if len(rows.s):
                found[predicate] = rows
            else:
                found.pop(predicate, None)
        return found

    def all(self) -> Rows:
        """See `Relation.all`."""
        parts = [self._whole("s", predicate) for predicate in self.predicates]
        return joined(parts, graphs=self.base.all().g is not None)

    def _whole(self, end: End, predicate: int) -> Rows:
        if self._is_untouched(end, predicate):
            return _rows(self.base, end, predicate)
        rows = self._merged.get((end, predicate))
        if rows is None:
            rows = self._between(end, predicate, 0, None)
            size = sum(column.nbytes for column in rows if column is not None)
            self._merged.keep((end, predicate), rows, size)
        return rows

    def _of(self, end: End, predicate: int, term: int) -> Rows:
        known = self._merged.get((end, predicate))
        if known is not None:
            return between(known, end, term)
        rows = _rows(self.base, end, predicate)
        ordered = rows.s if end == "s" else rows.o
        low, high = np.searchsorted(ordered, np.array([term, term + 1], np.int32))
        return self._between(end, predicate, int(low), int(high), term)

    def _between(
        self, end: End, predicate: int, low: int, high: int | None, term: int | None = None
    ) -> Rows:
        """What stands between two places of the base now; only rows that came with `term`."""
        rows = taken(_rows(self.base, end, predicate), slice(low, high))
        added = _rows(self.added, end, predicate)
        if term is not None:
            added = between(added, end, term)
        known = self.base.predicates.get(predicate)
        start = low + (known.start if known else 0)
        first, last = np.searchsorted(self.gone[end], [start, start + len(rows.s)])
        gone = self.gone[end][first:last] - start
        return merged(end, rows, gone, added) if len(gone) or len(added.s) else rows


def merged(end: End, rows: Rows, gone: Numbers, added: Rows) -> Rows:
    """Rows without those at some places, and with others, which are in the same order."""
    at = lower_bounds(end, rows, added)
    at += np.arange(len(at)) - np.searchsorted(gone, at, "left")
    stays = np.ones(len(rows.s) - len(gone) + len(at), np.bool_)
    stays[at] = False

    def column(old: Ids, new: Ids) -> Ids:
        found = np.empty(len(stays), np.int32)
        found[stays] = np.delete(old, gone)
        found[at] = new
        return found

    graphs = None if rows.g is None or added.g is None else column(rows.g, added.g)
    return Rows(column(rows.s, added.s), column(rows.o, added.o), graphs)


def _changed(base: Relation, folder: Path, about: Mapping[str, Any], name: str) -> Changed:
    added = relation(folder, {name: about[f"{name}_added"]}, name)
    gone = {end: mapped(folder / f"{name}_{way}_gone.npy") for end, way in ORDERS.items()}
    return Changed(base, added, gone, (Predicate(*numbers) for numbers in about[name]))


def _rows(relation: Relation, end: End, predicate: int) -> Rows:
    """The rows of a predicate, which may have none."""
    known = relation.predicates.get(predicate)
    start, stop = (known.start, known.end) if known else (0, 0)
    return relation.part(ORDERS[end], start, stop)
