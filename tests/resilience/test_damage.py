"""Files that were altered behind the store's back: what can be made good is, the rest is told."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.resilience.checks import left_behind, wrong_in
from tests.resilience.crash import Workload
from tests.resilience.server import KG, Server, wait_until
from tests.store.homes import ALL, commit, rows
from tests.store.toy import curated, ex, quad

from kg.errors import StoreError
from kg.processes.opening import PLAIN, UNGATED
from kg.store import live
from kg.store.digest import EMPTY, added
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder
from kg.store.interface import WHOLE, CommitMeta, Patch
from kg.store.rebuild import rebuild


@pytest.fixture
def server(tmp_path: Path):
    """One that publishes nothing, so that its engine has commits in the write-ahead file only."""
    server = Server(tmp_path / "home", ("publish_seconds=1000",))
    yield server
    server.end()


def crashed(server: Server, commits: int = 20):
    """What was acknowledged by a server that was killed then."""
    work = Workload(server.start(), writers=4, readers=0).start()
    wait_until(lambda: len(work.history.acknowledged) >= commits, 90, "nothing is committed")
    server.kill()
    return work.stop()


def flipped(path: Path, at: float = 0.5, count: int = 8) -> None:
    """Invert some bytes of a file, at a part of its length."""
    data = bytearray(path.read_bytes())
    start = int(len(data) * at)
    for place in range(start, min(start + count, len(data))):
        data[place] ^= 0xFF
    path.write_bytes(data)


def largest(home: Path, pattern: str) -> Path:
    return max((home / "live").glob(pattern), key=lambda path: path.stat().st_size)


def serve(home: Path) -> subprocess.CompletedProcess[str]:
    """A server that should end by itself, saying why."""
    command = [*KG, "serve", "--port", "0", "--setup", "kg.processes.opening:UNGATED"]
    environment = {**os.environ, "KG_HOME": str(home)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=90, check=False
    )


def writer_event(server: Server) -> dict:
    """What the writer said of its start."""
    lines = [line for line in server.words().splitlines() if '"event": "writer"' in line]
    return json.loads(lines[0])


@pytest.mark.long
@pytest.mark.parametrize("at", [0.1, 0.6], ids=["early", "late"])
def test_what_flipped_bytes_take_from_the_write_ahead_file_comes_back_from_the_log(server, at):
    history = crashed(server)
    flipped(largest(server.home, "*.log"), at)
    server.start()
    assert writer_event(server)["replayed"] > 0
    server.stop()
    assert wrong_in(server.home, history.acknowledged) == []


@pytest.mark.long
def test_half_a_line_of_the_log_is_cut_off(server):
    history = crashed(server)
    with (server.home / "commits.log").open("ab") as log:
        log.write(b"0123456789abcdef half a line that nobody was told of")
    server.start()
    assert writer_event(server)["cut_off"] == 52
    server.stop()
    assert wrong_in(server.home, history.acknowledged) == []


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a store with three commits."""
    store = EmbeddedStore(tmp_path / "home", UNGATED)
    for name in ("a", "b", "c"):
        commit(store, quad(name, "x"))
    return tmp_path / "home"


def lines_of(home: Path) -> list[bytes]:
    return (home / "commits.log").read_bytes().splitlines(keepends=True)


def test_a_flipped_byte_in_the_log_is_told_with_its_line_and_nothing_is_served(home):
    lines = lines_of(home)
    damaged = bytearray(lines[1])
    damaged[len(damaged) // 2] ^= 1
    (home / "commits.log").write_bytes(b"".join([lines[0], bytes(damaged), lines[2]]))
    done = serve(home)
    assert done.returncode == 2
    assert f"line 2 of {home}/commits.log is damaged" in done.stderr
    assert "Traceback" not in done.stderr
    assert lines_of(home) == [lines[0], bytes(damaged), lines[2]]
    assert left_behind(home) == []


def test_a_log_that_lost_commits_does_not_fit_the_engine_and_nothing_is_served(home):
    lines = lines_of(home)
    (home / "commits.log").write_bytes(b"".join(lines[:2]))
    done = serve(home)
    assert done.returncode == 2
    assert "the engine is at generation 3 and the log at 2" in done.stderr
    assert "kg doctor" in done.stderr
    assert "Traceback" not in done.stderr
    assert lines_of(home) == lines[:2]
    assert left_behind(home) == []


def test_a_table_whose_end_is_damaged_keeps_the_store_closed_and_says_how_to_make_it_anew(home):
    flipped(largest(home, "*.sst"), 0.97, count=20)
    done = serve(home)
    assert done.returncode == 2
    assert "the engine cannot open" in done.stderr
    assert "kg doctor" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(lines_of(home)) == 3


def test_blank_nodes_that_the_engine_took_by_half_are_whole_at_the_next_commit(home, monkeypatch):
    """They come in no transaction, so that nobody may say that they were not committed."""
    store = EmbeddedStore(home, PLAIN)
    new = [ox.Quad(ox.BlankNode(), ex("p"), ex(str(n)), curated) for n in range(3)]

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(live, "_data", full)
        with pytest.raises(StoreError, match="No space left"):
            commit(store, *new, commit_id="half")
    assert commit(store, *new, commit_id="half").repeated
    quads = [quad for quad in store.snapshot().quads() if quad.graph_name == curated]
    assert len(quads) == 6
    assert added(EMPTY, quads) == store.log()[-1].digest


@pytest.mark.long
def test_damaged_blocks_of_a_table_stop_writing_and_are_made_anew_from_the_log(tmp_path: Path):
    """Queries that read no damaged block are answered all the same."""
    home, words = tmp_path / "home", "a word and another " * 5
    quads = [quad(f"s{n}", ox.Literal(f"{n} {words}")) for n in range(20_000)]
    commit(EmbeddedStore(home, PLAIN), *quads)
    for table in (home / "live").glob("*.sst"):
        if table.stat().st_size > 100_000:
            flipped(table, 0.6)
    server = Server(home, setup="kg.processes.opening:PLAIN").start()
    try:
        with closing(server.client()) as speaker:
            every = "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
            refused = speaker.update(every, "everything")
            assert refused.status == 503
            assert "Corruption" in refused.json()["detail"]
            assert "kg doctor" in refused.json()["hint"]
            assert speaker.select("SELECT * { ?s ?p ?o } LIMIT 1").status == 200
            assert speaker.ask("GET", "/readyz?for=read").status == 200
        assert server.stop() == 0
        rebuild(Folder(home), PLAIN)
        assert set(EmbeddedStore(home, PLAIN).snapshot().quads()) == set(quads)
    finally:
        server.end()


def test_times_that_go_backwards_change_nothing_about_the_order(home):
    store = EmbeddedStore(home, UNGATED)
    start = datetime(2001, 1, 1, tzinfo=UTC)
    for day in (3, 2, 1):
        meta = CommitMeta("a curator", "a clock that was wrong", start + timedelta(days=day))
        store.commit(Patch((quad(f"day{day}", "x"),)), meta, commit_id=f"day{day}")
    again = EmbeddedStore(home, UNGATED)
    assert [entry.generation for entry in again.log()] == [1, 2, 3, 4, 5, 6]
    assert [entry.commit_id for entry in again.log()][3:] == ["day3", "day2", "day1"]
    times = [entry.time for entry in again.log()]
    assert times != sorted(times)
    assert rows(again, ALL, WHOLE) == 6
    environment = {**os.environ, "KG_HOME": str(home)}
    doctor = subprocess.run(
        [*KG, "doctor"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
