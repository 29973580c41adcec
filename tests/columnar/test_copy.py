"""The files of a copy: terms, triples, and what happens where they are damaged."""

from __future__ import annotations

import gc
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import pytest
from tests.columnar.worlds import ENTITIES, GRAPHS, ODD, World, filled, literal, world
from tests.mapped import resident

from kg.columnar.layout import KEPT_BYTES, KEPT_MOST, Copy, Relation, check, most_kept
from kg.columnar.terms import Kind, kind_and_key
from kg.errors import StoreError


@pytest.fixture
def some(tmp_path: Path) -> World:
    return world(filled(random.Random(3), 300), tmp_path / "copy")


def triples(copy: Copy, name: str) -> set[tuple[str, ...]]:
    relation = getattr(copy, name)
    found = set()
    for predicate in relation.predicates.values():
        for rows in (relation.by_subject(predicate), relation.by_object(predicate)):
            graphs = [0] * len(rows.s) if rows.g is None else rows.g
            for s, o, g in zip(rows.s, rows.o, graphs, strict=True):
                terms = (s, predicate.id, o) if not g else (s, predicate.id, o, g)
                found.add(tuple(copy.text(int(term)) for term in terms))
    return found


def test_a_copy_has_the_quads_of_the_engine_in_the_engines_words(some: World) -> None:
    quads = [quad for graph in GRAPHS for quad in some.view.quads(graph)]
    assert triples(some.copy, "named") == {tuple(map(str, quad)) for quad in quads}
    united = {tuple(map(str, quad))[:3] for quad in quads if quad.graph_name in GRAPHS[:2]}
    assert triples(some.copy, "union") == united


def test_every_term_is_found_by_its_text_and_no_other_is(some: World) -> None:
    ids = range(1, some.copy.terms + 1)
    assert [some.copy.find(some.copy.text(number)) for number in ids] == list(ids)
    assert some.copy.find('"nothing has this"') == 0


def test_what_was_read_of_files_is_let_go_of_and_read_again(tmp_path: Path) -> None:
    some = world(filled(random.Random(3), 300), tmp_path / "copy")
    read = triples(some.copy, "named"), triples(some.copy, "union")
    gc.collect()  # of what has mapped them as well while the copy was made
    before = resident(some.folder)
    some.copy.let_go()
    assert resident(some.folder) < before / 2
    assert (triples(some.copy, "named"), triples(some.copy, "union")) == read


def test_ids_are_in_the_order_of_kinds_and_of_values(some: World) -> None:
    found = [kind_and_key(some.copy.text(number)) for number in range(1, some.copy.terms + 1)]
    assert [kind for kind, _ in found] == sorted(kind for kind, _ in found)
    for wanted in (Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.STRING):
        keys = [key for kind, key in found if kind == wanted]
        assert len(keys) > 1
        assert all(first < second for first, second in pairwise(keys))


def test_values_that_the_engine_cannot_compare_are_of_no_ordered_kind() -> None:
    known = {kind_and_key(str(term))[0] for term in ODD if term.value in ("9" * 25, "one", "NaN")}
    assert known == {Kind.OTHER}
    assert kind_and_key(str(literal("2020-01-01Z", "date")))[0] == Kind.OTHER


def test_a_copy_of_nothing_can_be_opened(tmp_path: Path) -> None:
    empty = world(ox.Store(), tmp_path / "copy").copy
    assert (empty.terms, empty.union.rows, empty.named.rows) == (0, 0, 0)
    assert empty.find(str(ENTITIES[0])) == 0


@pytest.mark.parametrize("name", ["heap.npy", "union_so_s.npy", "about.json"])
def test_what_is_cut_off_is_not_opened(name: str, some: World, tmp_path: Path) -> None:
    path = tmp_path / "copy" / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreError, match="no copy that can be used"):
        Copy(tmp_path / "copy")


def test_one_changed_byte_is_noticed_by_a_check(some: World, tmp_path: Path) -> None:
    check(tmp_path / "copy")
    path = tmp_path / "copy" / "named_os_g.npy"
    data = bytearray(path.read_bytes())
    data[-3] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"named_os_g\.npy is not what was written"):
        check(tmp_path / "copy")


def test_more_is_kept_of_more_rows_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert most_kept(1_000) == KEPT_BYTES < most_kept(20_000_000) < most_kept(10**9) == KEPT_MOST
    column = np.zeros(30, np.int32)
    columns = {f"{way}_{place}": column for way in ("so", "os") for place in "sog"}
    monkeypatch.setattr("kg.columnar.layout.KEPT_BYTES", 100)
    assert Relation(columns, []).most_kept == 120
    assert Relation(columns, []).of_graph(0, make=True) is None, "30 rows take 480 bytes"
    monkeypatch.setattr("kg.columnar.layout.KEPT_BYTES", 480)
    assert Relation(columns, []).of_graph(0, make=True) is not None
