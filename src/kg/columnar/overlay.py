"""Terms of a query: those of the copy, and those that only the query makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from kg.columnar.handing_over import HandedOver
from kg.columnar.layout import Copy, Ids, Numbers
from kg.columnar.table import Mask
from kg.columnar.terms import DATATYPES, ORDERED, Key, Kind, kind_and_key

_ENDS: Final = {
    Kind.IRI: len(">"),
    Kind.STRING: len('"'),
    **{kind: len(f'"^^<{datatype}>') for kind, datatype in DATATYPES.items()},
}
"""How many bytes of the text of a term come after what it says; one comes before that."""


class Terms:
    """Ids of terms; what the copy has not gets ids beyond those of the copy."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._extra: dict[str, int] = {}
        self._texts: list[str] = []

    def id_of(self, text: str) -> int:
        """The id of a term."""
        return self._copy.find(text) or self._made(text)

    def ids_of(self, texts: Iterable[str | None]) -> Ids:
        """The ids of terms; None is unbound."""
        wanted = list(texts)
        distinct = [text for text in dict.fromkeys(wanted) if text is not None]
        found = zip(distinct, self._copy.find_all(distinct), strict=True)
        ids = {text: known or self._made(text) for text, known in found}
        return np.array([0 if text is None else ids[text] for text in wanted], np.int32)

    def _made(self, text: str) -> int:
        """The id of a term that the copy has not."""
        known = self._extra.get(text, 0)
        if not known:
            self._texts.append(text)
            known = self._extra[text] = self._copy.last + len(self._texts)
        return known

    def text(self, term: int) -> str:
        """The N-Triples text of a term."""
        beyond = term - self._copy.last
        return self._copy.text(term) if beyond <= 0 else self._texts[beyond - 1]

    def texts(self, ids: Ids) -> list[bytes]:
        """The N-Triples texts of distinct terms in order; unbound has an empty one."""
        last = self._copy.last
        return [
            *([b""] if ids[:1].tolist() == [0] else []),
            *self._copy.several(ids[(ids > 0) & (ids <= last)]),
            *(self.text(term).encode() for term in ids[ids > last].tolist()),
        ]

    def alike(self, ids: Ids) -> tuple[Kind, list[bytes]] | None:
        """The one kind of distinct terms in order, and what each says; None where they differ.

        Also None for terms that are unbound, tagged, odd or made by the query, and for texts with
        escapes.
        """
        if not len(ids) or ids[0] <= 0 or ids[-1] > self._copy.last:
            return None
        kind, *others = self._copy.kinds(ids)
        if others or kind not in _ENDS:
            return None
        said = self._copy.several(ids, 1, _ENDS[kind])
        has_escapes = kind == Kind.STRING and any(b"\\" in each for each in said)
        return None if has_escapes else (kind, said)

    def first(self, kind: Kind) -> int:
        """The first id that may be of a kind; what only the query makes may be of any."""
        return int(self._copy.starts[kind])

    def kinds(self, ids: Ids) -> set[Kind]:
        """The kinds of some terms, none of which is unbound."""
        made = np.unique(ids[ids > self._copy.last])
        kinds = {kind_and_key(self.text(int(term)))[0] for term in made}
        return self._copy.kinds(ids[ids <= self._copy.last]) | kinds

    def are_of(self, ids: Ids, kinds: set[Kind]) -> Mask:
        """Which of some terms are of these kinds; what is unbound is of none."""
        found, last = np.zeros(len(ids), np.bool_), self._copy.last
        there = (ids > 0) & (ids <= last)
        found[there] = np.isin(self._copy.kinds_of(ids[there]), [int(kind) for kind in kinds])
        for at in np.flatnonzero(ids > last).tolist():
            found[at] = kind_and_key(self.text(int(ids[at])))[0] in kinds
        return found

    def ranks(self, column: Ids) -> Numbers:
        """Numbers in the order of the terms' values; 0 is unbound, and IRIs come before literals.

        Raises `HandedOver` where the order is not one that is known.
        """
        bound = column[column > 0]
        kinds = self.kinds(bound)
        if len(kinds - {Kind.IRI}) > 1:
            raise HandedOver("it orders terms of several kinds")
        if not kinds <= ORDERED:
            odd = min(kinds - ORDERED)
            raise HandedOver(f"it orders terms of the kind {odd.name.lower()}")
        if not len(bound) or bound.max() <= self._copy.last:
            return self._copy.ranks(column)
        values, inverse = np.unique(column, return_inverse=True)
        ordered = sorted(values[values > 0], key=self._key)
        ranks = {term: rank for rank, term in enumerate(ordered, start=1)}
        return np.array([ranks.get(term, 0) for term in values], np.int64)[inverse]

    def _key(self, term: np.int32) -> tuple[Kind, Key]:
        return kind_and_key(self.text(int(term)))
