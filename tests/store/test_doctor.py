from __future__ import annotations

import os
import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.homes import commit
from tests.store.toy import RULES, curated, derived, ex, quad

import kg.store.lines
from kg.errors import NotFoundError, StoreError
from kg.store.candidate import Setup
from kg.store.doctor import examine
from kg.store.embedded import EmbeddedStore
from kg.store.findings import Finding, State
from kg.store.folder import Folder, clone
from kg.store.interface import CommitMeta, Patch
from kg.store.rebuild import rebuild
from kg.store.seed import seed
from kg.tokens import Scope, Tokens
from kg.validation import seed_files

SETUP = Setup(RULES)
RESERVE = 64_000_000


@pytest.fixture(autouse=True)
def short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.store.lines, "LINE_BYTES", 2000)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    store = opened(home)
    commit(store, quad("a", "o"))
    commit(store, *(quad(f"many{n}", "o") for n in range(50)))
    return home


def opened(home: Path) -> EmbeddedStore:
    return EmbeddedStore(home, SETUP)


def found(home: Path, *, deep: bool = False, reserve: int = RESERVE) -> dict[str, Finding]:
    """The findings by their subjects, the worst of each."""
    ranks = list(State)
    findings = examine(Folder(home), SETUP, reserve=reserve, deep=deep)
    return {each.subject: each for each in sorted(findings, key=lambda f: ranks.index(f.state))}


def states(home: Path, **options) -> dict[str, str]:
    """All that is not well."""
    findings = found(home, **options)
    return {n: f.state.value for n, f in findings.items() if f.state is not State.OK}


def files_of(home: Path) -> dict[str, int]:
    return {str(p): p.lstat().st_size for p in home.rglob("*") if "past" not in p.parts}


@pytest.mark.parametrize("deep", [False, True])
def test_a_store_in_which_all_is_well_has_nothing_to_say_and_is_left_alone(home, deep):
    before = files_of(home)
    assert states(home, deep=deep) == {}
    assert files_of(home) == before
    assert found(home)["log"].words.startswith("2 commits")


def test_where_there_is_no_store_that_is_said_and_none_is_made(tmp_path):
    assert states(tmp_path / "none") == {"format": "warning"}
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("content", "remedy"),
    [('{"format": 4}', "newer kg"), ("{", "backup"), ('{"format": 1}', "kg upgrade")],
)
def test_a_format_that_this_kg_does_not_read_is_a_problem(home, content, remedy):
    (home / "format.json").write_text(content)
    assert states(home) == {"format": "problem"}
    assert remedy in found(home)["format"].remedy


def test_a_log_that_was_changed_is_a_problem_with_its_line(home):
    log = home / "commits.log"
    log.write_bytes(log.read_bytes().replace(b"a reason", b"a poison", 1))
    assert states(home)["log"] == "problem"
    assert "line 1" in found(home)["log"].words
    assert "kg restore" in found(home)["log"].remedy


def test_half_a_line_at_the_end_of_the_log_is_a_warning(home):
    with (home / "commits.log").open("ab") as log:
        log.write(b"0123456789")
    assert states(home) == {"log": "warning"}
    assert "10 bytes" in found(home)["log"].words


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"x")])
def test_the_quads_of_a_large_commit_that_are_gone_or_changed_are_a_problem(home, damage):
    damage(home / "patches" / "2")
    assert states(home) == {"large commits": "problem"}
    assert str(home / "patches" / "2") in found(home)["large commits"].words


def test_an_engine_behind_the_log_is_a_warning(home, tmp_path):
    older = home / "snapshots" / "1"
    live = home / "live.older"
    clone(older, live)
    (home / "live").unlink()
    (home / "live").symlink_to("live.older")
    assert found(home)["engine"].words == "its directory is 1 commits behind the log"
    assert states(home)["engine"] == "warning"


def test_an_engine_of_another_log_is_a_problem(home, tmp_path):
    other = opened(tmp_path / "other")
    for name in ("x", "y"):
        commit(other, quad(name, "o"))
    shutil.rmtree(home / os.readlink(home / "live"))
    shutil.copytree(tmp_path / "other" / "live", home / os.readlink(home / "live"))
    assert states(home) == {"engine": "problem"}
    assert "--rebuild" in found(home)["engine"].remedy


def test_an_engine_that_does_not_open_is_a_problem_and_can_be_rebuilt(home):
    before = set(opened(home).snapshot().quads())
    for path in (*(home / "live").glob("*.sst"), *(home / "live").glob("MANIFEST*")):
        path.write_bytes(b"x")  # into the file itself, which snapshots share
    assert states(home)["engine"] == "problem"
    assert states(home)["snapshots"] == "problem"
    assert rebuild(Folder(home), SETUP) == 2
    assert states(home, deep=True) == {}
    assert set(opened(home).snapshot().quads()) == before
    assert commit(opened(home), quad("c", "o")).generation == 3


