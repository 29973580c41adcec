"""The process that keeps the index of names: killed, started again, following what is written."""

from __future__ import annotations

import json
import os
import signal
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.processes.running import once, running
from tests.resilience.server import Server, descendants, wait_until
from tests.resilience.server import command as command_of

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
PERSON = (
    "PREFIX person: <https://w3id.org/conflict-kg/id/person/> "
    "PREFIX ckg: <https://w3id.org/conflict-kg/ns#> "
    "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    "INSERT DATA {{ GRAPH <https://w3id.org/conflict-kg/graph/curated> "
    '{{ person:{0} a ckg:Person ; rdfs:label "{1}"@en }} }}'
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    settings = ("waiting_seconds=60", "counts_rest_seconds=1")
    with running(tmp_path_factory.mktemp("names") / "home", *settings) as server:
        yield server


def found(server: Server, text: str) -> list[str]:
    """Identifiers of the candidates of a name; empty while nothing is answered."""
    body = urlencode({"queries": json.dumps({"q": text})}).encode()
    answer = once(server, "POST", "/reconcile", body, **FORM)
    if answer.status != 200:
        return []
    return [candidate["id"] for candidate in json.loads(answer.body)["q"]["result"]]


def keepers(server: Server) -> list[int]:
    assert server.process is not None
    below = descendants(server.process.pid)
    return [pid for pid in below if b"kg.processes.reconciling" in command_of(pid)]


def commit(server: Server, slug: str, name: str) -> None:
    with closing(server.client()) as client:
        assert client.update(PERSON.format(slug, name), key=slug).status == 200


def test_names_are_found_soon_after_they_were_written(server: Server) -> None:
    commit(server, "ada-first", "Ada First")
    wait_until(lambda: found(server, "Ada First") == ["person/ada-first"], 60, "nothing is found")
    commit(server, "berta-second", "Berta Second")
    wait_until(lambda: found(server, "Berta Second") == ["person/berta-second"], 60, "not indexed")


def test_what_the_home_page_counts_is_counted_beside_the_server(server: Server) -> None:
    claim = PERSON.replace("ckg:Person", "ckg:Claim")
    with closing(server.client()) as client:
        assert client.update(claim.format("counted", "A claim"), key="counted").status == 200
    told = b"<dt>claims</dt><dd>1</dd>"
    page = {"Accept": "text/html"}
    wait_until(lambda: told in once(server, "GET", "/", **page).body, 180, "it is not counted")
    assert list((server.home / "artefacts" / "counts").iterdir())


def test_the_process_is_started_again_when_it_was_killed(server: Server) -> None:
    victims = keepers(server)
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: found(server, "Ada First") == ["person/ada-first"], 60, "it is gone")
    assert keepers(server)
    assert not set(victims) & set(keepers(server))


def test_nothing_of_it_is_left_when_the_server_stops(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server:
        wait_until(lambda: keepers(server), 20, "it was not started")
        pids = keepers(server)
    wait_until(lambda: not any(map(alive, pids)), 20, "it lives on")


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/exe").exists()
