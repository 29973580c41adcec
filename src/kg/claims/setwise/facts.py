"""Terms as numbers, and triples as pairs of these by their predicates."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from kg.claims.setwise.tables import Ids, Mask, Numbers, paired, parted, unique, within


class Terms:
    """Numbers of terms from 1 on; a term is its text in N-Triples, as the engine writes it."""

    def __init__(self) -> None:
        self.ids: Final[dict[bytes, int]] = {b"": 0}
        self._kinds = np.zeros(0, np.uint8)

    def id_of(self, text: bytes) -> int:
        """The number of a term, a new one if it was not seen before."""
        return self.ids.setdefault(text, len(self.ids))

    def is_iri(self, term: int) -> bool:
        """Whether a term can be a predicate."""
        return bool(self._starts()[term] == ord("<"))

    def are_literals(self, terms: Ids) -> Mask:
        """Which terms can be no subject."""
        found: Mask = self._starts()[terms] == ord('"')
        return found

    def _starts(self) -> npt.NDArray[np.uint8]:
        """The first byte of each text, which tells what kind of term it is."""
        known = len(self._kinds)
        if known < len(self.ids):
            new = bytes(text[0] if text else 0 for text in islice(self.ids, known, None))
            self._kinds = np.concatenate([self._kinds, np.frombuffer(new, np.uint8)])
        return self._kinds

    def texts(self) -> list[bytes]:
        """The text of each number, as of now."""
        return list(self.ids)


@dataclass(frozen=True)
class Relation:
    """The subjects and objects of a predicate, pair by pair, each pair once."""

    subjects: Ids
    objects: Ids

    @classmethod
    def of(cls, subjects: Ids, objects: Ids) -> Relation:
        """Pairs of which some may be there twice."""
        return cls(*parted(unique(paired(subjects, objects))))

    @property
    def inverse(self) -> Relation:
        """The same pairs the other way round."""
        return Relation(self.objects, self.subjects)

    @cached_property
    def numbers(self) -> Numbers:
        """A number for each pair."""
        return paired(self.subjects, self.objects)

    def with_all(self, *others: Relation) -> Relation:
        """The pairs of all of them."""
        parts = [part for part in (self, *others) if len(part.subjects)]
        if len(parts) < 2:
            return parts[0] if parts else self
        subjects = np.concatenate([part.subjects for part in parts])
        return Relation.of(subjects, np.concatenate([part.objects for part in parts]))

    def without(self, other: Relation) -> Relation:
        """The pairs that the other one has not."""
        kept = ~within(self.numbers, other.numbers)
        return Relation(self.subjects[kept], self.objects[kept])


NOTHING: Final = Relation(np.zeros(0, np.int32), np.zeros(0, np.int32))


class Facts:
    """The triples of a graph by their predicates, which are numbers as well.

    Of files only the triples with some predicates are kept; those with another one are read when
    somebody asks for it.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._parts: dict[int, list[Relation]] = {}
        self._skipped: dict[bytes, set[Path]] = {}
        self._numbers: dict[int, bytes] = {}

    def read(self, paths: Iterable[Path], wanted: Collection[bytes] | None = None) -> None:
        """Take in files of N-Triples as the engine writes them; of all predicates unless told."""
        for path in paths:
            for name in self._read(path, wanted):
                self._skipped.setdefault(name, set()).add(path)
        self._numbers = {self._terms.id_of(name): name for name in self._skipped}

    def relation(self, predicate: int) -> Relation:
        """The pairs of a predicate."""
        self.load([predicate])
        parts = self._parts.get(predicate, [NOTHING])
        if len(parts) > 1:  # not when they come: there may be thousands of files
            parts[:] = [NOTHING.with_all(*parts)]
        return parts[0]

    def predicates(self) -> list[int]:
        """All that there are."""
        return [*self._parts, *self._numbers]

    def load(self, predicates: Iterable[int]) -> None:
        """Read those that were skipped, all at once."""
        names = {self._numbers.pop(one) for one in predicates if one in self._numbers}
        for path in {path for name in names for path in self._skipped[name]}:
            self._read(path, names)

    def add(self, predicate: int, pairs: Relation) -> None:
        """Take in pairs."""
        self._parts.setdefault(predicate, []).append(pairs)

    def _read(self, path: Path, wanted: Collection[bytes] | None) -> set[bytes]:
        """Take in the triples with these predicates; gives the others that there are."""
        columns = {name: (array("i"), array("i")) for name in wanted or ()}
        skipped, ids = set[bytes](), self._terms.ids
        with path.open("rb") as file:
            for line in file:
                subject, predicate, value = line[:-3].split(b" ", 2)
                pair = columns.get(predicate)
                if pair is None:
                    if wanted is not None:
                        skipped.add(predicate)
                        continue
                    pair = columns[predicate] = array("i"), array("i")
                pair[0].append(ids.setdefault(subject, len(ids)))
                pair[1].append(ids.setdefault(value, len(ids)))
        for name, (subjects, objects) in columns.items():
            if subjects:
                pairs = (np.array(column, np.int32) for column in (subjects, objects))
                self.add(self._terms.id_of(name), Relation.of(*pairs))
        return skipped
