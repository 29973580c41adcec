"""Requests like earlier ones: answered sooner, and as if there had been no earlier one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import closing
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from tests.processes.running import lasting, once, running
from tests.resilience.server import Server, wait_until
from werkzeug.wrappers import Request

from kg.columnar import near
from kg.columnar.keeping import NAME
from kg.columnar.near import Near
from kg.namespaces import BASE, CKG
from kg.store.served import ServedStore
from kg.web import at_once, create_app, direct
from kg.web.again import Again
from kg.web.alike import AROUND_BYTES, REQUESTS, Alike, Like, Sent, sent
from kg.web.app import EXTENSION, finished
from kg.web.direct import Direct
from kg.web.kept import HEAD, KeptAnswers
from kg.web.protocol import FORM, QUERY, asked

THINGS = 60
UNKNOWN = 1_000
OF_ONE = "SELECT ?p ?o { <%s> ?p ?o } ORDER BY ?p ?o"
OF_TWO = "SELECT ?s ?o { VALUES ?s { <%s> <http://e/1> } ?s <http://e/p> ?o } ORDER BY ?s ?o"
REWRITTEN = "SELECT ?o (REGEX(STR(?o), 'a', 'i') AS ?a) { <%s> <http://e/p> ?o } ORDER BY ?o"
CHANGING = "SELECT ?o { <%s> <http://e/p> ?o FILTER(?o >= 0 || NOW() = ?o) } ORDER BY ?o"


def thing(number: int) -> str:
    return f"{BASE}id/event/thing-{number}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose data has a copy, of which each query is answered that can be."""
    settings = ("kept_bytes=0", "columnar_least=0", "columnar_rest_seconds=0.1")
    with running(tmp_path_factory.mktemp("alike") / "home", *settings) as server:
        committed(server, "things", *map(rows, range(THINGS)))
        yield server


def rows(number: int) -> str:
    """One thing with few triples, or with some that make a long answer."""
    own = (
        f"<{thing(number)}> <http://e/p> {100 * number + n} ."
        for n in range(1 if number % 2 else 50)
    )
    return " ".join([*own, f"<http://e/{number}> <http://e/p> {number} ."])


def committed(server: Server, key: str, *triples: str) -> int:
    with closing(server.client()) as client:
        told = client.update(f"INSERT DATA {{ {' '.join(triples)} }}", key=key).json()
    generation = int(told["generation"])
    about = server.home / "artefacts" / "columns" / str(generation) / "about.json"
    wait_until(about.exists, 60, "no copy was made")
    return generation


def as_bytes(text: str, posted: str) -> bytes:
    """A request as it comes."""
    method, path, body = request(text, posted)
    more = f"Content-Type: {posted}\r\nContent-Length: {len(body)}\r\n" if posted else ""
    return f"{method} {path} HTTP/1.1\r\nHost: here\r\n{more}\r\n".encode() + body


def request(text: str, posted: str) -> tuple[str, str, bytes]:
    """Method, address and body of one way to ask."""
    if not posted:
        return "GET", f"/sparql?{urlencode({'query': text, 'format': 'json'})}", b""
    body = urlencode({"x": "y", "query": text}) if posted == FORM else text
    return "POST", "/sparql", body.encode()


@pytest.mark.parametrize("text", [OF_ONE, OF_TWO, REWRITTEN, CHANGING])
@pytest.mark.parametrize("coding", ["identity", "gzip", "br, gzip"])
@pytest.mark.parametrize("posted", ["", QUERY, FORM])
def test_requests_that_differ_in_iris_have_responses_of_their_own(
    server: Server, text: str, coding: str, posted: str
) -> None:
    headers = {"Accept_Encoding": coding} | ({"Content_Type": posted} if posted else {})
    bodies = []
    for number in (0, 2, 1, 3, 0, 1, UNKNOWN):
        method, path, body = request(text.replace("%s", thing(number)), posted)
        here = once(server, method, path, body or None, **headers)
        there = once(server, method, path, body or None, **headers, If_None_Match='"another"')
        assert lasting(here) == lasting(there)
        assert here.status == 200
        assert ("warning" in lasting(here)[1]) == (number == UNKNOWN)
        bodies.append(here.body)
    assert len(set(bodies)) == 5
    assert bodies[0] == bodies[4]


