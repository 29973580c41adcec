"""What is taken out of the log is gone everywhere, and the chain holds all the same."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.folders import authored, digest, opened
from tests.store.homes import META, commit
from tests.store.toy import RULES, quad

import kg.store.lines
import kg.store.log
import kg.store.redaction
from kg.errors import NotFoundError, StoreError
from kg.store.authors import Authors
from kg.store.backup import backup
from kg.store.candidate import Setup
from kg.store.doctor import examine
from kg.store.findings import State
from kg.store.folder import Folder
from kg.store.history import state_at
from kg.store.interface import CommitMeta, Patch
from kg.store.lines import START, chain, parts
from kg.store.log import CommitLog
from kg.store.rebuild import rebuild
from kg.store.redaction import redact
from kg.store.restore import restore
from kg.store.upgrade import upgrade

SETUP = Setup(RULES)
WHY = CommitMeta("Bea", "a court's order of 2031", datetime(2031, 5, 2, tzinfo=UTC))
SECRET = "larkspur"


def chosen(found: ox.Quad) -> bool:
    return SECRET in str(found)


@pytest.fixture
def home(tmp_path):
    """Three commits: the secret comes, something else comes, and the secret changes."""
    home = tmp_path / "home"
    store = opened(home)
    commit(store, quad("a", "b"), quad(f"{SECRET}-1", "b"))
    commit(store, quad("c", "d"))
    patch = Patch((quad(f"{SECRET}-2", "b"),), (quad(f"{SECRET}-1", "b"),))
    store.commit(patch, META, commit_id="changed")
    return home


def files_with(home: Path, words: str) -> list[str]:
    """The files of a store in which words stand; those of the engine are not compressed so far."""
    return [
        str(path.relative_to(home))
        for path in sorted(home.rglob("*"))
        if path.is_file() and words.encode() in path.read_bytes()
    ]


def test_what_was_taken_out_is_in_no_file_and_all_else_is_as_it_was(home):
    before = opened(home).log()
    done = redact(Folder(home), SETUP, chosen, WHY)
    assert (done.generation, done.quads, done.commits) == (5, 4, 3)
    assert files_with(home, SECRET) == []
    assert authored(home) == {quad("a", "b"), quad("c", "d")}
    log = opened(home).log()
    assert log[:3] == before
    assert [entry.message for entry in log[3:]] == [WHY.message] * 2
    assert log[-1].digest == digest(home)
    redacted = CommitLog(Folder(home)).redacted()
    assert {at: left.quads for at, left in redacted.items()} == {1: 1, 3: 2, 4: 1}


def test_earlier_generations_are_shown_without_it_and_compared_with_their_digests(home):
    redact(Folder(home), SETUP, chosen, WHY)
    for generation, left in ((1, {quad("a", "b")}), (3, {quad("a", "b"), quad("c", "d")})):
        with state_at(Folder(home), SETUP, generation) as store:
            assert {q for q in store.snapshot().quads() if q.graph_name not in RULES.graphs} == left


def test_the_store_goes_on_and_is_well(home, tmp_path):
    redact(Folder(home), SETUP, chosen, WHY)
    commit(opened(home), quad("e", "f"))
    rebuild(Folder(home), SETUP)
    file, _ = backup(Folder(home), tmp_path / "kg.tar")
    restore(Folder(tmp_path / "again"), file)
    for place in (home, tmp_path / "again"):
        assert authored(place) == {quad("a", "b"), quad("c", "d"), quad("e", "f")}
        found = examine(Folder(place), SETUP, reserve=0, deep=True)
        assert [each for each in found if each.state is State.PROBLEM] == []
        assert any("4 quads of 3 commits" in each.words for each in found)


def test_what_somebody_takes_out_without_saying_so_is_damage(home):
    lines = (home / "commits.log").read_bytes().splitlines(keepends=True)
    found, head, content = parts(lines[0])
    less = json.dumps({**json.loads(content), "patch": ""}).encode()
    damaged = found.encode() + b" " + head + b"\t" + less + b"\n"
    (home / "commits.log").write_bytes(b"".join([damaged, *lines[1:]]))
    with pytest.raises(StoreError, match=r"line 1 .* its content is not what was written"):
        opened(home).log()


def test_a_redaction_that_no_commit_vouches_for_is_damage(home):
    redact(Folder(home), SETUP, chosen, WHY)
    lines = (home / "commits.log").read_bytes().splitlines(keepends=True)
    (home / "commits.log").write_bytes(b"".join(lines[:-1]))
    with pytest.raises(StoreError, match="no commit says so"):
        CommitLog(Folder(home)).entries()


def test_a_message_is_taken_out_and_the_quads_stay(home):
    before = authored(home)
    redact(Folder(home), SETUP, lambda _: False, WHY, frozenset({2}))
    messages = [entry.message for entry in opened(home).log()]
    assert messages == [META.message, "(redacted)", META.message, WHY.message]
    assert authored(home) == before


@pytest.mark.parametrize("step", ["rewrite", "_remake", "rebuilt"])
def test_one_that_was_interrupted_is_told_and_can_be_done_again(home, tmp_path, monkeypatch, step):
    def fail(*arguments):
        raise StoreError("cut off")

    where = kg.store.log.CommitLog if step == "rewrite" else kg.store.redaction
    monkeypatch.setattr(kg.store.lines, "LINE_BYTES", 20)
    with monkeypatch.context() as patch:
        patch.setattr(where, step, fail)
        with pytest.raises(StoreError, match="cut off"):
            redact(Folder(home), SETUP, chosen, WHY)
    assert CommitLog(Folder(home)).unfinished() == ([5] if step == "rewrite" else [])
    found = examine(Folder(home), SETUP, reserve=0)
    told = [each for each in found if each.state is State.PROBLEM]
    assert {each.subject for each in told} == {"redacted"}
    assert any("one was interrupted" in each.words for each in told)
    with pytest.raises(StoreError, match="the backup would keep what it takes out"):
        backup(Folder(home), tmp_path)
    done = redact(Folder(home), SETUP, chosen, WHY)
    assert (done.quads, done.commits) == (4, 3)
    assert files_with(home, SECRET) == []
    assert examine_again(home) == []
    assert CommitLog(Folder(home)).unfinished() == []
    assert authored(home) == {quad("a", "b"), quad("c", "d")}


def test_quads_that_were_not_placed_yet_are_read_where_they_are(home, monkeypatch):
    monkeypatch.setattr(kg.store.lines, "LINE_BYTES", 20)
    with monkeypatch.context() as patch:
        patch.setattr(kg.store.redaction, "_remake", lambda *_: None)
        redact(Folder(home), SETUP, chosen, WHY)
    assert not Folder(home).patch(1).exists()
    assert CommitLog(Folder(home)).patch(2).added == (quad("c", "d"),)
    assert CommitLog(Folder(home)).patch(1).added == (quad("a", "b"),)
    rebuild(Folder(home), SETUP)
    assert authored(home) == {quad("a", "b"), quad("c", "d")}


def examine_again(home: Path) -> list[str]:
    found = examine(Folder(home), SETUP, reserve=0, deep=True)
    return [each.words for each in found if each.state is State.PROBLEM]


def test_what_is_nowhere_is_told_and_changes_nothing(home):
    before = (home / "commits.log").read_bytes()
    with pytest.raises(NotFoundError, match="no commit has anything"):
        redact(Folder(home), SETUP, lambda _: False, WHY)
    assert (home / "commits.log").read_bytes() == before


# --- authors


def test_the_log_has_no_name_and_the_table_beside_it_has(home):
    assert META.author.encode() not in (home / "commits.log").read_bytes()
    assert {entry.author for entry in opened(home).log()} == {META.author}
    (author,) = Authors(home / "authors.json").all()
    assert re.fullmatch("author-[0-9a-f]{12}", author)
    assert (home / "authors.json").stat().st_mode & 0o077 == 0


def test_an_erased_name_is_nowhere_and_its_owner_gets_another_id(home):
    reader = opened(home)
    assert reader.log()[0].author == META.author
    erased = Authors(home / "authors.json").erase(META.author)
    assert files_with(home, META.author) == []
    assert {entry.author for entry in reader.log()} == {erased}
    commit(opened(home), quad("e", "f"))
    assert reader.log()[-1].author == META.author
    assert set(Authors(home / "authors.json").all()) != {erased}
    with pytest.raises(NotFoundError, match="no author is called Nobody"):
        Authors(home / "authors.json").erase("Nobody")


# --- from format 2


def as_format_2(home: Path) -> None:
    """Write the log as the format before had it, and forget what came later."""
    before, lines, names = START, [], Authors(home / "authors.json")
    for line in (home / "commits.log").read_bytes().splitlines():
        _, head, content = parts(line)
        fields = {**json.loads(head), **json.loads(content)}
        del fields["content"]
        fields["author"] = names.name_of(fields["author"])
        body = json.dumps(fields, ensure_ascii=False).encode()
        before = chain(before, body)
        lines.append(before.encode() + b" " + body + b"\n")
    (home / "commits.log").write_bytes(b"".join(lines))
    (home / "authors.json").unlink()
    (home / "format.json").write_text('{"format": 2}\n', encoding="utf-8")


def test_a_store_of_format_2_keeps_its_commits_under_new_hashes(home, monkeypatch, tmp_path):
    monkeypatch.setattr(kg.store.lines, "LINE_BYTES", 100)
    commit(opened(home), *(quad(f"many{n}", "o") for n in range(9)))
    log, quads = opened(home).log(), authored(home)
    as_format_2(home)
    old = hashlib.sha256((home / "commits.log").read_bytes()).hexdigest()
    with pytest.raises(StoreError, match="older format 2"):
        opened(home).log()
    tried = upgrade(Folder(home), SETUP, files=[_seed(tmp_path)], dry_run=True)
    assert "4 commits" in tried.steps[0]
    assert Folder(home).format() == 2
    done = upgrade(Folder(home), SETUP, files=[_seed(tmp_path)])
    assert "the log of 4 commits" in done.steps[0]
    (kept,) = (home / "backups").glob("format-2-*/commits.log")
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == old
    assert Folder(home).format() == 3
    assert authored(home) == quads
    assert [(e.digest, e.message, e.time, e.author) for e in opened(home).log()] == [
        (e.digest, e.message, e.time, e.author) for e in log
    ]
    assert META.author.encode() not in (home / "commits.log").read_bytes()


def test_a_damaged_log_of_format_2_is_left_alone(home, tmp_path):
    as_format_2(home)
    text = (home / "commits.log").read_bytes().replace(b"a reason", b"a poison", 1)
    (home / "commits.log").write_bytes(text)
    with pytest.raises(StoreError, match=r"line 1 .* is damaged"):
        upgrade(Folder(home), SETUP, files=[_seed(tmp_path)])
    assert (home / "commits.log").read_bytes() == text
    assert Folder(home).format() == 2


def _seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.ttl"
    path.write_text("<http://example.org/s> <http://example.org/p> 1 .\n", encoding="utf-8")
    return path
