"""What holds for the embedded home in a folder, beyond the contract."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
import time

import pyoxigraph as ox
import pytest
from tests.store.folders import opened, subjects
from tests.store.homes import ALL, META, commit
from tests.store.toy import curated, ex, quad

import kg.store.folder
from kg.errors import NotFoundError, StoreError
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder
from kg.store.values import solutions


def test_reading_makes_no_folder(home):
    store = opened(home)
    store.register_artefact("x", lambda snapshot, folder: None, lambda folder: "made")
    assert (store.generation(), solutions(store, ALL), store.artefact("x")) == (0, [], "made")
    assert not home.exists()


def test_the_last_three_generations_are_kept(home):
    store = opened(home)
    for number in range(5):
        commit(store, quad(f"s{number}", "o"))
    assert sorted(path.name for path in (home / "snapshots").iterdir()) == ["3", "4", "5"]
    assert len(list(opened(home).snapshot(at=3).quads(curated))) == 3
    with pytest.raises(NotFoundError, match="2"):
        store.snapshot(at=2)
    assert len(opened(home).log()) == 5


def test_no_half_of_a_snapshot_has_its_name_while_it_is_removed(home, monkeypatch):
    commit(opened(home), quad("a", "b"))
    folder, seen = Folder(home), []
    monkeypatch.setattr(kg.store.folder, "remove_tree", lambda _: seen.append(folder.kept()))
    folder.drop(1)
    assert seen == [[0]]
    assert [path.is_dir() for path in folder.left()] == [True]


def test_artefacts_of_generations_that_are_gone_are_removed(home):
    store = opened(home)
    store.register_artefact("x", lambda snapshot, folder: None, lambda folder: folder.name)
    for number in range(5):
        commit(store, quad(f"s{number}", "o"))
        store.artefact("x")
    assert sorted(path.name for path in (home / "artefacts" / "x").iterdir()) == ["3", "4", "5"]


def test_a_plain_dataset_has_an_unnamed_graph_of_its_own(home):
    store = EmbeddedStore(home, Setup(union=()))
    assert not store.capabilities.union_default_graph
    commit(store, ox.Quad(ex("a"), ex("p"), ex("b")), quad("c", "d"))
    assert [row["s"] for row in solutions(store, ALL)] == [ex("a")]
    assert len(list(EmbeddedStore(home, Setup(union=())).snapshot().quads())) == 2


def test_a_commit_leaves_no_private_copy_behind(home):
    commit(opened(home), quad("a", "b"))
    assert list((home / "work").iterdir()) == []
    assert sorted(path.name for path in home.glob("live*")) == ["live", "live.0"]


def test_what_interrupted_writers_have_left_is_removed_by_the_next_one(home):
    commit(opened(home), quad("a", "b"))
    left = [home / "snapshots" / ".2-abcd", home / "work" / "1-abcd", home / "live.2-abcd"]
    for path in left:
        path.mkdir()
        (path / "CURRENT").write_text("half a")
    assert opened(home).generation() == 1
    assert commit(opened(home), quad("c", "d")).generation == 2
    assert not any(path.exists() for path in left)
    assert subjects(home) == ["a", "c"]


def test_snapshots_that_the_log_does_not_know_are_removed_by_the_next_writer(home):
    commit(opened(home), quad("a", "b"))
    shutil.copytree(home / "snapshots" / "1", home / "snapshots" / "7")
    assert commit(opened(home), quad("c", "d")).generation == 2
    assert subjects(home) == ["a", "c"]
    assert sorted(path.name for path in (home / "snapshots").iterdir()) == ["0", "1", "2"]


def test_a_snapshot_of_another_history_is_made_anew(tmp_path):
    mine, other = tmp_path / "mine", tmp_path / "other"
    commit(opened(mine), quad("a", "b"))
    commit(opened(other), quad("x", "y"))
    shutil.rmtree(mine / "snapshots" / "1")
    shutil.copytree(other / "snapshots" / "1", mine / "snapshots" / "1")
    commit(opened(mine), quad("c", "d"))
    assert subjects(mine) == ["a", "c"]
    assert len(list(opened(mine).snapshot(at=1).quads(curated))) == 1


def test_a_snapshot_that_is_not_whole_is_made_anew(home):
    commit(opened(home), quad("a", "b"))
    (home / "snapshots" / "1" / "CURRENT").unlink()
    with pytest.raises(StoreError, match="cannot be opened"):
        opened(home).generation()
    with opened(home).writing() as writer:
        writer.publish()
    assert subjects(home) == ["a"]


def test_a_snapshot_that_is_missing_is_made_by_whoever_reads(home):
    commit(opened(home), quad("a", "b"))
    shutil.rmtree(home / "snapshots" / "1")
    assert subjects(home) == ["a"]


# --- writers take turns


def test_a_writer_gives_up_in_the_end_and_names_the_process_that_writes(home):
    writer = "from tests.store.folders import hold; import sys; hold(sys.argv[1])"
    process = subprocess.Popen(
        [sys.executable, "-c", writer, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    try:
        with (
            pytest.raises(StoreError, match=f"process {process.pid} writes"),
            opened(home).writing(0.1),
        ):
            pass
    finally:
        process.communicate("", timeout=30)
    assert commit(opened(home), quad("a", "b")).generation == 1


def test_a_writer_waits_for_another_one(home):
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with opened(home).writing():
            held.set()
            free.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    threading.Timer(0.2, free.set).start()
    assert commit(opened(home), quad("a", "b"), commit_id="one").generation == 1
    assert free.is_set()
    thread.join()


def test_a_home_that_is_a_file_is_a_store_error(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError):
        commit(opened(tmp_path / "home"), quad("a", "b"), commit_id="one")


def test_a_store_of_a_newer_kg_is_left_alone(home):
    commit(opened(home), quad("a", "b"))
    (home / "format.json").write_text('{"format": 4}\n')
    for use in (lambda: opened(home).generation(), lambda: commit(opened(home), commit_id="x")):
        with pytest.raises(StoreError, match="has format 4") as caught:
            use()
        assert "newer kg" in str(caught.value.hint)


def test_a_store_of_an_older_kg_says_how_it_is_upgraded(home):
    home.mkdir()
    (home / "commits.jsonl").write_text("")
    with pytest.raises(StoreError, match="older format 1") as caught:
        opened(home).generation()
    assert "kg upgrade" in str(caught.value.hint)


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import pyoxigraph as ox
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder
from kg.store.interface import CommitMeta, Patch
store = EmbeddedStore(Path(sys.argv[1]))
meta = CommitMeta("a", "b", datetime(2024, 1, 1, tzinfo=UTC))
first = store.generation()
for n in range(first, first + 1000):
    node = lambda what: ox.NamedNode(f"http://example.org/{what}")
    graph = ox.NamedNode("https://w3id.org/conflict-kg/graph/curated")
    quads = [ox.Quad(node(f"n{n}"), node("p"), node(f"o{i}"), graph) for i in range(20)]
    store.commit(Patch(tuple(quads)), meta, commit_id=f"c{n}")
    print(n, flush=True)
"""


def test_a_killed_writer_loses_no_acknowledged_commit_and_leaves_no_half_one(home):
    for round_ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline())]
        time.sleep(0.02 + 0.037 * round_)
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.communicate()[0].split()]
        counts: dict[str, int] = {}
        for row in solutions(EmbeddedStore(home), ALL):
            counts[row["s"].value] = counts.get(row["s"].value, 0) + 1
        assert set(counts.values()) == {20}
        assert all(f"http://example.org/n{n}" in counts for n in acknowledged)
        assert len(counts) == EmbeddedStore(home).generation()


def test_commits_say_when_they_were_made_as_they_were_told(home):
    commit(opened(home), quad("a", "b"))
    assert opened(home).log()[0].time == META.time.isoformat()
