"""A server that is stopped, or killed while it starts, leaves a store that the next one opens."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests.resilience.checks import left_behind, wrong_in
from tests.resilience.crash import Workload
from tests.resilience.proc import strays
from tests.resilience.server import KG, Server, told, wait_until
from tests.store.homes import commit
from tests.store.toy import quad

from kg.errors import StoreError
from kg.processes.opening import UNGATED
from kg.store.embedded import EmbeddedStore

pytestmark = pytest.mark.long


@pytest.fixture
def server(tmp_path: Path):
    server = Server(tmp_path / "home")
    yield server
    server.end()


def busy(server: Server, commits: int = 20) -> Workload:
    """Clients in the middle of writing, so many commits later."""
    work = Workload(server, writers=6, readers=1).start()
    wait_until(lambda: len(work.history.acknowledged) >= commits, 90, "nothing is committed")
    return work


def ended_well(server: Server, work: Workload) -> None:
    history = work.stop()
    told(f"{len(history.acknowledged)} commits, {dict(history.outcomes)}")
    assert history.wrong == []
    assert left_behind(server.home) == []
    assert wrong_in(server.home, history.acknowledged) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_stopped_while_clients_write_keeps_what_it_acknowledged(server, number):
    work = busy(server.start())
    assert server.stop(number) == 0
    assert "Traceback" not in server.words()
    ended_well(server, work)


def test_a_signal_to_all_its_processes_at_once_stops_it_in_the_same_way(server):
    """This is how service managers stop what they started."""
    work = busy(server.start())
    for pid in [*server.pids("supervisor"), *strays(server.home)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    assert server.process.wait(60) == 0
    wait_until(lambda: not strays(server.home), 20, "processes outlive their supervisor")
    assert "Traceback" not in server.words()
    assert "ended by itself" not in server.words()
    ended_well(server, work)


def killed_while_starting(server: Server, times: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(times):
        server.port = 0
        process = server.launch()
        time.sleep(chance.uniform(0, 1.5))
        process.kill()
        process.wait()


def kept_through_broken_starts(server: Server, times: int) -> None:
    work = busy(server.start())
    server.kill()
    history = work.stop()
    killed_while_starting(server, times, seed=times)
    server.port = 0
    server.start()
    with closing(server.client()) as speaker:
        answer = speaker.select("SELECT (COUNT(*) AS ?n) { ?s <http://example.org/number> ?o }")
    [row] = answer.json()["results"]["bindings"]
    assert int(row["n"]["value"]) >= len(history.acknowledged)
    assert server.stop() == 0
    assert left_behind(server.home) == []
    assert wrong_in(server.home, history.acknowledged) == []


def test_a_server_that_is_killed_while_it_starts_is_followed_by_one_that_starts(server):
    kept_through_broken_starts(server, 2)


def test_many_servers_that_are_killed_while_they_start(server):
    kept_through_broken_starts(server, 15)


def test_a_second_server_is_refused_with_the_folder_of_the_first(server):
    server.start()
    command = [*KG, "serve", "--port", "0", "--setup", server.setup]
    environment = {**os.environ, "KG_HOME": str(server.home)}
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert f"a server runs on the store in {server.home} already" in done.stderr
    assert "KG_HOME" in done.stderr
    with closing(server.client()) as speaker:
        assert speaker.ask("GET", "/readyz").status == 200


def test_whoever_would_write_beside_a_server_is_told_which_process_it_is(server):
    server.start()
    beside = EmbeddedStore(server.home, UNGATED)
    with (
        pytest.raises(StoreError, match=f"process {server.process.pid} writes to the store"),
        beside.writing(seconds=0.2),
    ):
        pytest.fail("two writers on one store")
    server.stop()
    assert commit(beside, quad("a", "b")).generation == 1


def test_the_lock_is_held_until_the_last_process_of_a_server_has_ended(server):
    """What is left of a server that was killed writes and tidies for a moment longer."""
    server.start()
    [zygote] = server.pids("zygote")
    os.kill(zygote, signal.SIGSTOP)
    server.process.kill()
    server.process.wait()
    try:
        beside = EmbeddedStore(server.home, UNGATED)
        with pytest.raises(StoreError, match="writes to the store"), beside.writing(seconds=0.5):
            pytest.fail("the old processes are still there")
    finally:
        os.kill(zygote, signal.SIGCONT)
    assert commit(EmbeddedStore(server.home, UNGATED), quad("a", "b")).generation == 1
