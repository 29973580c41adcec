"""A copy follows commits, and is then what one that is made anew would be."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from tests.columnar.test_copy import triples
from tests.columnar.worlds import World, committed, filled, followed, texts_of, world

from kg.columnar.build import write
from kg.columnar.delta import opened
from kg.columnar.following import content, extend
from kg.columnar.layout import Copy
from kg.columnar.overlay import Terms
from kg.columnar.terms import ORDERED, Kind, kind_and_key
from kg.errors import StoreError
from kg.store.live import Mark


def generations(seed: int, folder: Path) -> Iterator[World]:
    """A world and what eight commits make of it."""
    choose = random.Random(seed)
    store = filled(choose, choose.choice((0, 40, 200)))
    now = world(store, folder / "0")
    yield now
    for number in range(1, 9):
        now = followed(store, now, committed(store, choose), folder / str(number))
        yield now


def expected(now: World) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    quads = [texts_of(quad) for graph in now.view.graphs() for quad in now.view.quads(graph)]
    names = {str(graph) for graph in now.view.union}
    return set(quads), {quad[:3] for quad in quads if quad[3] in names}


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_after_each_commit_a_copy_has_the_quads_of_the_engine(seed: int, tmp_path: Path) -> None:
    for now in generations(seed, tmp_path):
        named, union = expected(now)
        assert triples(now.copy, "named") == named
        assert triples(now.copy, "union") == union
        assert (now.copy.named.rows, now.copy.union.rows) == (len(named), len(union))


def test_rows_stay_sorted_and_are_found_by_either_end(tmp_path: Path) -> None:
    *_, now = generations(7, tmp_path)
    relation = now.copy.named
    for predicate in relation.predicates.values():
        of = [relation.of_subject(predicate, term) for term in range(1, now.copy.last + 1)]
        rows = relation.by_subject(predicate)
        assert list(zip(*rows, strict=True)) == [
            row for one in of for row in zip(*one, strict=True)
        ]
        assert list(zip(rows.s, rows.o, strict=True)) == sorted(zip(rows.s, rows.o, strict=True))
        by_object = relation.by_object(predicate)
        keys = list(zip(by_object.o, by_object.s, strict=True))
        assert keys == sorted(keys)
        assert predicate.rows == len(rows.s)


def test_terms_that_came_stand_in_the_order_of_values_among_the_others(tmp_path: Path) -> None:
    *_, now = generations(7, tmp_path)
    ids = np.arange(1, now.copy.last + 1, dtype=np.int32)
    assert now.copy.last > now.copy.terms + 20
    assert [now.copy.find(now.copy.text(int(term))) for term in ids] == ids.tolist()
    in_order = ids[np.argsort(now.copy.ranks(ids))]
    found = [kind_and_key(now.copy.text(int(term))) for term in in_order]
    assert all(a[0] <= b[0] for a, b in pairwise(found))
    assert all(a[1] < b[1] for a, b in pairwise(found) if a[0] == b[0] and a[0] in ORDERED)
    assert {kind for kind, _ in found} == now.copy.kinds(ids)


def test_terms_that_came_are_written_as_those_that_were_there(tmp_path: Path) -> None:
    *_, now = generations(7, tmp_path)
    terms, ids = Terms(now.copy), np.arange(1, now.copy.last + 1, dtype=np.int32)
    found = [kind_and_key(now.copy.text(int(term)))[0] for term in ids]
    assert terms.texts(ids) == [now.copy.text(int(term)).encode() for term in ids]
    mixed = set()
    for kind in Kind:
        of = ids[[each == kind for each in found]]
        assert terms.are_of(ids, {kind}).tolist() == [each == kind for each in found]
        plain = of[[b"\\" not in each for each in terms.texts(of)]]
        if (alike := terms.alike(plain)) is not None:
            mixed |= {kind} if plain[0] <= now.copy.terms < plain[-1] else set()
            assert alike[0] == kind
            assert [_said(each) for each in terms.texts(plain)] == alike[1]
    assert {Kind.IRI, Kind.STRING} <= mixed


def _said(text: bytes) -> bytes:
    """An IRI without its brackets, a literal without its quotes and what follows them."""
    return text[1:-1] if text[:1] == b"<" else text[1 : text.rindex(b'"')]


def test_a_copy_made_of_one_with_changes_has_the_same_and_no_term_that_is_gone(
    tmp_path: Path,
) -> None:
    *_, now = generations(7, tmp_path)
    folder = tmp_path / "new"
    folder.mkdir()
    write(content(now.copy), 9, Mark(9), folder)
    found = Copy(folder)
    assert triples(found, "named") == triples(now.copy, "named")
    assert triples(found, "union") == triples(now.copy, "union")
    anew = world(now.view._store, tmp_path / "anew").copy
    assert [found.text(term) for term in range(1, found.terms + 1)] == [
        anew.text(term) for term in range(1, anew.terms + 1)
    ]


def test_a_change_of_another_generation_is_not_followed(tmp_path: Path) -> None:
    choose = random.Random(1)
    store = filled(choose, 40)
    now = world(store, tmp_path / "0")
    change = committed(store, choose)
    other = replace(change, before=Mark(0, "another"))
    with pytest.raises(StoreError, match="the change follows another generation"):
        extend(now.folder, other, tmp_path)
    followed(store, now, change, tmp_path / "1")
    (tmp_path / "0").rename(tmp_path / "gone")
    with pytest.raises(StoreError, match=r"about\.json cannot be read"):
        opened(tmp_path / "1")
