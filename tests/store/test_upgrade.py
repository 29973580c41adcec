from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.homes import NOON, commit
from tests.store.toy import RULES, computed, consensus, curated, ex, imported, quad

import kg.store.migration
from kg.errors import RefusedError, StoreError
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder
from kg.store.interface import Trial, Verdict
from kg.store.restore import restore
from kg.store.seed import SeedState, seed, seed_digest, seed_state
from kg.store.upgrade import upgrade
from kg.validation import Finding, Report, Severity


def linked(trial: Trial) -> Verdict:
    """A toy gate: what is pointed at is there."""
    subjects = {q.subject for q in trial.store.quads_for_pattern(None, None, None, curated)}
    loose = {
        q.object.value
        for q in trial.store.quads_for_pattern(None, ex("to"), None, curated)
        if q.object not in subjects
    }
    findings = (Finding(o, "It is there.", Severity.VIOLATION, "a-check") for o in loose)
    report = Report.of(findings)
    return Verdict(report.conforms, report)


SETUP = Setup(RULES, linked)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "seed.ttl"


def opened(home: Path) -> EmbeddedStore:
    return EmbeddedStore(home, SETUP)


def says(file: Path, *names: str) -> list[Path]:
    """A seed that says just this of these."""
    lines = (
        f"<http://example.org/{n}> <http://example.org/p> <http://example.org/o> ." for n in names
    )
    file.write_text("\n".join(lines))
    return [file]


def to(name: str) -> ox.Quad:
    return ox.Quad(ex("mine"), ex("to"), ex(name), curated)


def subjects(home: Path) -> list[str]:
    found = opened(home).snapshot().quads(curated)
    return sorted({q.subject.value.rpartition("/")[2] for q in found})


def files_of(folder: Path) -> set[str]:
    """What is there, without private copies and what the engine does when it is opened."""
    paths = (path.relative_to(folder) for path in folder.rglob("*"))
    return {str(p) for p in paths if p.parts[0] != "past" and not p.parts[0].startswith("live.")}


def test_a_newer_seed_comes_in_and_what_others_did_stays(home, file):
    seed(opened(home), time=NOON, files=says(file, "kept", "gone", "taken", "fixed-"))
    commit(opened(home), quad("mine", "o"), quad("both", "o"), commit_id="added")
    commit(opened(home), removed=[quad("taken", "o")], commit_id="removed")
    files = says(file, "kept", "taken", "fixed", "new", "both")
    assert seed_state(opened(home), files) is SeedState.MIXED
    done = upgrade(Folder(home), SETUP, files=files)
    assert subjects(home) == ["both", "fixed", "kept", "mine", "new"]
    assert seed_state(opened(home), files) is SeedState.CURRENT
    assert done.steps[1] == "generation 4: 2 quads added, 2 removed"
    files = says(file, "kept")
    upgrade(Folder(home), SETUP, files=files)
    assert subjects(home) == ["both", "kept", "mine"]  # `both` was there before the seed had it


def test_a_backup_is_made_first_and_named(home, file, tmp_path):
    seed(opened(home), time=NOON, files=says(file, "old"))
    done = upgrade(Folder(home), SETUP, files=says(file, "new"))
    (backup,) = (home / "backups").iterdir()
    assert done.steps[0] == f"backup of generation 1: {backup}"
    restore(Folder(tmp_path / "back"), backup)
    assert subjects(tmp_path / "back") == ["old"]


def test_what_would_break_something_of_others_is_refused_and_nothing_is_left(home, file):
    seed(opened(home), time=NOON, files=says(file, "target", "old"))
    commit(opened(home), to("target"), commit_id="mine")
    files = says(file, "new")
    before = files_of(home)
    with pytest.raises(RefusedError, match="break what others") as caught:
        upgrade(Folder(home), SETUP, files=files)
    assert [v.focus_node for v in caught.value.report.violations] == ["http://example.org/target"]
    assert subjects(home) == ["mine", "old", "target"]
    assert files_of(home) - before <= {"backups"}
    commit(opened(home), removed=[to("target")], commit_id="given in")
    upgrade(Folder(home), SETUP, files=files)
    assert subjects(home) == ["new"]


def test_an_upgrade_that_has_been_done_does_nothing(home, file):
    seed(opened(home), time=NOON, files=says(file, "old"))
    files = says(file, "new")
    upgrade(Folder(home), SETUP, files=files)
    before = files_of(home)
    done = upgrade(Folder(home), SETUP, files=files)
    assert (done.steps, done.report) == (("seed: the seed is loaded",), None)
    assert files_of(home) == before


