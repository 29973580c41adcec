"""`kg serve` as a process of its own, as somebody starts it."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.small_store import fill

from kg.cli import main

KG = [sys.executable, "-c", "from kg.cli import main; main()"]
HEAVY = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?s{i} ?p{i} ?o{i} . " for i in range(6)) + "}"
PERSON = """@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
person:ada-host a ckg:Person ; rdfs:label "Ada Host"@en .
"""


@dataclass
class Served:
    process: subprocess.Popen[str]
    address: str
    words: list[str]
    """What it said to people; its log is lines of JSON."""
    log: list[str]
    reader: threading.Thread


def started(*options: str) -> Served:
    process = subprocess.Popen(
        [*KG, "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    words: list[str] = []
    log: list[str] = []

    def read() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            (log if line.startswith("{") else words).append(line)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    served = Served(process, "", words, log, reader)
    deadline = time.monotonic() + 90
    while len(words) < 4 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    found = re.search(r"http://127\.0\.0\.1:\d+", "".join(words))
    if found is None:
        ended(served)
        raise AssertionError(words + log)
    served.address = found[0]
    return served


def ended(served: Served) -> None:
    served.process.kill()
    served.process.wait()
    served.reader.join(20)
    for pipe in (served.process.stdout, served.process.stderr):
        assert pipe is not None
        pipe.close()


def stopped(served: Served, number: int = signal.SIGTERM) -> int:
    served.process.send_signal(number)
    status = served.process.wait(30)
    served.reader.join(20)
    return status


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over a store of others, which is not seeded; to be asked."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("served") / "home"
        patch.setenv("KG_HOME", str(home))
        fill(home)
        server = started()
    yield server
    ended(server)


@pytest.fixture
def served(kg_home: Path) -> Iterator[Served]:
    """One of its own, to be stopped or kept busy."""
    fill(kg_home)
    server = started()
    yield server
    ended(server)


def get(served: Served, path: str, accept: str = "*/*") -> str:
    request = urllib.request.Request(served.address + path, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.read().decode()


def asked(served: Served, query: str) -> list[dict[str, dict[str, str]]]:
    text = get(served, f"/sparql?query={urllib.parse.quote(query)}", "application/json")
    return json.loads(text)["results"]["bindings"]


def test_the_endpoint_answers_and_the_pages_are_there(shared):
    rows = asked(shared, "SELECT ?who { ?who a ckg:Person } ORDER BY ?who")
    assert [row["who"]["value"].rpartition("/")[2] for row in rows] == ["ada-host", "bo-guest"]
    assert "<html" in get(shared, "/", "text/html")
    assert "Ada Host" in get(shared, "/doc/person/ada-host", "text/html")


def test_an_update_is_refused_and_changes_nothing(shared):
    data = urllib.parse.urlencode({"query": "CLEAR ALL"}).encode()
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(shared.address + "/sparql", data=data, timeout=20)
    assert caught.value.code == 400
    caught.value.close()
    assert len(asked(shared, "SELECT ?who { ?who a ckg:Person }")) == 2


def test_the_command_that_is_printed_runs(shared):
    command = "".join(shared.words[2:4]).replace("\\\n", " ")
    args = shlex.split(command)
    assert args[0] == "curl"
    data = next(arg for arg in args if arg.startswith("query="))
    url = next(arg for arg in args if arg.startswith("http"))
    assert url == f"{shared.address}/sparql"
    query = data.removeprefix("query=")
    body = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(url, data=body, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=20) as response:
        assert response.read().decode().startswith("claimant,initiator,certainty,passage")


def test_commands_work_while_a_server_runs_and_the_server_sees_their_commits(
    kg_home, small_seed, tmp_path
):
    small_seed.copy_to(kg_home)
    person = tmp_path / "person.ttl"
    person.write_text(PERSON)
    server = started()
    try:
        loaded = kg("load", str(person))
        assert (loaded.exit_code, loaded.stderr) == (0, "")
        assert loaded.stdout.startswith("generation 2: 2 quads added")
        asking = "SELECT ?label { person:ada-host rdfs:label ?label }"
        assert [row["label"]["value"] for row in asked(server, asking)] == ["Ada Host"]
        assert "Ada Host" in kg("query", "-q", asking).stdout
        refused = kg("load", "-", text=PERSON.replace('"Ada Host"@en', '"Ada Host"'))
        assert refused.exit_code == 1
        assert "person:ada-host" in refused.stderr
        for command in (("serve", "--port", "0"), ("load", "--bulk", str(person))):
            again = kg(*command)
            assert again.exit_code == 2
            assert "a server runs on the store" in again.stderr
    finally:
        ended(server)


def kg(*arguments: str, text: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=text)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.sample(1)
def test_a_signal_stops_the_server_cleanly(served, number):
    asked(served, "SELECT * { ?s a ckg:Person }")
    assert stopped(served, number) == 0
    assert served.words[-1] == "stopped\n"
    assert served.process.stdout.read() == ""
    assert "Traceback" not in "".join(served.words + served.log)
    with pytest.raises(OSError, match="refused"):
        get(served, "/")


def test_what_a_server_logs_is_lines_of_json(served):
    asked(served, "SELECT * { ?s a ckg:Person }")
    stopped(served)
    events = [json.loads(line) for line in served.log]
    [query] = [event for event in events if event["event"] == "query"]
    assert (query["outcome"], query["text"]) == ("answered", "SELECT * { ?s a ckg:Person }")
    assert all(event["time"] and event["level"] == "info" for event in events), events


def test_a_heavy_query_holds_up_neither_the_pages_nor_the_end(served):
    threads = [
        threading.Thread(target=lambda: _ignoring_errors(served, HEAVY), daemon=True)
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    assert "Ada Host" in get(served, "/doc/person/ada-host", "text/html")
    assert stopped(served) == 0


def _ignoring_errors(served: Served, query: str) -> None:
    try:
        asked(served, query)
    except (OSError, ValueError):
        return


def test_a_port_that_is_taken_is_told(kg_home):
    fill(kg_home)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*KG, "serve", "--port", port], capture_output=True, text=True, timeout=30, check=False
        )
    assert done.returncode == 2
    assert f"cannot listen at 127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr


def test_the_site_is_alive_while_one_client_asks_more_than_one_may(served):
    statuses: list[int] = []

    def ask() -> None:
        try:
            asked(served, HEAVY)
        except urllib.error.HTTPError as error:
            statuses.append(error.code)
            error.close()
        except (OSError, ValueError):
            return

    for _ in range(9):
        threading.Thread(target=ask, daemon=True).start()
    deadline = time.monotonic() + 30
    while len(statuses) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert statuses[:3] == [429] * 3
    assert get(served, "/healthz")
    assert "Ada Host" in get(served, "/doc/person/ada-host", "text/html")
