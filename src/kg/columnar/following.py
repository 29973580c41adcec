"""How a copy follows commits: from what it was and what came and went to the files of a delta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox

from kg.columnar.build import (
    MOST_TRIPLES,
    Content,
    Counts,
    Quads,
    placed,
    refuse_many,
    write_relation,
)
from kg.columnar.delta import Changed, opened
from kg.columnar.layout import (
    RELATIONS,
    Copy,
    End,
    Numbers,
    Relation,
    Rows,
    about_of,
    damaged,
    write_about,
)
from kg.columnar.new_terms import NewTerms
from kg.columnar.packing import ORDERS, places_in, taken
from kg.columnar.table import Mask, numbered
from kg.store.changes import Change
from kg.store.interface import Patch
from kg.store.live import MARK, UNNAMED
from kg.store.patches import canonical
from kg.store.workflow import is_draft

_NOTHING: Final = np.zeros(0, np.int32)
_NOWHERE: Final = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Delta:
    """What a relation has besides its base: quads that came, and places of rows that are gone."""

    came: Quads
    gone: Mapping[End, Numbers]

    @property
    def rows(self) -> int:
        """How much there is."""
        return len(self.came.s) + len(self.gone["s"])


def extend(old: Path, change: Change, folder: Path, most: int = MOST_TRIPLES) -> None:
    """Write into an empty folder beside a copy what it and a change are together.

    Raises `StoreError` where the copy cannot be used, or would have more than `most` triples.
    """
    about = about_of(old)
    if about["mark"] != list(change.before.values()):
        raise damaged(old, "the change follows another generation")
    copy = opened(old)
    terms = NewTerms(copy)
    sides = _quads(canonical(change.patch), terms)
    deltas = {name: _after(getattr(copy, name), *sides[name]) for name in RELATIONS}
    terms.write(folder)
    written = {
        "generation": change.after.generation,
        "mark": change.after.values(),
        "base": about.get("base", old.name),
        "base_mark": about.get("base_mark", about["mark"]),
        "differing": sum(delta.rows for delta in deltas.values()),
    }
    for name, delta in deltas.items():
        written |= _write(folder, name, _base(getattr(copy, name)), delta)
    refuse_many(sum(end for name in RELATIONS for *_, end, _, _ in written[name][-1:]), most)
    write_about(folder, written)


def _write(folder: Path, name: str, base: Relation, delta: Delta) -> dict[str, list[list[int]]]:
    """Write the files of a delta; returns where rows stand, of those that came and of all."""
    counts = write_relation(folder, name, delta.came)
    for end, way in ORDERS.items():
        np.save(folder / f"{name}_{way}_gone.npy", delta.gone[end])
    return {f"{name}_added": placed(counts), name: placed(_counts(base, delta, counts))}


def content(copy: Copy) -> Content:
    """What a new copy is made of that has no delta; terms without triples are gone from it."""
    quads = [_all(copy.union), _all(copy.named)]
    used = np.zeros(copy.last + 1, np.bool_)
    for each in quads:
        for ids in (each.s, each.p, each.o, each.g):
            if ids is not None:
                used[ids] = True
    kept = np.flatnonzero(used).astype(np.int32)
    kept = kept[np.argsort(copy.ranks(kept), kind="stable")]
    places = np.zeros(len(used), np.int32)
    places[kept] = np.arange(len(kept), dtype=np.int32)
    texts = [copy.text(term).encode() for term in kept.tolist()]
    return Content(texts, *(each.by(places) for each in quads))


def _quads(patch: Patch, terms: NewTerms) -> dict[str, tuple[Quads, Quads]]:
    """What went and what came in each relation."""
    added = set(patch.added)
    removed = [quad for quad in patch.removed if quad not in added]
    sides = [[quad for quad in side if _shown(quad)] for side in (removed, patch.added)]
    return {
        name: (_numbers(name, sides[0], terms), _numbers(name, sides[1], terms))
        for name in RELATIONS
    }


def _shown(quad: ox.Quad) -> bool:
    return quad.graph_name != MARK and not is_draft(quad.graph_name)


def _numbers(name: str, quads: Iterable[ox.Quad], terms: NewTerms) -> Quads:
    """The ids of the quads that a relation has of some."""
    default = name == "union"
    chosen = [quad for quad in quads if (quad.graph_name == UNNAMED) == default]
    rows = [
        [terms.id_of(_text(term)) for term in (quad.triple if default else quad)] for quad in chosen
    ]
    s, p, o, *g = np.array(rows, np.int32).reshape(len(rows), 3 if default else 4).T
    return Quads(s, p, o, g[0] if g else None)


def _text(term: object) -> str:
    """The text of a term as the engine dumps it."""
    return f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term)


def _after(relation: Relation, removed: Quads, added: Quads) -> Delta:
    """A relation when some quads have been removed from it and then others added."""
    base = _base(relation)
    came, gone = _delta(relation)
    known = {end: _places(end, base, added) for end in ORDERS}
    fresh = added.where(known["s"] < 0)
    kept = came.where(~_among_these(came, [removed, fresh]))
    gone = {
        end: np.setdiff1d(np.union1d(gone[end], _places(end, base, removed)), known[end])
        for end in ORDERS
    }
    return Delta(
        _together([kept, fresh]), {end: places[places >= 0] for end, places in gone.items()}
    )


def _base(relation: Relation) -> Relation:
    return relation.base if isinstance(relation, Changed) else relation


def _delta(relation: Relation) -> tuple[Quads, Mapping[End, Numbers]]:
    if isinstance(relation, Changed):
        return _all(relation.added), relation.gone
    graphs = None if relation.part("so", 0, 0).g is None else _NOTHING
    return Quads(_NOTHING, _NOTHING, _NOTHING, graphs), dict.fromkeys(ORDERS, _NOWHERE)


def _places(end: End, base: Relation, quads: Quads) -> Numbers:
    """Where quads stand in an order of a base; -1 where they do not."""
    found = np.full(len(quads.s), -1, np.int64)
    for term in np.unique(quads.p):
        predicate = base.predicates.get(int(term))
        if predicate is not None:
            at = np.flatnonzero(quads.p == term)
            rows = base.part(ORDERS[end], predicate.start, predicate.end)
            wanted = taken(Rows(quads.s, quads.o, quads.g), at)
            places = places_in(end, rows, wanted)
            found[at] = np.where(places < 0, -1, places + predicate.start)
    return found


def _among_these(quads: Quads, others: Sequence[Quads]) -> Mask:
    """Which quads are among some others."""
    whole = _together([quads, *others])
    columns = [whole.p, whole.s, whole.o, *([] if whole.g is None else [whole.g])]
    numbers = numbered(columns, len(whole.s))
    return np.isin(numbers[: len(quads.s)], numbers[len(quads.s) :])


def _together(parts: Sequence[Quads]) -> Quads:
    s, p, o = (np.concatenate([getattr(part, place) for part in parts]) for place in "spo")
    graphs = [part.g for part in parts if part.g is not None]
    return Quads(s, p, o, np.concatenate(graphs) if graphs else None)


def _all(relation: Relation) -> Quads:
    counts = [predicate.rows for predicate in relation.predicates.values()]
    predicates = np.repeat(np.array([*relation.predicates], np.int32), counts)
    rows = relation.all()
    return Quads(rows.s, predicates, rows.o, rows.g)


def _counts(base: Relation, delta: Delta, came: Counts) -> Counts:
    """About how many triples, subjects and objects each predicate has with a delta."""
    found = dict(came)
    for term, known in base.predicates.items():
        first, last = np.searchsorted(delta.gone["s"], [known.start, known.end])
        rows, subjects, objects = came.get(term, (0, 0, 0))
        rows += known.rows - int(last - first)
        found[term] = (
            rows,
            min(rows, subjects + known.subjects),
            min(rows, objects + known.objects),
        )
    return {term: found[term] for term in sorted(found) if found[term][0]}
