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
from tests.cli.small_store import fill
from tests.store.homes import commit, quad

from kg.store.embedded import EmbeddedStore

KG = [sys.executable, "-c", "from kg.cli import main; main()"]


@dataclass
class Served:
    process: subprocess.Popen[str]
    address: str
    said: list[str]


@pytest.fixture
def served(kg_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server over a store of others, which is not seeded."""
    fill(kg_home)
    process = subprocess.Popen(
        [*KG, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = [process.stderr.readline() for _ in range(4)]
    found = re.search(r"http://127\.0\.0\.1:\d+", said[0])
    assert found is not None, said
    yield Served(process, found[0], said)
    process.kill()
    process.communicate()


def get(served: Served, path: str, accept: str = "*/*") -> str:
    request = urllib.request.Request(served.address + path, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.read().decode()


def asked(served: Served, query: str) -> list[dict[str, dict[str, str]]]:
    text = get(served, f"/sparql?query={urllib.parse.quote(query)}", "application/json")
    return json.loads(text)["results"]["bindings"]


def test_the_endpoint_answers_and_the_pages_are_there(served):
    rows = asked(served, "SELECT ?who { ?who a ckg:Person } ORDER BY ?who")
    assert [row["who"]["value"].rpartition("/")[2] for row in rows] == ["ada-host", "bo-guest"]
    assert "<html" in get(served, "/", "text/html")
    assert "Ada Host" in get(served, "/doc/person/ada-host", "text/html")


def test_an_update_is_refused_and_changes_nothing(served):
    data = urllib.parse.urlencode({"query": "CLEAR ALL"}).encode()
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(served.address + "/sparql", data=data, timeout=20)
    assert caught.value.code == 400
    caught.value.close()
    assert len(asked(served, "SELECT ?who { ?who a ckg:Person }")) == 2


def test_the_command_that_is_printed_runs(served):
    command = "".join(served.said[2:]).replace("\\\n", " ")
    args = shlex.split(command)
    assert args[0] == "curl"
    data = next(arg for arg in args if arg.startswith("query="))
    url = next(arg for arg in args if arg.startswith("http"))
    assert url == f"{served.address}/sparql"
    query = data.removeprefix("query=")
    body = urllib.parse.urlencode({"query": query}).encode()
    request = urllib.request.Request(url, data=body, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=20) as response:
        assert response.read().decode().startswith("claimant,initiator,certainty,passage")


def test_the_command_line_works_while_a_server_runs_and_the_server_sees_its_commits(
    served, kg_home
):
    commit(EmbeddedStore(kg_home), quad("a", "b"), commit_id="from the command line")
    assert asked(served, "SELECT * { <http://example.org/a> ?p ?o }")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_cleanly(served, number):
    asked(served, "SELECT * { ?s a ckg:Person }")
    served.process.send_signal(number)
    stdout, stderr = served.process.communicate(timeout=20)
    assert served.process.returncode == 0
    assert stderr.endswith("stopped\n")
    assert stdout == ""
    assert "Traceback" not in stderr
    with pytest.raises(OSError, match="refused"):
        get(served, "/")


def test_a_heavy_query_holds_up_neither_the_others_nor_the_end(served):
    heavy = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?s{i} ?p{i} ?o{i} . " for i in range(6)) + "}"
    threads = [
        threading.Thread(target=lambda: _ignoring_errors(served, heavy), daemon=True)
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    assert len(asked(served, "SELECT ?who { ?who a ckg:Person }")) == 2
    served.process.send_signal(signal.SIGTERM)
    served.process.communicate(timeout=20)
    assert served.process.returncode == 0


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


def test_the_site_is_alive_while_more_heavy_queries_come_than_it_evaluates(served):
    heavy = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?s{i} ?p{i} ?o{i} . " for i in range(6)) + "}"
    statuses: list[int] = []

    def ask() -> None:
        try:
            asked(served, heavy)
        except urllib.error.HTTPError as error:
            statuses.append(error.code)
            error.close()
        except (OSError, ValueError):
            return

    for _ in range(9):
        threading.Thread(target=ask, daemon=True).start()
    deadline = time.monotonic() + 20
    while len(statuses) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert statuses == [503] * 3
    assert get(served, "/healthz")
    assert "Ada Host" in get(served, "/doc/person/ada-host", "text/html")
