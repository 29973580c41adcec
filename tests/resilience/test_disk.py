"""A disk that is full keeps nobody from reading, and writing works again once there is room."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.resilience.checks import left_behind, wrong_in
from tests.resilience.crash import Workload, insertion
from tests.resilience.disks import filled, may_mount, small_disk
from tests.resilience.server import CURATED, Client, Server, told, wait_until

MEGABYTES = 64
RESERVE = 8_000_000

pytestmark = pytest.mark.long


def on_disk(disk: Path, reserve: int) -> Server:
    """A server whose store is on the disk, and whose words are not."""
    settings = (f"disk_reserve_bytes={reserve}",)
    return Server(disk / "home", settings, place=disk.with_name("said"))


def refused(server: Server, key: str, size: int = 0) -> dict:
    """A write that has to be refused with problem details."""
    text = insertion(99, 1) if not size else big(size)
    with closing(server.client()) as speaker:
        answer = speaker.update(text, key)
    assert answer.status == 503, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    return answer.json()


def big(size: int) -> str:
    words = "x" * 1000
    lines = [
        f'<http://example.org/99/{n}> <http://example.org/words> "{words}" .'
        for n in range(size // 1000)
    ]
    return f"INSERT DATA {{ GRAPH <{CURATED}> {{ {' '.join(lines)} }} }}"


def is_read(server: Server) -> None:
    """Queries are answered and the server says that they are.

    To who has written nothing: a writer waits for what was acknowledged, which may have no
    snapshot as long as the disk is full.
    """
    with closing(Client(server.port, address="127.0.0.2")) as speaker:
        assert speaker.select("SELECT * { ?s ?p ?o } LIMIT 1").status == 200
        assert speaker.ask("GET", "/readyz?for=read").status == 200


def ends_well(server: Server, work: Workload) -> None:
    history = work.stop()
    told(f"{len(history.acknowledged)} commits, {dict(history.outcomes)}")
    assert history.wrong == []
    assert server.stop() == 0
    assert left_behind(server.home) == []
    assert wrong_in(server.home, history.acknowledged) == []


def more(work: Workload, count: int = 5) -> None:
    """Wait until so many more commits are acknowledged."""
    before = len(work.history.acknowledged)
    wait_until(
        lambda: len(work.history.acknowledged) >= before + count, 90, "nothing more is committed"
    )


def test_below_its_reserve_a_disk_is_read_only_until_there_is_room(tmp_path: Path):
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        server = on_disk(disk, RESERVE).start()
        try:
            work = Workload(server, writers=2, readers=1).start()
            more(work)
            filler = filled(disk, leaving=RESERVE // 2)
            problem = refused(server, "while-full")
            assert problem["limit"] == "disk_reserve_bytes"
            assert str(RESERVE) in problem["hint"]
            is_read(server)
            filler.unlink()
            more(work)
            ends_well(server, work)
        finally:
            server.end()


@pytest.mark.parametrize("size", [0, 500_000], ids=["small commits", "large commits"])
def test_a_disk_that_ends_in_the_middle_of_writing_takes_nothing_that_was_kept(
    tmp_path: Path, size: int
):
    """Without a reserve, the log and the engine meet the end of the disk."""
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        server = on_disk(disk, 0).start()
        try:
            work = Workload(server, writers=3, readers=1).start()
            supervisor = server.pids("supervisor")
            for turn in range(3):
                more(work)
                filler = filled(disk)
                wait_until(lambda: is_stuck(work), 60, "a full disk takes commits for ever")
                if size:
                    told(str(refused(server, f"large-{turn}", size)))
                is_read(server)
                filler.unlink()
            more(work)
            assert server.pids("supervisor") == supervisor
            ends_well(server, work)
        finally:
            told(server.complaints())
            server.end()


def is_stuck(work: Workload) -> bool:
    """Whether nothing has been acknowledged for a second, though it was tried."""
    acknowledged, refused = len(work.history.acknowledged), work.history.outcomes["write 503"]
    time.sleep(1)
    tried = work.history.outcomes["write 503"] > refused
    return tried and len(work.history.acknowledged) == acknowledged


@pytest.mark.skipif(may_mount(), reason="the tests above ran, since this process may mount")
def test_the_same_in_a_name_space_of_its_own():
    """Where this user may not mount, all that is here is run where it may."""
    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    try:
        subprocess.run([*inside, "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this user may have no name space of its own: {error}")
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-m", "", "-p", "no:cacheprovider", __file__]
    done = subprocess.run([*inside, *pytest_], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