def test_seeds_may_come_and_go(home, file):
    seed(opened(home), time=NOON, files=says(file, "a", "b"))
    commit(opened(home), quad("mine", "o"), commit_id="mine")
    for names in (["b", "c"], ["a", "b"], ["c"], ["a", "b", "c"]):
        upgrade(Folder(home), SETUP, files=says(file, *names))
        assert subjects(home) == sorted([*names, "mine"])


def test_literals_are_compared_as_the_engine_writes_them(home, file):
    text = '<http://e/a> <http://e/p> "{}"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    file.write_text(text.format("01"))
    seed(opened(home), time=NOON, files=[file])
    file.write_text(text.format("1"))
    done = upgrade(Folder(home), SETUP, files=[file])
    assert "0 quads added, 0 removed" in done.steps[1]


@pytest.mark.parametrize("name", ["empty", "foreign"])
def test_a_store_without_a_seed_stays_as_it_is(home, file, name):
    if name == "foreign":
        commit(opened(home), quad("mine", "o"))
    files = says(file, "new")
    (step,) = upgrade(Folder(home), SETUP, files=files).steps
    assert ("stays" if name == "foreign" else "nothing is loaded") in step
    assert subjects(home) == (["mine"] if name == "foreign" else [])


def test_a_dry_run_says_the_same_and_changes_nothing(home, file):
    seed(opened(home), time=NOON, files=says(file, "old", "target"))
    commit(opened(home), quad("mine", "o"), commit_id="mine")
    files = says(file, "new", "target")
    before = files_of(home)
    tried = upgrade(Folder(home), SETUP, files=files, dry_run=True)
    assert files_of(home) == before
    assert subjects(home) == ["mine", "old", "target"]
    done = upgrade(Folder(home), SETUP, files=files)
    assert tried.steps == done.steps[1:]
    assert tried.report == done.report
    commit(opened(home), to("target"), commit_id="to")
    with pytest.raises(RefusedError):
        upgrade(Folder(home), SETUP, files=says(file, "new"), dry_run=True)


# --- from format 1


def old_home(home: Path, *states: tuple[str, set[ox.Quad]], kept: int = 3) -> None:
    """A store as the first format had it: commit ids with the quads that were there after each."""
    home.mkdir()
    lines = []
    for generation, (commit_id, quads) in enumerate(states, 1):
        store = ox.Store()
        store.bulk_extend(quads)
        store.extend(computed(store))
        data = ox.serialize(store, format=ox.RdfFormat.N_QUADS) or b""
        dump = b"".join(sorted(data.splitlines(keepends=True)))
        if generation > len(states) - kept:
            (home / f"generation-{generation}.nq").write_bytes(dump)
        entry = {
            "generation": generation,
            "commit_id": commit_id,
            "author": "kg" if commit_id.startswith("seed/") else "Ada",
            "time": f"2024-01-0{generation}T12:00:00+00:00",
            "message": f"message {generation}",
            "added": 1,
            "removed": 0,
            "digest": hashlib.sha256(dump).hexdigest(),
        }
        lines.append(json.dumps(entry) + "\n")
    (home / "commits.jsonl").write_text("".join(lines))
    (home / "lock").touch()
    (home / "artefacts" / "terms" / "1").mkdir(parents=True)


def both(name: str) -> set[ox.Quad]:
    """What is agreed, and so has something that follows from it."""
    return {quad(name, "o"), quad(name, "o", imported)}


def test_a_store_of_the_older_format_becomes_one_of_this(home, file):
    files = says(file, "a")
    first, second = both("a"), both("a") | {quad("x", "o")}
    old_home(home, ("load/1", first), ("load/2", second))
    text = (home / "commits.jsonl").read_text()
    digest = json.loads(text.splitlines()[-1])["digest"]
    with pytest.raises(StoreError, match="older format"):
        opened(home).generation()
    done = upgrade(Folder(home), SETUP, files=files)
    assert Folder(home).format() == 3
    (entry,) = opened(home).log()
    assert (entry.commit_id, entry.added) == (f"migrated/{digest}", 3)
    quads = set(opened(home).snapshot().quads())
    assert {q for q in quads if q.graph_name in (curated, imported)} == second
    assert [q.subject for q in quads if q.graph_name == consensus] == [ex("a")]
    assert (home / "history" / "format-1.jsonl").read_text() == text
    assert "2 commits of format 1 become 1" in done.steps[0]
    (backup,) = (home / "backups").iterdir()
    assert str(backup) in done.steps[1]
    assert sorted(os.listdir(backup)) == ["commits.jsonl", "generation-1.nq", "generation-2.nq"]
    assert not list(home.glob("generation-*")) + list(home.glob("commits.jsonl"))
    assert not (home / "artefacts").exists()
    assert commit(opened(home), quad("y", "o")).generation == 2


