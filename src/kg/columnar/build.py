"""A copy of a generation, made of its lines: what the engine dumps, or what a bulk load wrote.

The files that people load will not do: the engine rewrites literals. The lines that a bulk load
makes of them will, which are written as the engine writes them.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import pyoxigraph as ox

from kg.columnar.column import Column
from kg.columnar.dump import lines_in, read, texts_of
from kg.columnar.freeing import give_back
from kg.columnar.layout import Ids, Numbers, Rows, Texts, distinct, hashes_of, write_about
from kg.columnar.ordering import ordered
from kg.columnar.packing import ORDERS, sorted_by
from kg.columnar.table import Mask, numbered
from kg.errors import StoreError
from kg.store.live import UNNAMED, Mark
from kg.store.view import View
from kg.store.written import GraphLines, Written

Counts: TypeAlias = Mapping[int, tuple[int, int, int]]
"""How many triples, subjects and objects each predicate has."""

DUMPED_AT_ONCE: Final = 2
"""So many graphs are dumped at once."""

AT_ONCE: Final = 500_000
"""So many texts are written at once."""

MOST_TRIPLES: Final = 700_000_000
"""Three terms of each are fewer than there are ids."""


class Quads(NamedTuple):
    """Quads by numbers of their terms; the default graph has no `g`."""

    s: Ids
    p: Ids
    o: Ids
    g: Ids | None

    def by(self, ids: Ids) -> Quads:
        """The same quads by other numbers: those that `ids` has at these places."""
        graphs = None if self.g is None else ids[self.g]
        return Quads(ids[self.s], ids[self.p], ids[self.o], graphs)

    def where(self, at: Mask | Numbers) -> Quads:
        """The quads at some places."""
        return Quads(self.s[at], self.p[at], self.o[at], None if self.g is None else self.g[at])


@dataclass(frozen=True, slots=True)
class Content:
    """What a copy is made of: the texts of distinct terms, and quads of the relations."""

    texts: Sequence[bytes]
    union: Quads
    named: Quads


def build(view: View, folder: Path, most: int | None = None) -> None:
    """Write a copy of a generation into an empty folder, made of what the engine dumps.

    Raises `StoreError` where it would have more than `most` triples in its graphs.
    """
    room = folder / "dump"
    room.mkdir()
    try:
        build_of_lines(_dumped(view, room), folder, most)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def build_of_lines(written: Written, folder: Path, most: int | None = None) -> None:
    """Write a copy into a folder like `build`, made of lines in the engine's words."""
    most = MOST_TRIPLES if most is None else min(most, MOST_TRIPLES)
    refuse_many(_in_graphs(written), most)  # before all of it is in memory
    give_back()  # what a bulk load had
    content = _read(written)
    give_back()
    refuse_many(len(content.union.s) + len(content.named.s), most)
    write(content, written.generation, written.mark, folder)


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
        "union": placed(write_relation(folder, "union", content.union, ids)),
        "named": placed(write_relation(folder, "named", content.named, ids)),
    }
    write_about(folder, about)


def _dumped(view: View, room: Path) -> Written:
    """What the engine has, dumped graph by graph, several at once: it lets go of Python's lock."""
    names: list[ox.NamedNode | ox.DefaultGraph] = [*view.graphs()]
    if not view.union:
        names.append(UNNAMED)
    paths = [room / str(number) for number in range(len(names))]

    def dump(name: ox.NamedNode | ox.DefaultGraph, path: Path) -> None:
        with path.open("wb") as file:
            view.dump(name, file)

    with ThreadPoolExecutor(DUMPED_AT_ONCE) as beside:
        list(beside.map(dump, names, paths))
    lines = {name: GraphLines([path]) for name, path in zip(names, paths, strict=True)}
    graphs = {name: lines[name] for name in view.graphs()}
    return Written(view.generation, view.mark, view.union, graphs, lines.get(UNNAMED, GraphLines()))


class _Parted(NamedTuple):
    """Triples by places of their terms, and of which part of a `Written` each is: 0 is unnamed."""

    s: Ids
    p: Ids
    o: Ids
    part: Ids

    def where(self, at: Mask | Numbers) -> _Parted:
        """The triples at some places."""
        return _Parted(self.s[at], self.p[at], self.o[at], self.part[at])


def _read(written: Written) -> Content:
    """What there is; the union is made of the graphs that it is the union of."""
    files = [
        (number, path, is_gone)
        for number, part in enumerate([written.unnamed, *written.graphs.values()])
        for is_gone, paths in enumerate((part.come, part.gone))
        for path in paths
    ]
    lines = read([path for _, path, _ in files])
    texts = texts_of(lines)
    numbers, _, gone = zip(*files, strict=True) if files else ((), (), ())
    part = np.repeat(np.array(numbers, np.int32), lines.counts)
    s, p, o = lines.triples
    triples = _Parted(s, p, o, part)
    is_gone = np.repeat(np.array(gone, np.bool_), lines.counts)
    if is_gone.any():
        texts, triples = _used(texts, _without(triples, is_gone))
    return _content(texts, triples, written)


