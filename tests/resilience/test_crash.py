"""What was acknowledged is there, whole and once, whichever process is killed at whatever moment.

KG_KILLS says how many kills the long test makes, KG_KILLS_SEED in which order.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.resilience import proposals
from tests.resilience.checks import left_behind, wrong_in
from tests.resilience.crash import Killer, Workload
from tests.resilience.proposals import Proposer
from tests.resilience.server import Server, told, wait_until

KILLS = int(os.environ.get("KG_KILLS", "60"))
SEED = int(os.environ.get("KG_KILLS_SEED", "1"))
SETTINGS = ("client_queries=4", "client_waiting=50", "stop_seconds=3", *proposals.SETTINGS)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "home", SETTINGS)
    yield server.start()
    server.end()


def end_of(server: Server, work: Workload, proposer: Proposer) -> None:
    """Stop everything, and look at all that is left."""
    wait_until(lambda: proposer.accepted, 90, "no contribution is accepted")
    history = work.stop()
    proposer.stop()
    assert server.stop() == 0
    told(f"{len(history.acknowledged)} commits, {dict(history.outcomes)}")
    told(f"{len(proposer.proposed)} contributions, {dict(proposer.outcomes)}")
    assert history.wrong == []
    assert proposer.wrong == []
    assert proposals.wrong_with(server.home, proposer) == []
    assert left_behind(server.home) == []
    assert wrong_in(server.home, history.acknowledged) == []
    assert history.acknowledged
    assert history.outcomes["read 200"]


def test_no_kill_of_one_process_loses_or_halves_a_commit(server):
    work = Workload(server, writers=4, readers=1).start()
    proposer = Proposer(server).start()
    killer = Killer(server, work.history, SEED)
    for role in ("writer", "query", "prepare", "zygote", "supervisor"):
        while not killer.kill(role):
            pass
        killer.recovered(role)
    end_of(server, work, proposer)


@pytest.mark.long
def test_no_series_of_kills_loses_or_halves_a_commit(server):
    work = Workload(server).start()
    proposer = Proposer(server).start()
    killer = Killer(server, work.history, SEED)
    try:
        killer.kill_many(KILLS)
        killer.recovered("the last kill")
    finally:
        told(f"killed: {dict(killer.killed)}; starts: {server.starts}")
        told(server.complaints())
    end_of(server, work, proposer)