@dataclass
class Asking:
    """Asks in this process, and counts what was worked out anew."""

    direct: Direct
    runner: asyncio.Runner
    anew: list[object]

    def ask(
        self, text: str, posted: str = QUERY, **headers: str
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """Status, headers and body; 0 where the request goes on to the application."""
        messages: list[MutableMapping[str, Any]] = []
        method, path, body = request(text, posted)
        received: list[bool] = []

        async def receive() -> MutableMapping[str, Any]:
            if received:
                await asyncio.sleep(60)
            received.append(True)
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            messages.append(message)

        given = {"content_type": posted, **headers} if posted else headers
        scope = {
            "type": "http",
            "method": method,
            "path": "/sparql",
            "query_string": path.partition("?")[2].encode(),
            "http_version": "1.1",
            "headers": [(n.replace("_", "-").encode(), v.encode()) for n, v in given.items()],
            "client": ("192.0.2.1", 1),
            HEAD: as_bytes(text, posted),
        }
        self.runner.run(self.direct(scope, receive, send))
        if not messages:
            return 0, {}, b""
        data = b"".join(message["body"] for message in messages[1:])
        return messages[0]["status"], dict(messages[0]["headers"]), data

    def is_alike(self, text: str, posted: str = QUERY, **headers: str) -> bool:
        """Whether a request is answered as one that is like another."""
        before = len(self.anew)
        status, _, _ = self.ask(text, posted, **headers)
        return status == 200 and len(self.anew) == before


@pytest.fixture
def here(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    anew: list[object] = []

    def counted(request: Request) -> object:
        anew.append(request)
        return asked(request)

    monkeypatch.setattr(direct, "asked", counted)
    monkeypatch.setattr(near, "SECONDS", 5.0)  # a busy machine takes longer than is given
    monkeypatch.setattr(at_once, "SHARE", 1_000.0)
    store = ServedStore(server.home, published=False, prepared=True)
    app = create_app(store)
    app.test_client().get("/sparql", query_string={"query": "ASK {}"})  # the terms are at hand
    copies = Near(store.folder.artefacts / NAME)
    copies.open(store.generation())

    async def on(scope: object, receive: object, send: object) -> None:
        """The application, to which all else goes."""

    made = direct.Direct(on, app.extensions[EXTENSION], store, finished, copies)
    with asyncio.Runner() as runner:
        yield Asking(made, runner, anew)
        made.close()


@pytest.mark.parametrize("posted", ["", QUERY, FORM])
def test_the_third_of_requests_alike_is_not_worked_out_anew(here: Asking, posted: str) -> None:
    # A worker answers the first one of a shape, the copy the second, which others are like then.
    found = [here.is_alike(OF_ONE.replace("%s", thing(n)), posted) for n in range(6)]
    assert found == [False, False, True, True, True, True]


def learnt(here: Asking, text: str, posted: str = QUERY, **headers: str) -> None:
    for _ in range(2):
        assert not here.is_alike(text, posted, **headers)
    assert here.is_alike(text, posted, **headers)


@pytest.mark.parametrize("posted", ["", QUERY])
def test_a_request_that_comes_as_one_like_it_came_is_answered_by_its_bytes(
    here: Asking, posted: str
) -> None:
    learnt(here, OF_ONE.replace("%s", thing(1)), posted)
    bodies = set()
    for number in (0, 1, 2, 3):
        text = OF_ONE.replace("%s", thing(number))
        found = here.direct.of_bytes(as_bytes(text, posted))
        status, headers, body = here.ask(text, posted)
        assert found is not None
        assert (status, body) == (200, found.body)
        assert {**headers, b"x-request-id": b""} == {**dict(found.headers), b"x-request-id": b""}
        bodies.add(body)
    assert len(bodies) == 4


GET_2 = as_bytes(OF_ONE.replace("%s", thing(2)), "")
POST_2 = as_bytes(OF_ONE.replace("%s", thing(2)), QUERY)


@pytest.mark.parametrize(
    "data",
    [
        as_bytes(OF_ONE.replace("%s", thing(UNKNOWN)), ""),
        as_bytes(OF_ONE.replace("%s", f"{CKG}Clain"), QUERY),
        as_bytes("ASK { ?a", ""),
        GET_2.replace(b"&format=json", b"&format=csv"),
        GET_2.replace(b"&format=json", b""),
        GET_2.replace(b"&format=json", b"&format=json&query=ASK%7B%7D"),
        GET_2.replace(b"&format=json", b"%FF&format=json"),
        GET_2.replace(b"&format=json", b"#&format=json"),
        GET_2.replace(b"&format=json", b"\xc3\xa9&format=json"),
        GET_2.replace(b"/sparql", b"/reconcile"),
        GET_2.replace(b"Host: here", b"Host: there"),
        GET_2.replace(b"Host: here", b"Host: here\r\nRange: bytes=0-1"),
        POST_2.replace(b"Content-Length: ", b"Content-Length: 1"),
        POST_2.replace(b"Content-Length: ", b"Content-Length: 5\r\nContent-Length: "),
        POST_2.replace(b"Content-Length: ", b"X-Length: "),
        POST_2.replace(b"sparql-query", b"sparql-update"),
        POST_2.replace(b"/sparql ", b"/sparql?format=csv "),
        POST_2[:-1],
        POST_2 + b"GET",
        POST_2.replace(b"<", b"\xff", 1),
        b"",
        b"GET /sparql",
    ],
)
def test_a_request_that_may_mean_something_else_is_read(here: Asking, data: bytes) -> None:
    for posted in ("", QUERY) * 3:
        here.ask(OF_ONE.replace("%s", thing(1)), posted)
    assert here.direct.of_bytes(GET_2) is not None is not here.direct.of_bytes(POST_2)
    assert data not in (GET_2, POST_2)
    assert here.direct.of_bytes(data) is None


def test_what_was_answered_by_its_bytes_is_kept_for_the_same_bytes(
    here: Asking, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    generations = [ServedStore(server.home).generation()]
    kept = KeptAnswers(here.direct, lambda: generations[-1], 1_000_000)
    again = Again(kept, here.direct)
    for posted in ("", QUERY) * 3:
        here.ask(OF_ONE.replace("%s", thing(1)), posted)
    first = again.of_bytes(GET_2)
    assert first is not None
    assert again.of_bytes(POST_2) is not None
    monkeypatch.setattr(here.direct, "of_bytes", lambda _: None)
    assert again.of_bytes(GET_2) == first
    assert again.of_bytes(POST_2) is None
    generations.append(generations[0] + 1)
    assert again.of_bytes(GET_2) is None


def test_a_form_or_a_request_with_headers_of_its_own_is_read(here: Asking) -> None:
    text = OF_ONE.replace("%s", thing(1))
    for _ in range(4):
        here.ask(text, FORM)
        here.ask(text, "", x_request_id="mine")
        here.ask(text, "", connection="close")
    assert here.is_alike(text, FORM)
    assert here.is_alike(text, "", connection="close")
    assert here.direct.of_bytes(as_bytes(text, FORM)) is None
    assert here.direct.of_bytes(as_bytes(text, "")) is None


@pytest.mark.parametrize(
    "other",
    [
        OF_ONE.replace("%s", thing(UNKNOWN)),
        OF_ONE.replace("%s", f"{CKG}Clain"),
        OF_ONE.replace("%s", f"{CKG}Claim"),
        OF_ONE.replace("?p ?o }", "?p 7 }").replace("%s", thing(2)),
        OF_ONE.replace("%s", thing(2)).replace("<", "<<", 1),
        "ASK { ?a",
    ],
)
def test_another_query_is_worked_out_anew(here: Asking, other: str) -> None:
    learnt(here, OF_ONE.replace("%s", thing(1)))
    assert not here.is_alike(other)


@pytest.mark.parametrize(
    "headers",
    [{"accept": "text/csv"}, {"accept_encoding": "br"}, {"x_kg_at_least": "1"}, {"origin": "x"}],
)
def test_another_request_is_worked_out_anew(here: Asking, headers: dict[str, str]) -> None:
    text = OF_ONE.replace("%s", thing(1))
    learnt(here, text)
    assert not here.is_alike(text, **headers)
    assert here.is_alike(text, x_request_id="mine")


def test_what_is_read_in_another_way_than_it_seems_is_no_example(
    here: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(scope: object, data: bytes) -> Sent:
        return Sent("ASK {}", ())

    monkeypatch.setattr(direct, "sent", read)
    text = OF_ONE.replace("%s", thing(1))
    assert not any(here.is_alike(text) for _ in range(4))


def test_each_has_the_id_that_it_came_with_or_one_of_its_own(here: Asking) -> None:
    text = OF_ONE.replace("%s", thing(1))
    learnt(here, text)
    ids = {here.ask(text)[1][b"x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert here.ask(text, x_request_id="mine")[1][b"x-request-id"] == b"mine"


def test_who_is_told_of_a_commit_is_not_answered_without_it(here: Asking, server: Server) -> None:
    text = OF_ONE.replace("%s", thing(3))
    learnt(here, text)
    generation = committed(server, "later", f"<{thing(3)}> <http://e/p> 77 .")
    wait_until(lambda: b"77" in here.ask(text)[2], 20, "the commit is not seen")
    assert here.ask(text)[1][b"x-kg-generation"] == str(generation).encode()


@pytest.mark.parametrize(
    ("method", "body", "headers"),
    [
        ("POST", b"ASK {}", {}),
        ("POST", b"ASK {}", {b"content-type": b"application/sparql-query; charset=utf-8"}),
        ("POST", b"query=ASK&query=ASK", {b"content-type": FORM.encode()}),
        ("POST", b"query=%ff", {b"content-type": FORM.encode()}),
        ("POST", b"query=\xc3\xa4", {b"content-type": FORM.encode()}),
        ("POST", b"\xff", {b"content-type": QUERY.encode()}),
        ("POST", b"ASK {}", {b"content-type": QUERY.encode(), b"x": b"y" * AROUND_BYTES}),
        ("GET", b"", {}),
    ],
)
def test_what_is_not_plain_to_see_is_like_nothing(
    method: str, body: bytes, headers: dict[bytes, bytes]
) -> None:
    scope = {"method": method, "query_string": b"q=1", "headers": [*headers.items()]}
    assert sent(scope, body) is None


def test_all_but_the_query_the_id_and_the_length_is_around_it() -> None:
    def around(query: bytes, **headers: bytes) -> Sent | None:
        pairs = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        return sent({"method": "GET", "query_string": query, "headers": pairs}, b"")

    one = around(b"format=json&query=ASK+%7B%7D&release=2", accept=b"x", x_request_id=b"1")
    other = around(b"format=json&query=ASK+%7B%3Chttp://e/%3E&release=2", accept=b"x")
    assert one is not None
    assert other is not None
    assert one.text == "ASK {}"
    assert one.around == other.around
    for query in (b"query=ASK&format=json&release=2", b"format=json&query=ASK&release=3"):
        last = around(query, accept=b"x")
        assert last is not None
        assert (last.around == one.around) == (query == b"query=ASK&format=json&release=2")
    assert around(b"format=json&query=ASK&release=2", accept=b"y") != one


def test_the_requests_that_were_learnt_last_are_remembered() -> None:
    alike, like = Alike(), cast(Like, SimpleNamespace(iris=(), engine_text="ASK {}"))
    for number in range(REQUESTS + 5):
        alike.learn(Sent("ASK {}", (b"%d" % number,)), 1, like)
    known = [
        number
        for number in range(REQUESTS + 5)
        if alike.find(Sent("ASK {}", (b"%d" % number,)), 1) is not None
    ]
    assert known == [*range(5, REQUESTS + 5)]
    assert alike.find(Sent("ASK {}", (b"7",)), 2) is None
    alike.learn(Sent("ASK {}", (b"7",)), 2, like)
    assert alike.find(Sent("ASK {}", (b"8",)), 1) is None
