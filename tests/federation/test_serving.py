"""A real server that asks others: what its list says, and that its limits hold there too."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from tests.federation.endpoints import scripted, serving
from tests.processes.running import ask, opened, running
from tests.resilience.server import wait_until

from kg.cli import main
from kg.errors import InputError
from kg.namespaces import CURATED
from kg.processes.settings import FILE, Settings, allowed, settings

MANY = 3_000


def write(home: Path, *entries: str) -> None:
    home.mkdir(parents=True, exist_ok=True)
    words = f"seconds = 20\n[federation]\nendpoints = {json.dumps(list(entries))}\n"
    (home / FILE).write_text(words, encoding="utf-8")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A server, an endpoint that it asks, and one that never answers."""
    folder = tmp_path_factory.mktemp("serving")
    graph = ox.NamedNode(CURATED)
    link = ox.NamedNode("http://e/p")
    quads = [
        ox.Quad(ox.NamedNode(f"http://e/a-thing-with-a-long-name-{number}"), link, graph, graph)
        for number in range(MANY)
    ]
    gone = threading.Event()

    def script(connection):
        gone.clear()
        while connection.recv(1_000):
            pass
        gone.set()

    with serving(folder / "there", *quads) as there, scripted(script) as silent:
        write(folder / "here", f"{there} allow-private", f"{silent.iri} allow-private")
        limits = ("service_seconds=1", "queries=1", "page_queries=1")
        with running(folder / "here", *limits) as server:
            yield server, there, silent, gone


def test_solutions_that_are_longer_than_a_query_may_be_are_answered(places):
    server, there, *_ = places
    query = f"SELECT (COUNT(?s) AS ?n) {{ SERVICE <{there}> {{ ?s ?p ?o }} }}"
    code, found, _ = ask(server, query)
    assert code == 200, found
    assert found["results"]["bindings"][0]["n"]["value"] == str(MANY)
    assert Settings().query_bytes < MANY * 50
    code, found, _ = ask(server, f"ASK {{ }} # {'x' * Settings().query_bytes}")
    assert code == 400


def test_an_endpoint_that_never_answers_is_given_up_and_costs_no_worker(places):
    server, _, silent, _ = places
    query = f"ASK {{ SERVICE <{silent.iri}> {{ ?s ?p ?o }} }}"
    heard = len(silent.heard)
    asking = threading.Thread(target=ask, args=(server, query))
    asking.start()
    wait_until(lambda: len(silent.heard) > heard, 20, "it was not asked")
    assert ask(server, "ASK { }")[0] == 200, "the only worker is taken"
    asking.join()
    code, found, headers = ask(server, query)
    assert (code, found["limit"], found["endpoint"]) == (503, "service_seconds", silent.iri)
    assert "retry-after" in headers


def test_a_client_that_goes_away_ends_the_request_that_it_caused(places):
    server, _, silent, gone = places
    heard = len(silent.heard)
    connection = opened(server, f"ASK {{ SERVICE <{silent.iri}> {{ ?s ?p ?o }} }}")
    wait_until(lambda: len(silent.heard) > heard, 20, "it was not asked")
    connection.close()
    assert gone.wait(20)


def test_an_update_asks_nobody(places):
    server, there, *_ = places
    update = f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{there}> {{ ?s ?p ?o }} }}"
    with closing(server.client()) as client:
        refused = client.update(update, key="service")
    assert refused.status == 400
    assert "SERVICE is not offered" in refused.json()["detail"]


def test_what_is_no_endpoint_stops_a_start(tmp_path):
    found = CliRunner().invoke(main, ["serve", "--port", "0", "--federate", "ftp://e/"])
    assert found.exit_code == 2
    assert "ftp://e/ cannot be asked" in found.output


def test_the_list_of_a_store_comes_before_that_of_the_command(tmp_path):
    assert allowed(tmp_path) == ()
    write(tmp_path, "https://one.example/")
    assert allowed(tmp_path, ["https://two.example/"]) == (
        "https://one.example/",
        "https://two.example/",
    )
    assert settings(tmp_path).seconds == 20


@pytest.mark.parametrize(
    "text",
    ["federation = 1", "[federation]\nendpoints = 'x'", "[federation]\nendpoints = [1]",
     "[federation]\nendpoint = []", "[federation]\nendpoints = []\nmore = 1"],
)  # fmt: skip
def test_a_table_that_is_no_list_is_refused(text, tmp_path):
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="the table federation has endpoints"):
        allowed(tmp_path)
