"""What holds for the plain home in a folder, beyond the contract."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.homes import META, RULES, commit, curated, ex, quad

from kg.errors import NotFoundError, StoreError
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore
from kg.store.files import Folder
from kg.store.values import solutions

ALL = "SELECT ?s ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?s ?o"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def opened(home: Path) -> EmbeddedStore:
    return EmbeddedStore(home, Setup(RULES))


def subjects(home: Path) -> list[str]:
    return [row["s"].value.rpartition("/")[2] for row in solutions(opened(home), ALL)]


def test_reading_makes_no_folder(home):
    store = opened(home)
    store.register_artefact("x", lambda snapshot, folder: None, lambda folder: "made")
    assert (store.generation(), solutions(store, ALL), store.artefact("x")) == (0, [], "made")
    assert not home.exists()


def test_a_generation_is_a_sorted_dump_of_the_named_graphs(home):
    commit(opened(home), quad("b", "c"), quad("a", "b"))
    lines = (home / "generation-1.nq").read_text().splitlines()
    assert len(lines) == 3
    assert lines == sorted(lines)
    assert all("/graph/" in line for line in lines)


def test_the_same_quads_have_the_same_digest(tmp_path):
    first = commit(opened(tmp_path / "1"), quad("a", "b"), quad("c", "d"))
    second = commit(opened(tmp_path / "2"), quad("c", "d"), quad("a", "b"))
    assert first.digest == second.digest


def test_the_last_three_generations_are_kept(home):
    store = opened(home)
    for number in range(5):
        commit(store, quad(f"s{number}", "o"))
    assert sorted(path.name for path in home.glob("*.nq")) == [
        "generation-3.nq",
        "generation-4.nq",
        "generation-5.nq",
    ]
    assert len(list(opened(home).snapshot(at=3).quads(curated))) == 3
    with pytest.raises(NotFoundError, match="2"):
        store.snapshot(at=2)
    assert len(opened(home).log()) == 5


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


def test_a_file_that_was_changed_by_others_is_noticed(home):
    commit(opened(home), quad("a", "b"))
    path = home / "generation-1.nq"
    path.write_bytes(path.read_bytes().replace(b"/a>", b"/z>"))
    with pytest.raises(StoreError, match="generation 1 is damaged"):
        opened(home).generation()


def test_a_log_that_cannot_be_read_is_named_with_its_line(home):
    commit(opened(home), quad("a", "b"))
    with (home / "commits.jsonl").open("a") as log:
        log.write("not json\n")
    with pytest.raises(StoreError, match="line 2"):
        opened(home).generation()


# --- interrupted and failing commits


def test_half_a_line_in_the_log_counts_for_nothing_and_is_cut_off(home):
    commit(opened(home), quad("a", "b"))
    with (home / "commits.jsonl").open("a") as log:
        log.write('{"generation": 2, "commit_id"')
    assert subjects(home) == ["a"]
    assert commit(opened(home), quad("c", "d")).generation == 2
    assert subjects(home) == ["a", "c"]
    lines = (home / "commits.jsonl").read_text().splitlines()
    assert [json.loads(line)["generation"] for line in lines] == [1, 2]


def test_a_dump_without_a_line_in_the_log_counts_for_nothing(home):
    commit(opened(home), quad("a", "b"))
    (home / "generation-2.nq").write_text("<http://e/x> <http://e/x> <http://e/x> <http://e/g> .\n")
    (home / "generation-2.tmp").write_text("half a")
    assert opened(home).generation() == 1
    assert commit(opened(home), quad("c", "d")).generation == 2
    assert subjects(home) == ["a", "c"]


DISK = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("failing", ["fsync", "pwrite", "ftruncate", "replace"])
def test_a_disk_error_leaves_the_generation_before_and_the_next_commit_works(
    home, monkeypatch, failing
):
    store = opened(home)
    commit(store, quad("a", "b"))

    def fail(*args):
        raise DISK

    with monkeypatch.context() as patch:
        patch.setattr(*((Path, "replace") if failing == "replace" else (os, failing)), fail)
        with pytest.raises(StoreError, match="no space left"):
            commit(store, quad("c", "d"), commit_id="two")
    assert store.generation() == 1
    assert subjects(home) == ["a"]
    assert list(home.glob("*.tmp")) == []
    assert not commit(store, quad("c", "d"), commit_id="two").repeated
    assert subjects(home) == ["a", "c"]


def test_a_short_write_to_the_log_is_taken_back(home, monkeypatch):
    store = opened(home)
    commit(store, quad("a", "b"))
    whole = (home / "commits.jsonl").read_bytes()
    real = os.pwrite
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", lambda fd, data, at: real(fd, data[:10], at))
        with pytest.raises(StoreError, match="no space left"):
            commit(store, quad("c", "d"))
    assert (home / "commits.jsonl").read_bytes() == whole


def test_a_commit_is_in_the_log_only_after_its_dump_is_on_disk(home, monkeypatch):
    synced = []
    real = os.fsync

    def fsync(fd):
        synced.append(Path(os.readlink(f"/proc/self/fd/{fd}")).name)
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    commit(opened(home), quad("a", "b"))
    assert synced == ["generation-1.tmp", "home", "commits.jsonl", "home"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(home):
    commit(opened(home), quad("a", "b"))
    home.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="denied"):
            commit(opened(home), quad("c", "d"))
        assert subjects(home) == ["a"]
    finally:
        home.chmod(0o700)


def test_a_home_that_is_a_file_is_a_store_error(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        commit(opened(tmp_path / "home"), quad("a", "b"), commit_id="one")


def test_a_writer_waits_for_another_one_and_gives_up_in_the_end(home):
    home.mkdir()
    with (home / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with (
            pytest.raises(StoreError, match="somebody else"),
            Folder(home, lock_seconds=0.1).writing(),
        ):
            pass
        fcntl.flock(other, fcntl.LOCK_UN)
        assert commit(opened(home), quad("a", "b")).generation == 1


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import pyoxigraph as ox
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch
store = EmbeddedStore(Path(sys.argv[1]))
meta = CommitMeta("a", "b", datetime(2024, 1, 1, tzinfo=UTC))
for n in range(1000):
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
        process.stdout.readline()
        time.sleep(0.02 + 0.013 * round_)
        process.send_signal(signal.SIGKILL)
        acknowledged = [int(line) for line in process.communicate()[0].split()]
        counts: dict[str, int] = {}
        for row in solutions(opened(home), ALL):
            counts[row["s"].value] = counts.get(row["s"].value, 0) + 1
        assert set(counts.values()) == {20}
        assert all(f"http://example.org/n{n}" in counts for n in acknowledged)


def test_commits_say_when_they_were_made_as_they_were_told(home):
    commit(opened(home), quad("a", "b"))
    assert opened(home).log()[0].time == META.time.isoformat()
