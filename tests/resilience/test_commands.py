"""Commands that change many files are killed at any moment: the old or the new is there, no half.

KG_KILLS says how many kills the tests of this folder make (a tenth of them each here), and
KG_KILLS_SEED at which moments.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.resilience.server import KG, told
from tests.resilience.test_crash import KILLS, SEED
from tests.seeded import Seeded

from kg.namespaces import CURATED
from kg.processes.opening import OURS, UNGATED
from kg.publication.releasing import SUMS
from kg.store.doctor import examine
from kg.store.embedded import EmbeddedStore
from kg.store.findings import State
from kg.store.folder import Folder
from kg.store.interface import CommitMeta, Patch
from kg.store.lines import LINE_BYTES
from kg.store.log import CommitLog
from kg.store.releases import ABOUT, Releases

SECRET = "larkspur"
SECRETS = 40
META = CommitMeta("a curator", "a trial", datetime(2031, 5, 2, tzinfo=UTC))
REDACT = ("redact", "--text", SECRET, "--reason", "a trial", "--yes")
RELEASE = ("release", "1.0.0")


def quads(number: int, words: str) -> list[ox.Quad]:
    me, graph = ox.NamedNode(f"http://example.org/{number}"), ox.NamedNode(CURATED)
    return [
        ox.Quad(me, ox.NamedNode(f"http://example.org/p{n}"), ox.Literal(f"{words} {n}"), graph)
        for n in range(SECRETS)
    ]


@pytest.fixture(scope="module")
def prepared(small_seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has the secret in commits of a line, and in one with a file of its own."""
    home = tmp_path_factory.mktemp("commands") / "home"
    small_seeded.copy_to(home)
    store = EmbeddedStore(home, UNGATED)
    for number in range(3):
        new = (*quads(number, SECRET), *quads(number + 10, "other"))
        store.commit(Patch(new), META, commit_id=f"secret-{number}")
    long = "x" * (LINE_BYTES // SECRETS + 1)
    new = (*quads(3, f"{SECRET} {long}"), *quads(13, long))
    store.commit(Patch(new), META, commit_id="large")
    store.commit(Patch(removed=tuple(quads(0, SECRET))), META, commit_id="removed")
    return home


def run(home: Path, *arguments: str, seconds: float | None = None) -> int:
    """The exit status of a command, which is killed after so many seconds."""
    process = subprocess.Popen(
        [*KG, *arguments],
        env={**os.environ, "KG_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def killed(prepared: Path, folder: Path, *command: str) -> Iterator[Path]:
    """Copies of a store on which a command was killed, each at another moment."""
    chance, kills = random.Random(SEED), max(4, KILLS // 10)
    whole = folder / "whole"
    shutil.copytree(prepared, whole, symlinks=True)
    started = time.monotonic()
    assert run(whole, *command) == 0
    seconds = time.monotonic() - started
    for number in range(kills):
        home = folder / f"killed-{number}"
        shutil.copytree(prepared, home, symlinks=True)
        status = run(home, *command, seconds=seconds * chance.uniform(0.2, 1.0))
        told(f"{command[0]} ended with {status}")
        yield home
        shutil.rmtree(home)


def problems(home: Path) -> list[str]:
    found = examine(Folder(home), OURS, reserve=0, deep=True)
    return [each.words for each in found if each.state is State.PROBLEM]


def secrets(found: Patch | list[ox.Quad]) -> int:
    every = [*found.added, *found.removed] if isinstance(found, Patch) else found
    return sum(SECRET in str(quad.object) for quad in every)


@pytest.mark.long
def test_a_redaction_that_is_killed_has_taken_out_all_or_nothing(
    prepared: Path, tmp_path: Path
) -> None:
    before = CommitLog(Folder(prepared))
    wrote = {e.generation: secrets(before.patch(e.generation)) for e in before.entries()}
    for home in killed(prepared, tmp_path, *REDACT):
        there = secrets(list(EmbeddedStore(home, UNGATED).snapshot().quads()))
        log = CommitLog(Folder(home))
        left = {g: secrets(log.patch(g)) for g in wrote}
        told(f"{there} in the state, {sum(left.values())} in the log")
        assert there in (0, 3 * SECRETS)
        assert left in (wrote, dict.fromkeys(wrote, 0))
        assert all("interrupted" in words or "still" in words for words in problems(home))
        if any(left.values()) or Folder(home).redacting.exists():
            assert run(home, *REDACT) == 0
        assert problems(home) == []
        assert not any(SECRET.encode() in data for data in contents(home))


def contents(home: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.long
def test_a_release_that_is_killed_is_not_there_or_whole(prepared: Path, tmp_path: Path) -> None:
    for home in killed(prepared, tmp_path, *RELEASE):
        place = Releases(Folder(home)).place("1.0.0")
        for each in Releases(Folder(home)).all():
            assert digests(place) == {name: f.sha256 for name, f in each.files.items()}
        for path in place.glob("conflict-kg-*.gz"):
            assert gzip.decompress(path.read_bytes())
        assert problems(home) == []
        assert run(home, *RELEASE) == 0
        assert digests(place) == digests(Releases(Folder(tmp_path / "whole")).place("1.0.0"))
        assert not list(place.glob(".*"))


@pytest.mark.long
def test_a_bulk_load_that_is_killed_is_there_wholly_or_not_at_all(
    prepared: Path, tmp_path: Path
) -> None:
    path = tmp_path / "much.nt"
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    path.write_text("".join(f'<http://example.org/{n}> {label} "{n}"@en .\n' for n in range(5_000)))
    load = ("load", "--bulk", "--no-validate", "--graph", "imported", str(path))
    before = len(CommitLog(Folder(prepared)).entries())
    for home in killed(prepared, tmp_path, *load):
        entries = CommitLog(Folder(home)).entries()[before:]
        told(f"{len(entries)} commits more")
        assert [entry.added for entry in entries] in ([], [5_000])
        assert run(home, *load) == 0
        assert len(CommitLog(Folder(home)).entries()) == before + 1
        assert problems(home) == []
        assert Folder(home).bulks() == list((home / "work").iterdir()) == []


def digests(place: Path) -> dict[str, str]:
    """The digests of the files of a release, but for what is said of it."""
    names = (path for path in place.iterdir() if path.is_file())
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in names
        if path.name not in (SUMS, ABOUT) and not path.name.startswith(".")
    }
