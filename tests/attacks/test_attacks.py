"""Sends the attacks to a real server; `-m long` sends all of them, with KG_ATTACK_REPORT=FILE.

Each has to end as it says within its limit of time + 0.5 s, and nobody else may notice anything.
Where the load of the machine is above the number of its processors, 3 s are added, and a limit of
time may end what is harmless elsewhere.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from tests.attacks.bystanders import bystanders, summary
from tests.attacks.graph_store import GRAPH_STORE
from tests.attacks.model import ANY, Attack, GraphRequest, Raw, Upload
from tests.attacks.queries import QUERIES
from tests.attacks.raw import RAW
from tests.attacks.sending import faults, send
from tests.attacks.server import (
    LIMITS,
    RESIDENT_BYTES,
    Listener,
    Server,
    attacked,
    peak_bytes,
)
from tests.attacks.sockets import BOUND
from tests.attacks.updates import UPDATES
from tests.attacks.uploads import UPLOADS
from tests.seeded import Seeded

from kg.web.query_answer import LABEL_SECONDS

FEW = 3
REPORT = "KG_ATTACK_REPORT"
SLOWEST_SECONDS = 10.0
"""No light question may take longer, whatever else the machine does."""

NEW_SECONDS = 3.0
"""Before a process that prepares commits is there again, where the attack before has ended it."""


@pytest.fixture(scope="module")
def server(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("attacks") / "home"
    seeded.copy_to(home)
    with attacked(home) as running:
        if REPORT in os.environ:
            with bystanders(running.port) as idle:
                time.sleep(4)
            report("idle", {"light": idle})
        yield running


@dataclass
class Siege:
    """What became of the attacks of one test."""

    server: Server
    listener: Listener
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def ended(self, name: str, outcome: str, seconds: float, found: Sequence[str]) -> None:
        self.outcomes[outcome] += 1
        self.seconds[name] = round(seconds, 2)
        self.faults += found


@contextmanager
def siege(server: Server, name: str) -> Iterator[Siege]:
    """Attack while others ask, then look whether all is as before."""
    before = server.standing()
    complaints = len(server.complaints())
    listener = Listener()
    found = Siege(server, listener)
    with bystanders(server.port) as light:
        yield found
    listener.close()
    ordered = sorted(found.seconds.items(), key=lambda each: -each[1])
    peaks = {role: peak_bytes(before[role]) for role in RESIDENT_BYTES}
    report(
        name,
        {
            "light": light,
            "attacks": len(found.seconds),
            "outcomes": dict(found.outcomes),
            "seconds": summary(list(found.seconds.values()), []),
            "slowest": dict(ordered[:5]),
            "peak_bytes": peaks,
            "load": os.getloadavg()[0],
            "faults": found.faults,
            "complaints": dict(Counter(_alike(c) for c in server.complaints()[complaints:])),
        },
    )
    assert found.faults == []
    assert listener.calls == []
    assert light["errors"] == []
    assert light["max"] < SLOWEST_SECONDS * 1000
    assert {r: n for r, n in peaks.items() if n > RESIDENT_BYTES[r]} == {}
    server.check_recovered(before)


def _alike(line: str) -> str:
    """A line of the log without what is different each time."""
    return re.sub(r'"(time|process|status)": [^,}]*,? ?', "", line)[:300]


def report(name: str, found: dict[str, Any]) -> None:
    """Show it, and keep it in the file that the environment names."""
    sys.stdout.write(f"\n{name}: {json.dumps(found)}\n")
    path = os.environ.get(REPORT)
    if path:
        with suppress(FileNotFoundError):
            found = {**json.loads(Path(path).read_text(encoding="utf-8")), name: found}
            Path(path).write_text(json.dumps(found, indent=2), encoding="utf-8")
            return
        Path(path).write_text(json.dumps({name: found}, indent=2), encoding="utf-8")


def few(attacks: list[Any]) -> list[Any]:
    """Some from every part of a list."""
    return attacks[:: len(attacks) // FEW][:FEW]


def test_a_few_hostile_queries_end_as_they_have_to(server):
    ask_all(server, "a few queries", few(QUERIES))


def test_a_few_updates_change_nothing_without_a_token(server):
    ask_all(server, "a few updates", few(UPDATES))


def test_a_few_updates_are_refused_or_ended_with_a_token(server):
    update_all(server, "a few updates with a token", few(UPDATES))


@pytest.mark.long
def test_all_hostile_queries_end_as_they_have_to(server):
    ask_all(server, "queries", QUERIES)


@pytest.mark.long
def test_all_updates_change_nothing_without_a_token(server):
    ask_all(server, "updates", UPDATES)


@pytest.mark.long
def test_all_updates_are_refused_or_ended_with_a_token(server):
    update_all(server, "updates with a token", UPDATES)


@pytest.mark.long
def test_all_hostile_uploads_end_as_they_have_to(server):
    upload_all(server, "uploads", UPLOADS)


@pytest.mark.long
def test_all_requests_for_graphs_are_refused_without_a_token(server):
    graphs_all(server, "graphs", GRAPH_STORE)


@pytest.mark.long
def test_all_requests_for_graphs_are_refused_or_ended_with_a_token(server):
    graphs_all(server, "graphs with a token", GRAPH_STORE, with_token=True)


@pytest.mark.long
def test_all_clients_that_hold_connections_disturb_nobody(server):
    hold_all(server, "sockets", RAW)


def ask_all(server: Server, name: str, attacks: Sequence[Attack]) -> None:
    with siege(server, name) as under:
        for attack in attacks:
            is_page = ("format", "html") in attack.params
            limit = LIMITS["seconds"] + (LABEL_SECONDS if is_page else 0)
            one(under, attack, attack.expect, limit)


def update_all(server: Server, name: str, attacks: Sequence[Attack]) -> None:
    bearer = ("Authorization", f"Bearer {server.token}")
    with siege(server, name) as under:
        for attack in attacks:
            with_token = replace(attack, headers=(*attack.headers, bearer))
            one(under, with_token, attack.with_token or ANY, LIMITS["commit_seconds"] + NEW_SECONDS)


def upload_all(server: Server, name: str, attacks: Sequence[Upload]) -> None:
    with siege(server, name) as under:
        for attack in attacks:
            one(under, attack, attack.expect, LIMITS["validate_seconds"])


def graphs_all(
    server: Server, name: str, attacks: Sequence[GraphRequest], *, with_token: bool = False
) -> None:
    bearer = ("Authorization", f"Bearer {server.token}")
    with siege(server, name) as under:
        for attack in attacks:
            known = dict(attack.headers).get("Authorization") is None and with_token
            headers = (*attack.headers, bearer) if known else attack.headers
            expect = attack.with_token or attack.expect if known else attack.expect
            one(
                under,
                replace(attack, headers=headers),
                expect,
                LIMITS["commit_seconds"] + NEW_SECONDS,
            )


def one(
    under: Siege, attack: Attack | Upload | GraphRequest, expect: frozenset[str], limit: float
) -> None:
    sent = send(under.server.port, attack.request(under.listener.port), attack.never)
    under.ended(attack.name, sent.outcome, sent.seconds, faults(attack, sent, expect, limit))


def hold_all(server: Server, name: str, attacks: Sequence[Raw]) -> None:
    with siege(server, name) as under:
        for attack in attacks:
            started = time.monotonic()
            outcome = attack.run("127.0.0.1", server.port)
            took = time.monotonic() - started
            found = []
            if outcome not in attack.expect:
                found.append(f"{attack.name}: {outcome} is none of {sorted(attack.expect)}")
            if took > 2 * BOUND:
                found.append(f"{attack.name}: took {took:.1f} s")
            under.ended(attack.name, outcome, took, found)