def test_a_store_of_seeds_alone_keeps_the_id_of_the_newest(home, file):
    files = says(file, "old")
    old_home(
        home,
        ("seed/0123456789abcdef/0", both("older")),
        (f"seed/{seed_digest(files)}/1", {quad("old", "o")}),
    )
    upgrade(Folder(home), SETUP, files=files)
    assert [e.commit_id for e in opened(home).log()] == [f"seed/{seed_digest(files)}/1"]
    assert seed_state(opened(home), files) is SeedState.CURRENT


def test_an_older_seed_in_the_older_format_is_brought_up_to_date_in_the_same_go(home, file):
    old_home(
        home,
        ("seed/0123456789abcdef/0", {quad("old", "o"), quad("kept", "o")}),
        ("load/1", {quad("old", "o"), quad("kept", "o"), quad("mine", "o")}),
    )
    done = upgrade(Folder(home), SETUP, files=says(file, "kept", "new"))
    assert subjects(home) == ["kept", "mine", "new"]
    assert "2 commits of format 1 become 2" in done.steps[0]
    assert [e.commit_id.partition("/")[0] for e in opened(home).log()] == [
        "seed",
        "migrated",
        "seed",
    ]


def test_a_seed_whose_dump_is_gone_is_not_told_from_what_others_added(home, file):
    states = [("seed/0123456789abcdef/0", {quad("old", "o")})]
    states += [(f"load/{n}", {quad("old", "o"), quad(f"mine{n}", "o")}) for n in range(3)]
    old_home(home, *states)
    done = upgrade(Folder(home), SETUP, files=says(file, "new"))
    assert subjects(home) == ["mine2", "old"]
    assert "no seed is known" in done.steps[-1]


@pytest.mark.parametrize("damage", ["dump", "log", "gone"])
def test_what_is_damaged_is_not_migrated_and_not_touched(home, file, damage):
    old_home(home, ("load/1", both("a")))
    if damage == "dump":
        with (home / "generation-1.nq").open("ab") as dump:
            dump.write(b"<http://e/s> <http://e/p> <http://e/o> <http://e/g> .\n")
    elif damage == "log":
        (home / "commits.jsonl").write_text("{}\n")
    else:
        (home / "generation-1.nq").unlink()
    before = files_of(home)
    with pytest.raises(StoreError):
        upgrade(Folder(home), SETUP, files=says(file, "new"))
    assert files_of(home) == before
    assert Folder(home).format() == 1


def test_a_dry_run_of_a_migration_leaves_the_older_format(home, file):
    old_home(home, ("seed/0123456789abcdef/0", {quad("old", "o")}))
    before = files_of(home)
    done = upgrade(Folder(home), SETUP, files=says(file, "new"), dry_run=True)
    assert [step.partition(" ")[0] for step in done.steps] == ["format:", "generation", "seed:"]
    assert files_of(home) == before


STEPS = ["sync_tree", "room", "build", "write_file", "json"]


@pytest.mark.parametrize("step", STEPS)
def test_a_migration_that_is_interrupted_can_be_done_again(home, file, monkeypatch, step):
    old_home(home, ("load/1", both("a")))

    class Interrupted(Exception):
        pass

    def interrupt(*_, **__):
        raise Interrupted

    with monkeypatch.context() as patched:
        if step == "json":
            patched.setattr(kg.store.migration.json, "dumps", interrupt)
        else:
            patched.setattr(kg.store.migration, step, interrupt)
        with pytest.raises(Interrupted):
            upgrade(Folder(home), SETUP, files=says(file, "new"))
        assert Folder(home).format() == 1
    upgrade(Folder(home), SETUP, files=says(file, "new"))
    assert subjects(home) == ["a"]
    assert len(opened(home).log()) == 1


def test_a_store_of_the_older_format_without_commits_is_an_empty_one_of_this(home, file):
    old_home(home)
    upgrade(Folder(home), SETUP, files=says(file, "new"))
    assert opened(home).generation() == 0
    assert seed(opened(home), time=NOON, files=[file]).generation == 1
    shutil.rmtree(home)