def test_a_rebuild_in_many_portions_comes_to_the_same(home, monkeypatch):
    commit(opened(home), quad("b", "o"), removed=[quad("a", "o")])
    before = set(opened(home).snapshot().quads())
    monkeypatch.setattr("kg.store.replaying.LOADED_QUADS", 0)
    assert rebuild(Folder(home), SETUP) == 3
    assert set(opened(home).snapshot().quads()) == before
    assert states(home, deep=True) == {}


def test_a_rebuild_from_a_damaged_log_changes_nothing(home):
    (home / "patches" / "2").write_bytes(b"x")
    before = files_of(home)
    with pytest.raises(StoreError):
        rebuild(Folder(home), SETUP)
    assert files_of(home) == before


def test_nothing_is_rebuilt_where_nothing_was_committed(tmp_path):
    with pytest.raises(NotFoundError):
        rebuild(Folder(tmp_path / "none"), SETUP)
    assert not (tmp_path / "none").exists()


def test_a_newest_snapshot_that_is_missing_is_a_warning(home):
    shutil.rmtree(home / "snapshots" / "2")
    assert states(home) == {"snapshots": "warning"}
    shutil.rmtree(home / "snapshots")
    assert states(home) == {"snapshots": "warning"}


def test_a_disk_below_its_reserve_is_a_problem(home):
    assert states(home, reserve=1 << 60) == {"disk": "problem"}


def test_what_others_can_write_or_enter_is_a_problem(home):
    home.chmod(0o777)
    assert states(home) == {"permissions": "problem"}
    home.chmod(0o755)
    (home / "run").mkdir(mode=0o755)
    assert f"chmod go= {home / 'run'}" in found(home)["permissions"].remedy


def test_tokens_that_stand_open_or_are_damaged_are_a_problem(home):
    Tokens(home / "tokens.json").create("lab", {Scope.READ})
    assert found(home)["tokens"].words.startswith("1 valid")
    (home / "tokens.json").chmod(0o644)
    assert states(home) == {"tokens": "problem"}
    (home / "tokens.json").chmod(0o600)
    (home / "tokens.json").write_text("{")
    assert states(home) == {"tokens": "problem"}


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (datetime(2023, 1, 1, tzinfo=UTC), "before the one before it"),
        (datetime.now(UTC) + timedelta(days=2), "in the future"),
    ],
)
def test_a_clock_that_jumps_is_a_warning(home, time, words):
    meta = CommitMeta("x", "x", time)
    opened(home).commit(Patch((quad("c", "o"),)), meta, commit_id="odd")
    assert states(home) == {"clock": "warning"}
    assert words in found(home)["clock"].words


def test_what_ended_processes_have_left_is_a_warning(home):
    (home / "work" / "2-left").mkdir(parents=True)
    (home / "live.9").mkdir()
    assert states(home) == {"leftovers": "warning"}
    assert found(home)["leftovers"].words.startswith("2 folders")


def test_what_a_writer_uses_is_not_left_over(home):
    with opened(home).writing():
        (home / "work" / "2-used").mkdir()
        assert states(home) == {"engine": "warning"}
        assert "writes to the store" in found(home)["engine"].words


def test_an_older_seed_is_a_warning_that_names_kg_upgrade(tmp_path):
    home, file = tmp_path / "home", tmp_path / "a.ttl"
    file.write_text("<http://e/a> <http://e/p> <http://e/b> .")
    seed(opened(home), files=[file])
    assert states(home)["seed"] == "warning"
    assert "kg upgrade" in found(home)["seed"].remedy
    assert seed_files()


def test_a_socket_without_a_server_is_no_server(home, monkeypatch):
    (home / "run").mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as left:
        monkeypatch.chdir(home / "run")
        left.bind("kg.sock")
    os.chmod(home / "run" / "kg.sock", 0o600)
    assert states(home) == {}


def tampered(home: Path, removed: list[ox.Quad], come: list[ox.Quad]) -> None:
    """Change quads of the newest snapshot behind the back of its mark."""
    store = ox.Store(str(home / "snapshots" / "2"))
    for gone in removed:
        assert gone in store
        store.remove(gone)
    store.extend(come)
    store.flush()


SIZE = ox.Quad(ex("consensus"), ex("size"), ox.Literal(0), derived)
A = quad("a", "o")


@pytest.mark.parametrize(
    ("removed", "come", "words"),
    [
        ([A], [], "not what the log says"),
        ([], [quad("new", "o")], "not what the log says"),
        ([SIZE], [], "not what was written"),
        ([], [ox.Quad(ex("x"), ex("p"), ex("o"), derived)], "follows from the claims"),
        ([ox.Quad(A.subject, A.predicate, A.object)], [], "not the union"),
        ([], [ox.Quad(ex("x"), ex("p"), ex("o"))], "not the union"),
    ],
)
def test_a_deep_look_finds_what_was_changed_behind_the_mark(home, removed, come, words):
    tampered(home, removed, come)
    assert states(home) == {}
    assert states(home, deep=True) == {"data": "problem"}
    wrong = [f.words for f in examine(Folder(home), SETUP, reserve=RESERVE, deep=True)]
    assert any(words in each for each in wrong)
    rebuild(Folder(home), SETUP)
    assert states(home, deep=True) == {}
    assert A in set(opened(home).snapshot().quads(curated))
