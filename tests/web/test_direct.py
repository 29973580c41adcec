"""Light queries on a running server: answered in the event loop as the application would."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.processes.running import OF_EACH, lasting, once, running, status
from tests.resilience.server import Server, wait_until

import kg.store.served
from kg.errors import QueryError
from kg.store.connection import connected
from kg.store.folder import Folder
from kg.store.served import ServedStore
from kg.web import create_app
from kg.web.app import EXTENSION, finished
from kg.web.at_once import FREE, SHARE, WINDOW, Share
from kg.web.direct import BYTES, CHARACTERS, Direct

LIGHT = "SELECT ?s ?o { ?s <http://e/p> ?o } ORDER BY ?o LIMIT 3"
LONG = "SELECT ?s ?o { ?s <http://e/p> ?o } ORDER BY ?o"
LONGER = "SELECT * { ?a <http://e/p> ?b . ?c <http://e/p> ?d FILTER(?b < 20) } ORDER BY ?b ?d"
UNKNOWN = "SELECT ?o { event:a-fictional-event ?p ?o }"
GRAPH = "CONSTRUCT { ?s <http://e/q> ?o } { ?s <http://e/p> ?o } LIMIT 2"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("direct") / "home", "kept_bytes=0") as server:
        triples = " ".join(f"<http://e/{n}> <http://e/p> {n} ." for n in range(100))
        with closing(server.client()) as client:
            told = client.update(f"INSERT DATA {{ {triples} }}", key="first").json()
        wait_until(lambda: status(server)["kg_generation"] >= told["generation"], 20, "no data")
        once(server, "GET", f"/sparql?{urlencode({'query': 'ASK {}'})}")
        yield server


@pytest.mark.parametrize(
    "text", [LIGHT, LONG, LONGER, UNKNOWN, GRAPH, "ASK {}", "SELECT (NOW() AS ?n) {}"]
)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("posted", ["", QUERY, FORM])
def test_a_light_query_has_the_answer_that_the_application_gives(
    server: Server, text: str, coding: str, posted: str
) -> None:
    path, body = "/sparql", text.encode()
    if not posted:
        path, body = f"/sparql?{urlencode({'query': text})}", b""
    elif posted == FORM:
        body = urlencode({"query": text, "format": "xml"}).encode()
    headers = {"Accept_Encoding": coding} | ({"Content_Type": posted} if posted else {})
    method = "POST" if posted else "GET"
    here = once(server, method, path, body or None, **headers)
    there = once(server, method, path, body or None, **headers, If_None_Match='"another"')
    assert here.status == there.status == 200
    assert here.body == there.body or "NOW" in text
    own = OF_EACH | ({"content-length"} if "NOW" in text else set())
    plain, other = (
        {name.lower(): value for name, value in each.headers.items() if name.lower() not in own}
        for each in (here, there)
    )
    assert plain == other
    assert ("warning" in plain) == (text == UNKNOWN)


Asked = Callable[..., int]


async def _asked(direct: Direct, method: str, query: str, **headers: str) -> int:
    """The status of what is answered here; 0 where the request goes on."""
    statuses: list[int] = []
    received: list[bool] = []

    async def receive() -> MutableMapping[str, Any]:
        if statuses or received:
            await asyncio.sleep(60)
        received.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "method": method,
        "path": "/sparql",
        "query_string": query.encode(),
        "http_version": "1.1",
        "headers": [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()],
        "client": ("192.0.2.1", 1),
    }
    await direct(scope, receive, send)
    return statuses[0] if statuses else 0


@pytest.fixture(scope="module")
def asked(server: Server) -> Iterator[Asked]:
    store = ServedStore(server.home, published=False, prepared=True)
    app = create_app(store)
    app.test_client().get("/sparql", query_string={"query": "ASK {}"})  # the terms are at hand

    async def on(scope: object, receive: object, send: object) -> None:
        """The application, to which all else goes."""

    direct = Direct(on, app.extensions[EXTENSION], store, finished)
    with asyncio.Runner() as runner:
        yield lambda *given, **headers: runner.run(_asked(direct, *given, **headers))
        direct.close()


@pytest.mark.parametrize(
    ("method", "query", "headers"),
    [
        ("HEAD", {"query": "ASK {}"}, {}),
        ("GET", {}, {}),
        ("GET", {"query": "ASK {}"}, {"accept": "text/html"}),
        ("GET", {"query": "ASK {}"}, {"authorization": "Bearer x"}),
        ("GET", {"query": "ASK {}"}, {"if_none_match": '"x"'}),
        ("GET", {"query": "ASK {}", "format": "explain"}, {}),
        ("GET", {"query": "ASK {}", "release": "1"}, {}),
        ("GET", {"query": "ASK { ?a"}, {}),
        ("GET", {"query": "ASK {}"}, {"accept": "image/png"}),
        ("GET", {"query": "ASK { GRAPH ?g { { SELECT ?g { ?s ?p ?g } } } }"}, {}),
        ("GET", {"query": "ASK {}" + " " * CHARACTERS}, {}),
        ("GET", {"query": "ASK {}", "x": "x" * BYTES}, {}),
        ("POST", {"update": "CLEAR ALL"}, {}),
    ],
)
def test_what_is_no_light_query_goes_on(
    asked: Asked, method: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    assert asked(method, urlencode(query), **headers) == 0


def test_light_queries_are_answered_here(asked: Asked) -> None:
    for _ in range(3):
        assert asked("GET", urlencode({"query": LIGHT}), accept="text/csv") == 200


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose data has a copy, however little it is."""
    settings = ("kept_bytes=0", "columnar_least=0", "columnar_rest_seconds=0.1")
    with running(tmp_path_factory.mktemp("copied") / "home", *settings) as server:
        added(server, *(f"<http://e/{n}> <http://e/p> {n} ." for n in range(100)))
        once(server, "GET", f"/sparql?{urlencode({'query': 'ASK {}'})}")
        wait_until(lambda: not by_workers(server, "ASK {}"), 60, "all is answered by workers")
        yield server


