"""The engine's directory and the log: what is behind is caught up, what does not fit is told."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.folders import authored, digest, opened, subjects
from tests.store.homes import commit
from tests.store.toy import RULES, curated, imported, quad

from kg.errors import StoreError
from kg.store import writer as writers
from kg.store.candidate import UNION, Setup
from kg.store.digest import EMPTY, added
from kg.store.embedded import EmbeddedStore
from kg.store.interface import Patch, Rules
from kg.store.live import UNNAMED, Live, Mark
from kg.store.patches import effective


def filled(home: Path, commits: int) -> None:
    for number in range(commits):
        commit(opened(home), quad(f"s{number}", "o"))


def test_a_directory_that_is_gone_is_made_anew_from_the_log(home):
    filled(home, 3)
    before = authored(home)
    shutil.rmtree((home / "live").resolve())
    (home / "live").unlink()
    with opened(home).writing() as writer:
        assert (writer.replayed, writer.generation) == (3, 3)
    assert commit(opened(home), quad("after", "o")).generation == 4
    assert authored(home) == before | {quad("after", "o")}


def test_a_checkpoint_waits_for_a_flush_that_goes_on(home, monkeypatch):
    """The engine waits for ever where the two overlap."""
    seen, may_end = [], threading.Event()

    def slow(store: ox.Store) -> None:
        may_end.wait(60)
        seen.append("flushed")

    monkeypatch.setattr(writers, "_flush", slow)
    filled(home, 1)
    with opened(home).writing() as writer:
        shutil.rmtree(home / "snapshots" / str(writer.generation))
        writer.flush()
        threading.Timer(0.2, may_end.set).start()
        writer.publish()
        seen.append("published")
    assert seen == ["flushed", "published"]


def test_an_older_directory_is_caught_up_from_the_log(home, tmp_path):
    filled(home, 2)
    live = (home / "live").resolve()
    shutil.copytree(live, tmp_path / "older")
    filled_to = [commit(opened(home), quad(f"t{number}", "o")) for number in range(3)]
    shutil.rmtree(live)
    shutil.copytree(tmp_path / "older", live)
    with opened(home).writing() as writer:
        assert writer.replayed == 3
    receipt = commit(opened(home), quad("after", "o"))
    assert receipt.generation == filled_to[-1].generation + 1
    assert receipt.digest == digest(home)
    assert len(authored(home)) == 6


def test_everything_but_the_log_can_be_lost(home):
    filled(home, 3)
    before = authored(home)
    for path in home.iterdir():
        if path.name not in ("commits.log", "patches", "format.json"):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    assert authored(home) == before
    assert opened(home).generation() == 3


def test_an_engine_that_is_ahead_of_the_log_is_told_and_left_alone(home):
    filled(home, 3)
    lines = (home / "commits.log").read_bytes().splitlines(keepends=True)
    (home / "commits.log").write_bytes(b"".join(lines[:2]))
    with pytest.raises(StoreError, match="at generation 3 and the log at 2"):
        commit(opened(home), quad("x", "y"), commit_id="x")
    (home / "commits.log").write_bytes(b"".join(lines))
    assert commit(opened(home), quad("x", "y")).generation == 4


def test_an_engine_of_another_history_is_told(tmp_path):
    mine, other = tmp_path / "mine", tmp_path / "other"
    filled(mine, 2)
    commit(opened(other), quad("x", "y"))
    shutil.rmtree((mine / "live").resolve())
    shutil.copytree((other / "live").resolve(), (mine / "live").resolve())
    with pytest.raises(StoreError, match="do not belong together"):
        commit(opened(mine), quad("a", "b"), commit_id="a")


def test_a_commit_that_only_the_log_has_is_published_by_the_next_reader(home):
    """As after a crash between the log and the engine."""
    filled(home, 1)
    live = (home / "live").resolve()
    shutil.copytree(live, live.with_name("older"))
    filled_two = commit(opened(home), quad("t", "o"))
    shutil.rmtree(live)
    live.with_name("older").rename(live)
    shutil.rmtree(home / "snapshots" / str(filled_two.generation))
    assert "t" in subjects(home)


# --- random commits

QUADS = [
    quad(s, o, graph)
    for s in ("a", "b")
    for o in ("c", "d")
    for graph in (curated, imported, *UNION[2:3])
]
PATCHES = st.lists(
    st.tuples(st.sets(st.sampled_from(QUADS)), st.sets(st.sampled_from(QUADS))), max_size=8
)


def merged(store: ox.Store) -> Counter[ox.Triple]:
    graphs: Iterable[ox.NamedNode] = UNION
    return Counter(
        {q.triple for graph in graphs for q in store.quads_for_pattern(None, None, None, graph)}
    )


@given(PATCHES)
def test_the_unnamed_graph_is_the_union_and_the_digest_that_of_the_quads(changes):
    rules = Rules(RULES.graphs, RULES.compute) if changes and len(changes) % 2 else Rules()
    live = Live(ox.Store(), rules, UNION)
    state: set[ox.Quad] = set()
    for number, (come, gone) in enumerate(changes, start=1):
        usable = {q for q in come | gone if q.graph_name not in rules.graphs}
        patch = effective(Patch(tuple(come & usable), tuple(gone & usable)), live.store)
        after = added(live.mark.digest, patch.added, removed=patch.removed)
        (live.apply if number % 3 else live.load)(patch, Mark(number, "0" * 64, after))
        state = (state - set(patch.removed)) | set(patch.added)
        unnamed = Counter(q.triple for q in live.store.quads_for_pattern(None, None, None, UNNAMED))
        assert unnamed == merged(live.store)
        graphs = rules.graphs
        computed = {q for g in graphs for q in live.store.quads_for_pattern(None, None, None, g)}
        assert live.mark.digest == added(EMPTY, state)
        assert live.mark.computed == added(EMPTY, computed)
        assert computed == set(rules.compute(live.store))


@settings(max_examples=5)
@given(PATCHES)
def test_after_random_commits_a_folder_says_the_same_as_its_log(changes):
    with TemporaryDirectory() as place:
        home = Path(place) / "home"
        state: set[ox.Quad] = set()
        for number, (come, gone) in enumerate(changes):
            patch = Patch(tuple(come), tuple(gone))
            receipt = commit(
                EmbeddedStore(home, Setup()), *come, removed=patch.removed, commit_id=str(number)
            )
            new = (state - gone) | come
            assert (receipt.added, receipt.removed) == (len(new - state), len(state - new))
            state = new
            assert receipt.digest == added(EMPTY, state)
        assert set(EmbeddedStore(home).snapshot().quads()) == state
        if changes:
            shutil.rmtree((home / "live").resolve())
            (home / "live").unlink()
            shutil.rmtree(home / "snapshots")
            assert set(EmbeddedStore(home).snapshot().quads()) == state
