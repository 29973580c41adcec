from __future__ import annotations

import hashlib
import io
import json
import os
import random
import tarfile
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.homes import commit
from tests.store.toy import RULES, curated, quad

import kg.store.lines
import kg.store.restore
from kg.errors import InputError, KgError, NotFoundError, StoreError
from kg.store.backup import backup
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder
from kg.store.restore import restore
from kg.tokens import Scope, Tokens


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store with three commits, of which one has its quads in a file of its own."""
    home = tmp_path / "home"
    store = opened(home)
    commit(store, quad("a", "o"))
    commit(store, *(quad(f"many{n}", "o") for n in range(50)))
    commit(store, quad("b", "o"), removed=[quad("a", "o")])
    return home


@pytest.fixture(autouse=True)
def short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.store.lines, "LINE_BYTES", 2000)


def opened(home: Path) -> EmbeddedStore:
    return EmbeddedStore(home, Setup(RULES))


def all_of(home: Path) -> set[ox.Quad]:
    return set(opened(home).snapshot().quads())


def files_of(home: Path) -> set[str]:
    return {str(path.relative_to(home)) for path in home.rglob("*")}


@pytest.mark.parametrize("name", ["kg.tar", "kg.tar.gz"])
def test_what_is_backed_up_comes_back(home, tmp_path, name):
    file, manifest = backup(Folder(home), tmp_path / name)
    assert (file, manifest.generation) == (tmp_path / name, 3)
    assert (file.read_bytes()[:2] == b"\x1f\x8b") == name.endswith("gz")
    assert file.stat().st_mode & 0o777 == 0o600
    back = tmp_path / "back"
    done = restore(Folder(back), file)
    assert (done.aside, done.kept, done.manifest) == (None, (), manifest)
    assert all_of(back) == all_of(home)
    assert opened(back).log() == opened(home).log()
    assert (back / "patches" / "2").read_bytes() == (home / "patches" / "2").read_bytes()
    assert commit(opened(back), quad("c", "o")).generation == 4
    assert sorted(os.listdir(tmp_path)) == ["back", "home", name]


def test_a_folder_gets_a_file_with_a_name_of_its_own(home, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    file, _ = backup(Folder(home), folder)
    assert file.parent == folder
    assert file.match("kg-3-*Z.tar")


def test_nothing_is_overwritten(home, tmp_path):
    taken = tmp_path / "kg.tar"
    taken.write_text("precious")
    with pytest.raises(InputError, match="exists already"):
        backup(Folder(home), taken)
    assert taken.read_text() == "precious"


@pytest.mark.parametrize("name", ["none/kg.tar", "x" * 300, "home/format.json/x.tar"])
def test_where_nothing_can_be_written_nothing_is_left(home, tmp_path, name):
    before = files_of(tmp_path)
    with pytest.raises(StoreError):
        backup(Folder(home), tmp_path / name)
    assert files_of(tmp_path) - before <= {"home/past"}


def test_an_empty_store_has_no_backup(tmp_path):
    with pytest.raises(NotFoundError, match="nothing to back up"):
        backup(Folder(tmp_path / "home"), tmp_path / "kg.tar")
    assert files_of(tmp_path) == set()


def test_tokens_are_in_a_backup_only_if_asked_for(home, tmp_path):
    Tokens(home / "tokens.json").create("lab", {Scope.READ})
    (home / "settings.toml").write_text("seconds = 3\n")
    file, _ = backup(Folder(home), tmp_path / "without.tar")
    restore(Folder(tmp_path / "without"), file)
    assert not (tmp_path / "without" / "tokens.json").exists()
    assert (tmp_path / "without" / "settings.toml").read_text() == "seconds = 3\n"
    file, _ = backup(Folder(home), tmp_path / "with.tar", tokens=True)
    restore(Folder(tmp_path / "with"), file)
    back = Tokens(tmp_path / "with" / "tokens.json")
    assert [each.name for each in back.all()] == ["lab"]
    assert back.problems() == []


def test_tokens_and_settings_that_a_backup_does_not_hold_stay(home, tmp_path):
    file, _ = backup(Folder(home), tmp_path / "kg.tar")
    Tokens(home / "tokens.json").create("lab", {Scope.READ})
    (home / "settings.toml").write_text("seconds = 3\n")
    done = restore(Folder(home), file, force=True)
    assert set(done.kept) == {"tokens.json", "settings.toml"}
    assert [each.name for each in Tokens(home / "tokens.json").all()] == ["lab"]
    assert Tokens(home / "tokens.json").problems() == []


def test_a_store_that_is_there_is_moved_aside_and_only_by_force(home, tmp_path):
    file, _ = backup(Folder(home), tmp_path / "kg.tar")
    then = all_of(home)
    commit(opened(home), quad("later", "o"))
    now = all_of(home)
    with pytest.raises(StoreError, match="already"):
        restore(Folder(home), file)
    assert all_of(home) == now
    done = restore(Folder(home), file, force=True)
    assert all_of(home) == then
    assert done.aside is not None
    assert done.aside.name.startswith("home.before-restore-")
    assert all_of(done.aside) == now


def test_a_folder_of_something_else_is_not_taken_for_an_empty_store(home, tmp_path):
    file, _ = backup(Folder(home), tmp_path / "kg.tar")
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.tex").write_text("precious")
    with pytest.raises(StoreError, match=r"thesis\.tex"):
        restore(Folder(other), file)
    assert files_of(other) == {"thesis.tex"}


def test_a_store_that_somebody_writes_is_not_replaced(home, tmp_path, monkeypatch):
    file, _ = backup(Folder(home), tmp_path / "kg.tar")
    monkeypatch.setattr(kg.store.restore, "LOCK_SECONDS", 0.1)
    before = all_of(home)
    with opened(home).writing(), pytest.raises(StoreError, match="writes to the store"):
        restore(Folder(home), file, force=True)
    assert all_of(home) == before
    assert sorted(os.listdir(tmp_path)) == ["home", "kg.tar"]


def test_if_the_new_folder_cannot_take_its_place_the_old_one_is_back(home, tmp_path, monkeypatch):
    file, _ = backup(Folder(home), tmp_path / "kg.tar")
    before, rename = all_of(home), Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name.startswith(".home.restored"):
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StoreError, match="input/output error"):
        restore(Folder(home), file, force=True)
    monkeypatch.undo()
    assert all_of(home) == before
    assert sorted(os.listdir(tmp_path)) == ["home", "kg.tar"]


def test_a_writer_that_waited_for_the_old_store_does_not_write_into_the_new_one(home, tmp_path):
    waits, said = threading.Event(), []

    class Waiting(Folder):
        def _acquire(self, handle: int, seconds: float) -> None:
            waits.set()
            super()._acquire(handle, seconds)

    def wait() -> None:
        try:
            with Waiting(home).locked():
                said.append("writes")
        except StoreError as error:
            said.append(error.message)

    writer = threading.Thread(target=wait)
    with Folder(home).locked():
        writer.start()
        waits.wait()
        home.rename(tmp_path / "aside")
        opened(home).generation()
        with Folder(home).locked():
            pass
    writer.join()
    assert said == [f"{home} was replaced meanwhile"]


def test_a_backup_among_commits_is_the_beginning_of_the_history(home, tmp_path):
    store, stop = opened(home), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set() and number < 60:
            number += 1
            commit(store, quad(f"n{number}", "o"), commit_id=f"n{number}")

    writer = threading.Thread(target=write)
    writer.start()
    made = []
    try:
        for number in range(5):
            acknowledged = len(store.log())
            file, manifest = backup(Folder(home), tmp_path / f"{number}.tar")
            assert manifest.generation >= acknowledged
            made.append((file, manifest))
    finally:
        stop.set()
        writer.join()
    log = list(store.log())
    for file, manifest in made:
        back = tmp_path / file.stem
        restore(Folder(back), file)
        assert list(opened(back).log()) == log[: manifest.generation]
        subjects = {q.subject.value for q in opened(back).snapshot().quads(curated)}
        assert len(subjects) == manifest.generation + 48


def damaged(archive: bytes, at: int) -> bytes:
    return archive[:at] + bytes([archive[at] ^ 0x41]) + archive[at + 1 :]


@pytest.mark.parametrize("name", ["kg.tar", "kg.tar.gz"])
def test_a_damaged_archive_is_refused_and_changes_nothing(home, tmp_path, name):
    file, _ = backup(Folder(home), tmp_path / name)
    whole, choose = file.read_bytes(), random.Random(3)
    back = tmp_path / "back"
    cuts = [whole[:at] for at in (0, 1, 100, 511, 512, len(whole) // 2, len(whole) - 1024 * 11)]
    flips = [damaged(whole, choose.randrange(len(whole))) for _ in range(40)]
    refused = 0
    for data in [*cuts, *flips]:
        file.write_bytes(data)
        try:
            restore(Folder(back), file)
        except InputError as error:
            refused += error.source == str(file)
            assert not back.exists() or files_of(back) <= {"lock"}
        else:  # a byte that says nothing, such as a time or one that fills a block
            assert all_of(back) == all_of(home)
            back.rename(tmp_path / f"{len(os.listdir(tmp_path))}.back")
    assert refused >= len(cuts) - 1 + 10
    assert not list(tmp_path.glob(".*"))


def archive_of(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "odd",
    [
        member("../escaped"),
        member("/tmp/kg-escaped"),
        member("snapshot/../../escaped"),
        member("snapshot/a/b"),
        member("patches/x"),
        member("snapshot/.hidden"),
        member("snapshot/a\nb"),
        member("live", tarfile.SYMTYPE, "/tmp"),
        member("snapshot/link", tarfile.SYMTYPE, "/etc/passwd"),
        member("snapshot/link", tarfile.LNKTYPE, "/etc/passwd"),
        member("snapshot/fifo", tarfile.FIFOTYPE),
        member("snapshot/device", tarfile.CHRTYPE),
        member("snapshot", tarfile.DIRTYPE),
    ],
    ids=lambda info: f"{info.name!r} {info.type!r}",
)
def test_an_archive_with_what_no_backup_holds_is_refused(tmp_path, odd):
    file = archive_of(tmp_path / "odd.tar", (odd, b""))
    before = files_of(tmp_path)
    with pytest.raises(InputError, match="no backup holds"):
        restore(Folder(tmp_path / "in" / "back"), file)
    assert files_of(tmp_path) - before <= {"in"}


def changed(file: Path, name: str, change) -> None:
    """Rewrite one member of an archive, and its digest in the manifest."""
    with tarfile.open(file) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive}
    members[name] = change(members[name])
    if name != "manifest.json":
        manifest = json.loads(members["manifest.json"])
        manifest["files"][name] = hashlib.sha256(members[name]).hexdigest()
        members["manifest.json"] = json.dumps(manifest).encode()
    archive_of(file, *((member(n), data) for n, data in members.items()))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("commits.log", lambda data: data.replace(b"a reason", b"a poison", 1)),
        ("commits.log", lambda data: data[: data.rstrip().rfind(b"\n") + 1]),
        ("commits.log", lambda data: b""),
        ("patches/2", lambda data: data.replace(b"many1>", b"mane1>")),
        ("snapshot/CURRENT", lambda data: b"MANIFEST-999999\n"),
        ("format.json", lambda data: b'{"format": 4}'),
        ("manifest.json", lambda data: data.replace(b'"format": 3', b'"format": 1')),
        ("manifest.json", lambda data: data.replace(b'"generation": 3', b'"generation": 2')),
        ("manifest.json", lambda data: b"[]"),
        ("manifest.json", lambda data: b"{"),
    ],
)
def test_a_backup_whose_parts_do_not_fit_together_is_refused(home, tmp_path, name, change):
    file, _ = backup(Folder(home), tmp_path / "kg.tar")
    changed(file, name, lambda data: data)
    restore(Folder(tmp_path / "as-it-was"), file)
    changed(file, name, change)
    with pytest.raises(InputError):
        restore(Folder(tmp_path / "back"), file)
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("name", ["", "none.tar", "x" * 300, "home"])
def test_what_is_no_file_is_told(home, tmp_path, name):
    with pytest.raises(KgError):
        restore(Folder(tmp_path / "back"), tmp_path / name)


def test_a_mounted_folder_is_not_replaced(home, tmp_path, monkeypatch):
    file, _ = backup(Folder(home), tmp_path / "kg.tar")
    monkeypatch.setattr(os.path, "ismount", lambda path: True)
    with pytest.raises(StoreError, match="mounted"):
        restore(Folder(home), file, force=True)
