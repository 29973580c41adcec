"""Heavy queries take neither the pages nor the word that the server is alive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from tests.web.conftest import BROWSER, commit, fixture_quads
from werkzeug.test import TestResponse

from kg.store.embedded import InProcessStore
from kg.store.interface import ByteStream
from kg.web import create_app

HEAVY = "SELECT ?heavy { ?heavy ckg:claimant ?x }"
LIGHT = "ASK {}"
BIG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


class SlowStore(InProcessStore):
    """A store whose heavy queries wait until they are let go."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.let_go = threading.Event()
        self.begun = threading.Semaphore(0)

    def query(self, text: str, **options: Any) -> ByteStream:
        if "?heavy" in text:
            self.begun.release()
            self.let_go.wait(30)
        return super().query(text, **options)


@pytest.fixture
def slow(tmp_path: Path) -> SlowStore:
    slow = SlowStore(tmp_path / "store")
    commit(slow, *fixture_quads())
    return slow


@pytest.fixture
def app(slow: SlowStore) -> Flask:
    return create_app(slow, evaluations=2)


def ask(app: Flask, query: str, path: str = "/sparql", accept: str = "*/*") -> TestResponse:
    query_string = {"query": query}
    return app.test_client().get(path, query_string=query_string, headers={"Accept": accept})


@pytest.fixture
def busy(app: Flask, slow: SlowStore) -> Iterator[list[int]]:
    """The application while it evaluates as many queries as it may; the statuses come later."""
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda path=path: statuses.append(ask(app, HEAVY, path).status_code)
        )
        for path in ("/sparql", "/query")
    ]
    for thread in threads:
        thread.start()
    assert all(slow.begun.acquire(timeout=20) for _ in threads)
    yield statuses
    slow.let_go.set()
    for thread in threads:
        thread.join(20)
    assert statuses == [200, 200]


@pytest.mark.parametrize("path", ["/sparql", "/query"])
@pytest.mark.usefixtures("busy")
def test_what_comes_above_the_limit_is_told_its_name_and_to_come_again(
    app: Flask, path: str
) -> None:
    response = ask(app, LIGHT, path)
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert "2 queries are being evaluated" in response.json["detail"]
    assert "`evaluations`" in response.json["detail"]
    assert int(response.headers["Retry-After"]) > 0


@pytest.mark.usefixtures("busy")
def test_a_browser_is_told_on_a_page(app: Flask) -> None:
    response = ask(app, LIGHT, "/query", BROWSER)
    assert (response.status_code, response.mimetype) == (503, "text/html")


@pytest.mark.parametrize(
    "path",
    ["/healthz", "/", "/doc/state/arvonia", "/search?q=arvonia", "/query", "/sparql", "/ns"],
)
@pytest.mark.usefixtures("busy")
def test_pages_are_answered_while_heavy_queries_run(app: Flask, path: str) -> None:
    assert app.test_client().get(path, headers={"Accept": BROWSER}).status_code == 200


def test_a_place_is_free_again_after_each_answer(
    app: Flask, busy: list[int], slow: SlowStore
) -> None:
    assert ask(app, LIGHT).status_code == 503
    slow.let_go.set()
    while len(busy) < 2:
        threading.Event().wait(0.01)
    for query, status in (("ASK {", 400), (LIGHT, 200), ("ASK { ?x ckg:nope 1 }", 200)) * 3:
        for path in ("/sparql", "/query"):
            assert ask(app, query, path).status_code == status
    for _ in range(3):
        assert ask(app, LIGHT, accept="image/png").status_code == 406


def test_a_long_answer_keeps_its_place_until_it_is_read_or_given_up(app: Flask) -> None:
    whole, given_up = ask(app, BIG), ask(app, BIG)
    assert not whole.is_sequence
    assert ask(app, LIGHT).status_code == 503
    assert len(whole.data) > 100_000
    assert ask(app, LIGHT).status_code == 200
    third = ask(app, BIG)
    assert ask(app, LIGHT).status_code == 503
    given_up.close()
    third.close()
    assert [ask(app, LIGHT).status_code for _ in range(3)] == [200, 200, 200]
    head = app.test_client().head("/sparql", query_string={"query": BIG})
    head.close()
    assert [ask(app, LIGHT).status_code for _ in range(3)] == [200, 200, 200]
