from __future__ import annotations

import os
import random
import threading
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.homes import ALL, commit, names
from tests.store.toy import RULES, consensus, curated, ex, imported, quad

import kg.store.history
import kg.store.room
from kg.errors import NotFoundError, StoreError
from kg.namespaces import PREFIXES
from kg.store.candidate import Setup
from kg.store.digest import EMPTY, added
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder, remove_tree
from kg.store.history import difference, nearest, state_at, summary
from kg.store.interface import CommitMeta, LogEntry, Patch
from kg.store.log import CommitLog, Record
from kg.store.values import solutions

SETUP = Setup(RULES)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def opened(home: Path) -> EmbeddedStore:
    return EmbeddedStore(home, SETUP)


def some_history(home: Path, commits: int) -> list[set[ox.Quad]]:
    """Random commits; all quads of each generation, computed ones among them."""
    choose, store, states = random.Random(7), opened(home), [set[ox.Quad]()]
    for _ in range(commits):
        there = sorted((q for q in states[-1] if q.graph_name in (curated, imported)), key=str)
        come = [quad(f"s{choose.randrange(6)}", "o", g) for g in (curated, imported)]
        gone = choose.sample(there, min(len(there), choose.randrange(3)))
        commit(store, *come, removed=[q for q in gone if q not in come])
        states.append(set(store.snapshot().quads()))
    return states


def test_every_generation_is_again_what_it_was_with_what_followed_from_it(home):
    states = some_history(home, 9)
    assert len(Folder(home).kept()) < 5
    for generation, state in enumerate(states):
        with state_at(Folder(home), SETUP, generation) as past:
            assert past.generation() == generation
            assert set(past.snapshot().quads()) == state
    assert any(q.graph_name == consensus for state in states[:-3] for q in state)
    assert sorted(os.listdir(home / "past")) == []


@pytest.mark.parametrize("kept", [[], [1], [9], [1, 9]])
def test_it_does_not_matter_which_snapshots_are_kept(home, kept, monkeypatch):
    monkeypatch.setattr("kg.store.writer.KEPT", 20)
    states = some_history(home, 9)
    for generation in Folder(home).kept():
        if generation not in kept:
            remove_tree(home / "snapshots" / str(generation))
    for generation in (1, 4, 9):
        with state_at(Folder(home), SETUP, generation) as past:
            assert set(past.snapshot().quads()) == states[generation]


def test_a_large_way_is_loaded_and_comes_to_the_same(home, monkeypatch):
    states = some_history(home, 6)
    monkeypatch.setattr(kg.store.history, "BULK_QUADS", 0)
    for generation in (2, 5):
        with state_at(Folder(home), SETUP, generation) as past:
            assert set(past.snapshot().quads()) == states[generation]


def test_an_earlier_generation_is_asked_like_a_store(home):
    store = opened(home)
    for name in ("a", "b", "c", "d", "e"):
        commit(store, quad(name, "o"))
    with state_at(Folder(home), SETUP, 2) as past:
        assert names(solutions(past, ALL)) == [("a", "o"), ("b", "o")]
    with state_at(Folder(home), SETUP, 0) as past:
        assert solutions(past, ALL) == []


@pytest.mark.parametrize("generation", [3, 1000])
def test_a_generation_that_was_never_made_is_not_found(home, generation):
    for name in ("a", "b"):
        commit(opened(home), quad(name, "o"))
    with pytest.raises(NotFoundError), state_at(Folder(home), SETUP, generation):
        pass


def test_asking_for_nothing_makes_no_folder(home):
    with state_at(Folder(home), SETUP, 0) as past:
        assert past.generation() == 0
    assert not home.exists()


def test_a_snapshot_that_vanishes_while_it_is_copied_has_a_successor(home, monkeypatch):
    states = some_history(home, 6)
    copy, gone = kg.store.room.clone, []

    def clone(source: Path, target: Path) -> None:
        if not gone:
            gone.append(source)
            for path in sorted(source.iterdir())[::2]:
                path.unlink()
        copy(source, target)

    monkeypatch.setattr(kg.store.room, "clone", clone)
    with state_at(Folder(home), SETUP, 5) as past:
        assert set(past.snapshot().quads()) == states[5]
    assert gone == [home / "snapshots" / "5"]