def added(server: Server, *triples: str) -> int:
    """Commit some triples; returns the generation, once it has a copy."""
    with closing(server.client()) as client:
        told = client.update(f"INSERT DATA {{ {' '.join(triples)} }}", key="hundred").json()
    generation = int(told["generation"])
    about = server.home / "artefacts" / "columns" / str(generation) / "about.json"
    wait_until(about.exists, 60, "no copy was made")
    return generation


TIMES = 10


def by_workers(server: Server, query: str) -> bool:
    """Whether workers answer a query; the server itself asks them something at times."""

    def counted() -> float:
        told = status(server)
        return sum(n for name, n in told.items() if name.startswith("kg_queries_total"))

    before = counted()
    for _ in range(TIMES):
        assert once(server, "GET", f"/sparql?{urlencode({'query': query})}").status == 200
    time.sleep(0.3)  # they are counted when their workers have said so
    return counted() - before > TIMES / 2


@pytest.mark.parametrize("text", [LIGHT, UNKNOWN, GRAPH, "ASK {}", "SELECT ?s { ?s ?p 7 }"])
def test_a_copy_at_hand_gives_the_answers_of_a_worker(copied: Server, text: str) -> None:
    path = f"/sparql?{urlencode({'query': text})}"
    here = once(copied, "GET", path)
    there = once(copied, "GET", path, If_None_Match='"another"')
    assert lasting(here) == lasting(there)
    assert here.status == 200


@pytest.mark.parametrize(
    ("query", "asked_of_workers"),
    [
        (LIGHT, False),
        ("SELECT ?p ?o { <http://e/7> ?p ?o }", False),
        ("SELECT (CONCAT(STR(?o), '!') AS ?x) { <http://e/7> ?p ?o }", True),
        ("SELECT ?o { <http://e/7> <http://e/p>|!<http://e/q> ?o }", True),
        ("SELECT ?o { ?s <http://e/p> ?o FILTER(" + " || ".join(["?o = 1"] * 40) + ") }", True),
        ("SELECT ?o FROM <http://e/nowhere> { ?s ?p ?o }", True),
    ],
)
def test_only_what_is_small_is_answered_without_a_worker(
    copied: Server, query: str, asked_of_workers: bool
) -> None:
    # Where the machine is busy, workers may answer what is small too: not each time, though.
    turns = (by_workers(copied, f"{query} # {turn}") for turn in range(3))
    assert all(turns) == asked_of_workers


def test_what_is_not_so_small_has_a_share_of_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("kg.web.at_once.time.perf_counter", lambda: now[0])
    share = Share()
    for _ in range(1_000):
        share.take(FREE)
    assert share.is_left()
    share.take(FREE + SHARE * WINDOW / 2)
    assert share.is_left()
    share.take(FREE + SHARE * WINDOW)
    assert not share.is_left()
    now[0] += 1.1 * WINDOW
    assert share.is_left()
    share.take(FREE)
    assert share.is_left()


def test_what_was_just_committed_is_seen_before_there_is_a_copy_of_it(copied: Server) -> None:
    for number in range(1_000, 1_005):
        with closing(copied.client()) as client:
            text = f"INSERT DATA {{ <http://e/{number}> <http://e/p> {number} }}"
            told = client.update(text, key=f"one-{number}").json()
        found = once(
            copied,
            "GET",
            f"/sparql?{urlencode({'query': f'ASK {{ ?s ?p {number} }}'})}",
            X_KG_At_Least=str(told["generation"]),
        )
        assert found.json()["boolean"] is True


def test_queries_of_a_store_use_their_connection_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def counted(folder: Folder) -> socket.socket:
        made.append(folder)
        return connected(folder)

    store = ServedStore(server.home)
    monkeypatch.setattr(kg.store.served, "connected", counted)
    rows = "SELECT ?o { ?s <http://e/p> ?o }"
    for _ in range(3):
        assert b"".join(store.query(rows, accept="text/csv")).count(b"\n") == 101
    with pytest.raises(QueryError):
        store.query("SELECT", accept="text/csv")
    assert len(made) == 1
    given_up = store.query(rows, accept="text/csv", cancel=threading.Event())
    given_up.close()
    assert b"".join(store.query(rows, accept="text/csv")).count(b"\n") == 101
    assert len(made) == 3
