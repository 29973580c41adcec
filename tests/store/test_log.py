"""The log of commits in the folder, and what an interrupted or failing commit leaves."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.folders import authored, digest, opened, subjects
from tests.store.homes import commit
from tests.store.toy import curated, ex, quad

import kg.store.lines
import kg.store.log
import kg.store.writer
from kg.errors import StoreError
from kg.store.interface import Patch
from kg.store.lines import START, parts
from kg.store.live import Live
from kg.store.log import CommitLog
from kg.store.writer import Writer

INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")
DISK = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def lines(home: Path) -> list[bytes]:
    return (home / "commits.log").read_bytes().splitlines(keepends=True)


def test_a_line_is_a_commit_chained_to_those_before_it(home):
    receipts = [commit(opened(home), quad(f"s{n}", "o")) for n in range(3)]
    before = START
    for receipt, line in zip(receipts, lines(home), strict=True):
        hash_, _, rest = line.removesuffix(b"\n").partition(b" ")
        head, _, content = rest.partition(b"\t")
        assert hash_.decode() == hashlib.sha256(before.encode() + head).hexdigest()
        fields = json.loads(head)
        assert fields["content"] == hashlib.sha256(content).hexdigest()
        assert (fields["generation"], fields["digest"]) == (receipt.generation, receipt.digest)
        assert json.loads(content)["patch"].startswith("A <http://example.org/s")
        before = hash_.decode()
    assert opened(home).log()[-1].hash == before


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_line_that_was_changed_is_named_with_its_number(home, number):
    for n in range(3):
        commit(opened(home), quad(f"s{n}", "o"))
    text = lines(home)
    text[number - 1] = text[number - 1].replace(b"a reason", b"a treason")
    (home / "commits.log").write_bytes(b"".join(text))
    for use in (lambda: opened(home).generation(), lambda: opened(home).log()):
        with pytest.raises(StoreError, match=f"line {number} of .*commits.log is damaged"):
            use()


def test_a_line_that_was_taken_out_is_named(home):
    for n in range(3):
        commit(opened(home), quad(f"s{n}", "o"))
    text = lines(home)
    (home / "commits.log").write_bytes(text[0] + text[2])
    with pytest.raises(StoreError, match=r"line 2 of .*commits.log is damaged"):
        opened(home).log()


@pytest.mark.parametrize("kept", [1, 70, -1])
def test_half_a_line_counts_for_nothing_and_is_cut_off(home, kept):
    commit(opened(home), quad("a", "b"))
    whole = (home / "commits.log").read_bytes()
    (home / "commits.log").write_bytes(whole + whole[:kept])
    assert subjects(home) == ["a"]
    assert commit(opened(home), quad("c", "d")).generation == 2
    assert subjects(home) == ["a", "c"]
    assert [json.loads(parts(line)[1])["generation"] for line in lines(home)] == [1, 2]


def test_a_log_that_grows_is_read_on_by_those_who_have_it_open(home):
    reader = opened(home)
    for n in range(3):
        commit(opened(home), quad(f"s{n}", "o"))
        assert [entry.generation for entry in reader.log()] == list(range(1, n + 2))


# --- disks that are full or fail


@pytest.mark.parametrize("failing", ["fsync", "pwrite"])
def test_a_disk_error_leaves_the_generation_before_and_the_next_commit_works(
    home, monkeypatch, failing
):
    store = opened(home)
    commit(store, quad("a", "b"))
    whole = (home / "commits.log").read_bytes()
    real = getattr(os, failing)

    def fail(handle, *rest):
        if Path(os.readlink(f"/proc/self/fd/{handle}")).name == "lock":
            return real(handle, *rest)
        raise DISK

    with monkeypatch.context() as patch:
        patch.setattr(os, failing, fail)
        with pytest.raises(StoreError, match="no space left"):
            commit(store, quad("c", "d"), commit_id="two")
    assert (home / "commits.log").read_bytes() == whole
    assert (store.generation(), subjects(home)) == (1, ["a"])
    assert not commit(store, quad("c", "d"), commit_id="two").repeated
    assert subjects(home) == ["a", "c"]


def test_a_short_write_to_the_log_is_taken_back(home, monkeypatch):
    store = opened(home)
    commit(store, quad("a", "b"))
    whole = (home / "commits.log").read_bytes()
    real = os.pwrite
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", lambda fd, data, at: real(fd, data[:10], at))
        with pytest.raises(StoreError, match="no space left"):
            commit(store, quad("c", "d"))
    assert (home / "commits.log").read_bytes() == whole


def test_a_commit_is_on_disk_in_the_log_before_the_engine_hears_of_it(home, monkeypatch):
    happened = []
    fsync, apply = os.fsync, Writer._apply

    def noted_fsync(handle):
        happened.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        fsync(handle)

    def noted_apply(self, patch, mark):
        happened.append("engine")
        apply(self, patch, mark)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Writer, "_apply", noted_apply)
    commit(opened(home), quad("a", "b"))
    assert happened[-3:] == ["commits.log", "home", "engine"]


def test_a_snapshot_that_cannot_be_made_takes_no_commit_back(home, monkeypatch):
    store = opened(home)
    commit(store, quad("a", "b"))
    real = Path.rename

    def fail(self, target):
        if Path(target).parent.name == "snapshots":
            raise DISK
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", fail)
        with pytest.raises(StoreError, match="snapshot cannot be made: no space left"):
            commit(store, quad("c", "d"), commit_id="two")
    assert list((home / "snapshots").glob(".*")) == []
    assert commit(store, quad("c", "d"), commit_id="two").repeated
    assert subjects(home) == ["a", "c"]


def test_what_the_engine_cannot_write_is_taken_out_of_the_log(home, monkeypatch):
    store = opened(home)
    commit(store, quad("a", "b"))
    whole = (home / "commits.log").read_bytes()
    real = Live.apply

    def fail(self, patch, mark):
        if mark.generation > self.mark.generation:
            raise StoreError("the engine could not write: no more room")
        real(self, patch, mark)

    with monkeypatch.context() as patch:
        patch.setattr(Live, "apply", fail)
        with pytest.raises(StoreError, match="no more room"):
            commit(store, quad("c", "d"), commit_id="two")
    assert (home / "commits.log").read_bytes() == whole
    assert (store.generation(), subjects(home)) == (1, ["a"])
    receipt = commit(store, quad("c", "d"), commit_id="two")
    assert (receipt.generation, receipt.repeated) == (2, False)


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


# --- large commits


def test_large_patches_have_a_file_of_their_own(home, monkeypatch):
    monkeypatch.setattr(kg.store.lines, "LINE_BYTES", 1_000)
    many = [quad(f"s{n}", "o") for n in range(50)]
    commit(opened(home), quad("a", "b"))
    commit(opened(home), *many)
    assert [path.name for path in (home / "patches").iterdir()] == ["2"]
    assert len(lines(home)[1]) < 1_000
    log = CommitLog(opened(home).folder)
    assert set(log.patch(2).added) == set(many)
    (home / "patches" / "2").write_bytes((home / "patches" / "2").read_bytes()[:-10])
    with pytest.raises(StoreError, match=r"patches/2 is damaged"):
        log.patch(2)


def test_a_large_patch_whose_line_fails_leaves_no_file(home, monkeypatch):
    commit(opened(home), quad("a", "b"))
    monkeypatch.setattr(kg.store.lines, "LINE_BYTES", 10)
    with monkeypatch.context() as patch:

        def fail(self, data):
            raise DISK

        patch.setattr(CommitLog, "_write", fail)
        with pytest.raises(StoreError, match="no space left"):
            commit(opened(home), quad("c", "d"))
    assert list((home / "patches").iterdir()) == []


def test_a_commit_of_very_many_quads_is_loaded_into_a_new_directory(home, monkeypatch):
    commit(opened(home), quad("a", "b"), quad("z", "z"))
    small = (home / "live").resolve()
    monkeypatch.setattr(kg.store.writer, "BULK_QUADS", 5)
    many = [quad(f"s{n}", "o") for n in range(9)]
    receipt = commit(opened(home), *many, removed=[quad("z", "z")])
    assert (receipt.generation, receipt.added, receipt.removed) == (2, 9, 1)
    assert (home / "live").resolve() != small
    assert not small.exists()
    assert authored(home) == {quad("a", "b"), *many}
    assert receipt.digest == digest(home)
    assert commit(opened(home), quad("after", "b")).generation == 3


def test_a_load_that_fails_leaves_the_directory_as_it_was(home, monkeypatch):
    commit(opened(home), quad("a", "b"))
    before = (home / "live").resolve()
    monkeypatch.setattr(kg.store.writer, "BULK_QUADS", 5)
    many = [quad(f"s{n}", "o") for n in range(9)]

    def fail(folder, path):
        raise DISK

    with monkeypatch.context() as patch:
        patch.setattr(kg.store.writer, "swap_in", fail)
        with pytest.raises(StoreError, match="no space left"):
            commit(opened(home), *many, commit_id="many")
    assert (home / "live").resolve() == before
    assert [path.name for path in home.glob("live.*")] == [before.name]
    assert len(lines(home)) == 1
    assert commit(opened(home), *many, commit_id="many").generation == 2


# --- forms of literals


def test_what_the_engine_writes_otherwise_is_kept_as_the_engine_has_it(home):
    padded = quad("a", ox.Literal("007", datatype=INTEGER))
    plain = quad("a", ox.Literal("7", datatype=INTEGER))
    receipt = commit(opened(home), padded)
    assert receipt.added == 1
    assert authored(home) == {plain}
    assert receipt.digest == digest(home)
    assert CommitLog(opened(home).folder).patch(1) == Patch(added=(plain,))
    assert commit(opened(home), plain).added == 0
    assert commit(opened(home), removed=[padded]).removed == 1
    assert authored(home) == set()


def test_text_of_any_sort_comes_back_as_it_was(home):
    texts = [
        "a\nb",
        "tab\t",
        'quote " and \\ backslash',
        "Ստեփանակերտ",
        "\u2028\x85\x0c",
        "\x00\x1f",
    ]
    quads = {quad(f"s{n}", ox.Literal(text)) for n, text in enumerate(texts)}
    quads |= {ox.Quad(ex("s"), ex("p"), ox.Literal("x", language="hy-Latn"), curated)}
    commit(opened(home), *quads)
    assert authored(home) == quads
    assert set(CommitLog(opened(home).folder).patch(1).added) == quads