def test_half_a_snapshot_is_not_taken_for_an_empty_store(home):
    states = some_history(home, 3)
    for name in ("CURRENT", "MANIFEST*"):
        for path in (home / "snapshots" / "3").glob(name):
            path.unlink()
    with state_at(Folder(home), SETUP, 3) as past:
        assert set(past.snapshot().quads()) == states[3]


def test_what_does_not_add_up_to_its_digest_is_not_shown(home):
    folder = Folder(home)
    commit(opened(home), quad("a", "o"))
    meta = CommitMeta("x", "x", datetime(2024, 1, 1, tzinfo=UTC))
    patch = Patch((quad("b", "o"),))
    CommitLog(folder).append([Record("wrong", meta, patch, added(EMPTY, [quad("c", "o")]))])
    with pytest.raises(StoreError, match="cannot be made"), state_at(folder, SETUP, 2):
        pass


def test_states_are_made_while_commits_are_made(home):
    store, stop = opened(home), threading.Event()
    commit(store, quad("n1", "o"))

    def write() -> None:
        number = 1
        while not stop.is_set() and number < 60:
            number += 1
            commit(store, quad(f"n{number}", "o"), commit_id=f"n{number}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(8):
            head = CommitLog(Folder(home)).head()[0]
            for generation in {1, head}:
                with state_at(Folder(home), SETUP, generation) as past:
                    assert len(list(past.snapshot().quads(curated))) == generation
    finally:
        stop.set()
        writer.join()


def test_rooms_of_ended_processes_are_removed_and_those_of_others_are_not(home):
    commit(opened(home), quad("a", "o"))
    folder = Folder(home)
    left = home / "past" / "1-left"
    left.mkdir(parents=True)
    (left / "lock").touch()
    with kg.store.room.room(folder) as first, kg.store.room.room(folder) as second:
        assert first.is_dir()
        assert second.is_dir()
        assert not left.exists()
    assert not first.exists()


def test_a_difference_is_what_is_left_of_all_commits_between(home):
    store, log = opened(home), CommitLog(Folder(home))
    commit(store, quad("a", "o"), quad("b", "o"))
    commit(store, quad("c", "o"), removed=[quad("a", "o")])
    commit(store, quad("a", "o"), removed=[quad("c", "o"), quad("b", "o")])
    assert difference(log, 1, 3) == Patch((), (quad("b", "o"),))
    assert difference(log, 3, 1) == Patch((quad("b", "o"),), ())
    assert difference(log, 2, 2) == Patch()
    assert difference(log, 0, 3) == Patch((quad("a", "o"),))
    with pytest.raises(NotFoundError):
        difference(log, 0, 4)


def test_a_summary_counts_by_graph_and_by_thing():
    ada = ox.NamedNode(f"{PREFIXES['person']}ada")
    patch = Patch(
        (ox.Quad(ada, ex("p"), ex("o"), curated), quad("a", "o", imported)),
        (ox.Quad(ada, ex("q"), ex("o"), curated),),
    )
    found = summary(patch.added, patch.removed)
    assert {name: (c.added, c.removed) for name, c in found.graphs.items()} == {
        "graph:curated": (1, 1),
        "graph:imported": (1, 0),
    }
    assert {name: (c.added, c.removed) for name, c in found.entities.items()} == {
        "http://example.org/a": (1, 0),
        "person:ada": (1, 1),
    }


def test_the_nearest_generation_has_the_fewest_quads_between():
    sizes = [1000, 5, 5, 400]
    entries = [LogEntry(g, "", "", "", "", n, 0, "", "") for g, n in enumerate(sizes, 1)]
    assert nearest(entries, {0, 1, 4}, 3) == 1
    assert nearest(entries, {0, 4}, 3) == 4
    assert nearest(entries, {0, 4, 9}, 4) == 4
    assert nearest(entries, {0}, 4) == 0
