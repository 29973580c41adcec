"""A copy of a generation, made from what the engine dumps, or from an older copy and its changes.

The files that were loaded will not do: the engine rewrites literals, and only its dump has the
terms that its answers have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import pyoxigraph as ox

from kg.columnar.dump import read
from kg.columnar.layout import Ids, Numbers, Rows, Texts, hash_of, write_about
from kg.columnar.ordering import ordered
from kg.columnar.packing import ORDERS, by_predicate, distinct, joined, sorted_by
from kg.errors import StoreError
from kg.store.live import Mark
from kg.store.view import View

Counts: TypeAlias = Mapping[int, tuple[int, int, int]]
"""How many triples, subjects and objects each predicate has."""

MOST_TRIPLES: Final = 700_000_000
"""Three terms of each are fewer than there are ids."""


@dataclass(frozen=True, slots=True)
class Quads:
    """Quads by numbers of their terms; the default graph has no `g`."""

    s: Ids
    p: Ids
    o: Ids
    g: Ids | None

    def by(self, ids: Ids) -> Quads:
        """The same quads by other numbers: those that `ids` has at these places."""
        graphs = None if self.g is None else ids[self.g]
        return Quads(ids[self.s], ids[self.p], ids[self.o], graphs)


@dataclass(frozen=True, slots=True)
class Content:
    """What a copy is made of: the texts of distinct terms, and quads of the relations."""

    texts: Sequence[bytes]
    union: Quads
    named: Quads


def build(view: View, folder: Path, most: int | None = None) -> None:
    """Write a copy of a generation into an empty folder.

    Raises `StoreError` where it would have more than `most` triples in its graphs.
    """
    most = MOST_TRIPLES if most is None else min(most, MOST_TRIPLES)
    content = _dumped(view, folder)
    refuse_many(len(content.union.s) + len(content.named.s), most)
    write(content, view.generation, view.mark, folder)


def refuse_many(triples: int, most: int) -> None:
    """Raise `StoreError` where there are more triples than a copy may have."""
    if triples > most:
        raise StoreError(f"there are more than {most:,} triples to copy")


def write(content: Content, generation: int, mark: Mark, folder: Path) -> None:
    """Write a copy of some content into an empty folder."""
    order, kinds = ordered(content.texts)
    ids = np.empty(len(order), np.int32)
    ids[order] = np.arange(1, len(order) + 1, dtype=np.int32)
    write_terms(folder, [content.texts[place] for place in order.tolist()])
    about = {
        "generation": generation,
        "mark": mark.values(),
        "terms": len(order),
        "kinds": kinds,
        "union": placed(write_relation(folder, "union", content.union.by(ids))),
        "named": placed(write_relation(folder, "named", content.named.by(ids))),
    }
    write_about(folder, about)


def _dumped(view: View, room: Path) -> Content:
    """What the engine has.

    The union is made of the graphs that it is the union of; without one it is a graph itself.
    """
    graphs = view.graphs()
    texts, (s, p, o), sizes = _read(view, room)
    wanted = dict.fromkeys(str(graph).encode() for graph in graphs)
    known = {text: place for place, text in enumerate(texts) if text in wanted}
    for text in wanted:
        if text not in known:
            known[text] = len(texts)
            texts.append(text)
    names = [known[text] for text in wanted]
    end = int(sizes[0])
    g = np.repeat(np.array(names, np.int32), sizes[1:])
    named = Quads(s[end:], p[end:], o[end:], g)
    if not view.union:
        return Content(texts, Quads(s[:end], p[:end], o[:end], None), named)
    within = [name for name, graph in zip(names, graphs, strict=True) if graph in view.union]
    at = np.isin(g, within)
    return Content(texts, Quads(s[at], p[at], o[at], None), named)


def _read(view: View, room: Path) -> tuple[list[bytes], Ids, Numbers]:
    """Texts, triples by these, and how many each graph has, by way of a file that is gone then.

    First comes the default graph, or nothing where that is a union.
    """
    path = room / "dump"
    try:
        bounds = [0]
        with path.open("wb") as file:
            if not view.union:
                view.dump(ox.DefaultGraph(), file)
            bounds.append(file.tell())
            for graph in view.graphs():
                view.dump(graph, file)
                bounds.append(file.tell())
        data = np.memmap(path, np.uint8, "r") if bounds[-1] else np.zeros(0, np.uint8)
        lines = read(data, bounds)
        slices = zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)
        octets = data.data  # slices of this take a fraction of the time
        texts = [bytes(octets[start:end]) for start, end in slices]
        return texts, lines.triples, np.diff(lines.before)
    finally:
        path.unlink(missing_ok=True)


def write_terms(folder: Path, texts: Sequence[bytes], older: Texts | None = None) -> None:
    """Write the files of `Texts`: the older ones, if there are any, and then these."""
    sizes = np.array([len(text) for text in texts], np.int64)
    hashes = np.fromiter(map(hash_of, texts), dtype=np.uint64, count=len(texts))
    heap = np.frombuffer(b"".join(texts), dtype=np.uint8)
    if older is not None:
        sizes = np.concatenate([np.diff(older.offsets), sizes])
        hashes = np.concatenate([older.hashes(), hashes])
        heap = np.concatenate([older.heap, heap])
    order = np.argsort(hashes, kind="stable")
    np.save(folder / "heap.npy", heap)
    np.save(folder / "offsets.npy", np.concatenate([[0], np.cumsum(sizes)]))
    np.save(folder / "hashes.npy", hashes[order])
    np.save(folder / "hashed.npy", (order + 1).astype(np.int32))


def write_relation(folder: Path, name: str, quads: Quads) -> Counts:
    """Write both orders of a relation; returns what there is of each predicate."""
    parts = by_predicate(quads.p, Rows(quads.s, quads.o, quads.g))
    ways = {end: [sorted_by(end, part) for part in parts.values()] for end in ORDERS}
    for end, ordered_rows in ways.items():
        columns = joined(ordered_rows, graphs=quads.g is not None)
        for column, values in zip("sog", columns, strict=True):
            if values is not None:
                np.save(folder / f"{name}_{ORDERS[end]}_{column}.npy", values)
    counts = [
        (len(by_s.s), distinct(by_s.s), distinct(by_o.o))
        for by_s, by_o in zip(ways["s"], ways["o"], strict=True)
    ]
    return dict(zip(parts, counts, strict=True))


def placed(counts: Counts) -> list[list[int]]:
    """The numbers of each `Predicate`, which stand one after the other."""
    ends = accumulate((rows for rows, _, _ in counts.values()), initial=0)
    return [
        [predicate, start, start + rows, subjects, objects]
        for (predicate, (rows, subjects, objects)), start in zip(counts.items(), ends, strict=False)
    ]