def _in_graphs(written: Written) -> int:
    """How many triples there are in graphs, the union apart."""
    signs = [
        sign * lines_in(path)
        for part in (written.unnamed, *written.graphs.values())
        for sign, paths in ((1, part.come), (-1, part.gone))
        for path in paths
    ]
    return sum(signs)


def _content(texts: list[bytes], triples: _Parted, written: Written) -> Content:
    """The relations; a graph has a text if it has triples."""
    names: list[ox.NamedNode | None] = [None, *written.graphs]
    counts = np.bincount(triples.part, minlength=len(names))
    there = [number for number in np.flatnonzero(counts).tolist() if number]
    terms = np.zeros(len(names), np.int32)
    terms[there] = _places(texts, [str(names[number]).encode() for number in there])
    named = triples if not counts[0] else triples.where(triples.part > 0)
    chosen = np.array(
        [name in written.union if written.union else name is None for name in names], np.bool_
    )
    union = triples if chosen[counts > 0].all() else triples.where(chosen[triples.part])
    return Content(
        texts,
        Quads(union.s, union.p, union.o, None),
        Quads(named.s, named.p, named.o, terms[named.part]),
    )


def _places(texts: list[bytes], wanted: Sequence[bytes]) -> list[int]:
    """The places of some texts, which are added where they are not there."""
    among = frozenset(wanted)
    known = {text: place for place, text in enumerate(texts) if text in among}
    for text in wanted:
        if text not in known:
            known[text] = len(texts)
            texts.append(text)
    return [known[text] for text in wanted]


def _without(triples: _Parted, is_gone: Mask) -> _Parted:
    """The triples that are not among those of their part that are gone."""
    suspect = np.flatnonzero(np.isin(triples.part, np.unique(triples.part[is_gone])))
    numbers = numbered([*triples.where(suspect)], len(suspect))
    stays = np.ones(len(is_gone), np.bool_)
    stays[suspect] = ~np.isin(numbers, numbers[is_gone[suspect]])
    return triples.where(stays)


def _used(texts: list[bytes], triples: _Parted) -> tuple[list[bytes], _Parted]:
    """The texts of terms that triples have, and the triples by these."""
    used = np.zeros(len(texts), np.bool_)
    for ids in triples[:3]:
        used[ids] = True
    places = (np.cumsum(used) - 1).astype(np.int32)
    s, p, o = (places[ids] for ids in triples[:3])
    kept = [texts[at] for at in np.flatnonzero(used).tolist()]
    return kept, _Parted(s, p, o, triples.part)


def write_terms(folder: Path, texts: Sequence[bytes], older: Texts | None = None) -> None:
    """Write the files of `Texts`: the older ones, if there are any, and then these."""
    sizes, hashes = [np.array([len(text) for text in texts], np.int64)], []
    with Column(folder / "heap.npy", np.uint8) as heap:
        if older is not None:
            heap.add(older.heap)
            sizes.insert(0, np.diff(older.offsets))
            hashes.append(older.hashes())
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            heap.add(np.frombuffer(b"".join(some), np.uint8))
            hashes.append(hashes_of(some))
    found = np.concatenate([np.zeros(0, np.uint64), *hashes])
    order = np.argsort(found, kind="stable")
    np.save(folder / "offsets.npy", np.cumsum(np.concatenate([[0], *sizes])))
    np.save(folder / "hashes.npy", found[order])
    np.save(folder / "hashed.npy", (order + 1).astype(np.int32))


def write_relation(folder: Path, name: str, quads: Quads, ids: Ids | None = None) -> Counts:
    """Write both orders of a relation; returns what there is of each predicate.

    The terms are those that `ids` has at their places, where it is given. One predicate after the
    other is in memory, in the order of their ids.
    """
    places = "so" if quads.g is None else "sog"
    order = np.argsort(quads.p, kind="stable")
    found, starts = np.unique(quads.p[order], return_index=True)
    parts = zip(found.tolist(), pairwise([*starts.tolist(), len(order)]), strict=True)
    counts: dict[int, tuple[int, int, int]] = {}
    with ExitStack() as files:
        columns = {
            (end, place): files.enter_context(
                Column(folder / f"{name}_{way}_{place}.npy", np.int32)
            )
            for end, way in ORDERS.items()
            for place in places
        }
        for predicate, (start, end) in sorted(parts, key=lambda part: _by(ids, part[0])):
            rows = quads.where(order[start:end])
            rows = rows if ids is None else rows.by(ids)
            ways = {way: sorted_by(way, Rows(rows.s, rows.o, rows.g)) for way in ORDERS}
            for (way, place), column in columns.items():
                column.add(getattr(ways[way], place))
            by_s, by_o = ways["s"], ways["o"]
            counts[_by(ids, predicate)] = len(by_s.s), distinct(by_s.s), distinct(by_o.o)
    return counts


def _by(ids: Ids | None, term: int) -> int:
    return term if ids is None else int(ids[term])


def placed(counts: Counts) -> list[list[int]]:
    """The numbers of each `Predicate`, which stand one after the other."""
    ends = accumulate((rows for rows, _, _ in counts.values()), initial=0)
    return [
        [predicate, start, start + rows, subjects, objects]
        for (predicate, (rows, subjects, objects)), start in zip(counts.items(), ends, strict=False)
    ]
