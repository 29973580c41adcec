"""A copy of a generation, made from what the engine dumps.

The files that were loaded will not do: the engine rewrites literals, and only its dump has the
terms that its answers have.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox

from kg.columnar.layout import Ids, Numbers, hash_of, write_about
from kg.columnar.terms import Key, Kind, kind_and_key
from kg.errors import StoreError
from kg.store.view import View

MOST_TRIPLES: Final = 700_000_000
"""Three terms of each are fewer than there are ids."""


def build(view: View, folder: Path, most: int | None = None) -> None:
    """Write a copy of a generation into an empty folder.

    Raises `StoreError` where it would have more than `most` triples in its graphs.
    """
    reading = _Reading(view, folder, most)
    graphs = view.graphs()
    union = reading.graph(ox.DefaultGraph())
    named = [reading.graph(graph) for graph in graphs]
    names = np.array([reading.id_of(str(graph).encode()) for graph in graphs], dtype=np.int32)
    texts, ids, starts = _ordered(reading.texts())
    _write_terms(folder, texts)
    spo = np.concatenate([np.empty((3, 0), np.int32), *named], axis=1)
    in_graph = np.repeat(ids[names], [part.shape[1] for part in named])
    about = {
        "generation": view.generation,
        "terms": len(texts),
        "kinds": starts,
        "union": _write_relation(folder, "union", ids[union], None),
        "named": _write_relation(folder, "named", ids[spo], in_graph),
    }
    write_about(folder, about)


class _Reading:
    """Reads graphs; terms are numbered in the order in which they are met, from 1 on."""

    def __init__(self, view: View, room: Path, most: int | None) -> None:
        self._view = view
        self._room = room
        self._most = MOST_TRIPLES if most is None else min(most, MOST_TRIPLES)
        self._triples = 0
        self._ids: dict[bytes, int] = {}

    def id_of(self, text: bytes) -> int:
        return self._ids.setdefault(text, len(self._ids) + 1)

    def texts(self) -> list[str]:
        return [text.decode() for text in self._ids]

    def graph(self, graph: ox.NamedNode | ox.DefaultGraph) -> Ids:
        """Subjects, predicates and objects of a graph: an array of three rows."""
        columns = [array("i"), array("i"), array("i")]
        subjects, predicates, objects = (column.append for column in columns)
        for subject, predicate, rest in self._lines(graph):
            subjects(self.id_of(subject))
            predicates(self.id_of(predicate))
            objects(self.id_of(rest.removesuffix(b" .\n")))
        return np.array([np.frombuffer(column, np.int32) for column in columns])

    def _lines(self, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[list[bytes]]:
        """Subject, predicate, and object with what ends the line."""
        with tempfile.TemporaryFile(dir=self._room) as file:
            self._view.dump(graph, file)
            file.seek(0)
            for line in file:
                self._triples += 1
                if self._triples > self._most:
                    raise StoreError(f"there are more than {self._most:,} triples to copy")
                yield line.split(b" ", 2)


def _ordered(texts: Sequence[str]) -> tuple[list[str], Ids, list[int]]:
    """Terms in the order of ids, the id of each number so far, and where kinds begin."""
    kinds: list[list[tuple[Key, int]]] = [[] for _ in Kind]
    for number, text in enumerate(texts, start=1):
        kind, key = kind_and_key(text)
        kinds[kind].append((key, number))
    ids = np.zeros(len(texts) + 1, dtype=np.int32)
    ordered: list[str] = []
    starts: list[int] = []
    for members in kinds:
        members.sort()
        starts.append(len(ordered) + 1)
        for _, number in members:
            ordered.append(texts[number - 1])
            ids[number] = len(ordered)
    return ordered, ids, starts


def _write_terms(folder: Path, texts: Iterable[str]) -> None:
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    hashes = np.fromiter(map(hash_of, encoded), dtype=np.uint64, count=len(encoded))
    order = np.argsort(hashes, kind="stable")
    np.save(folder / "heap.npy", np.frombuffer(b"".join(encoded), dtype=np.uint8))
    np.save(folder / "offsets.npy", offsets)
    np.save(folder / "hashes.npy", hashes[order])
    np.save(folder / "hashed.npy", (order + 1).astype(np.int32))


def _write_relation(folder: Path, name: str, spo: Ids, graphs: Ids | None) -> list[list[int]]:
    """Write both orders of a relation; returns the numbers of each `Predicate`."""
    subjects, predicates, objects = spo
    first = np.argsort(predicates, kind="stable")
    found, starts = np.unique(predicates[first], return_index=True)
    bounds = [int(start) for start in (*starts, len(first))]
    numbers = [[int(p), bounds[i], bounds[i + 1], 0, 0] for i, p in enumerate(found)]
    for order, major, minor in (("so", subjects, objects), ("os", objects, subjects)):
        by = _sorted(first, bounds, major, minor)
        np.save(folder / f"{name}_{order}_s.npy", subjects[by])
        np.save(folder / f"{name}_{order}_o.npy", objects[by])
        if graphs is not None:
            np.save(folder / f"{name}_{order}_g.npy", graphs[by])
        for predicate in numbers:
            part = major[by[predicate[1] : predicate[2]]]
            predicate[3 if order == "so" else 4] = int(np.count_nonzero(np.diff(part))) + 1
    return numbers


def _sorted(first: Numbers, bounds: Sequence[int], major: Ids, minor: Ids) -> Numbers:
    """The rows of each predicate, which stand between bounds, by two columns."""
    done = first.copy()
    for start, end in pairwise(bounds):
        part = first[start:end]
        packed = (major[part].astype(np.uint64) << np.uint64(32)) | minor[part].astype(np.uint64)
        done[start:end] = part[np.argsort(packed, kind="stable")]
    return done
