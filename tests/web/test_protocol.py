"""Requests that the SPARQL 1.1 Protocol does not know, and who may read that they are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import BROWSER, commit, fixture_quads
from werkzeug.test import TestResponse

from kg.namespaces import CONSENSUS, CURATED
from kg.processes.opening import update as run_update
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore
from kg.tokens import Scope, Tokens
from kg.web import create_app

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    """A store that reads updates, without a gate."""
    store = EmbeddedStore(tmp_path / "store", Setup(update=run_update))
    commit(store, *fixture_quads())
    return store


@pytest.fixture
def writer(store: EmbeddedStore) -> FlaskClient:
    """A client with a token that may write."""
    tokens = Tokens(store.folder.tokens)
    _, token = tokens.create("writer", [Scope.WRITE])
    client = create_app(store, tokens=tokens).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def update(client: FlaskClient, text: str, **graphs: str) -> TestResponse:
    return client.post("/sparql", query_string=graphs, data=text.encode(), content_type=UPDATE)


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_graphs_of_a_query_are_refused_with_an_update(writer: FlaskClient, name: str) -> None:
    for sent in (
        update(writer, "CLEAR SILENT GRAPH graph:curated", **{name: CURATED}),
        writer.post("/sparql", data={"update": "CLEAR DEFAULT", name: CURATED}),
    ):
        assert sent.status_code == 400
        assert name in sent.json["detail"]


@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
def test_graphs_of_an_update_are_refused_with_a_query(client: FlaskClient, name: str) -> None:
    asked = {"query": "ASK {}", name: CURATED}
    for sent in (
        client.get("/sparql", query_string=asked),
        client.post("/sparql", data=asked),
        client.post("/sparql", query_string={name: CURATED}, data={"query": "ASK {}"}),
    ):
        assert sent.status_code == 400
        assert name in sent.json["detail"]


@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
@pytest.mark.parametrize(
    "text",
    [
        "DELETE { GRAPH graph:curated { ?s ?p ?o } } USING graph:curated WHERE { ?s ?p ?o }",
        "DELETE { GRAPH graph:curated { ?s ?p ?o } } USING NAMED graph:curated WHERE { ?s ?p ?o }",
        "WITH graph:curated DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_an_update_that_names_its_graphs_twice_is_400_and_changes_nothing(
    writer: FlaskClient, store: EmbeddedStore, text: str, name: str
) -> None:
    before = store.generation()
    response = update(writer, text, **{name: CURATED})
    assert response.status_code == 400
    assert "using-graph-uri" in response.json["hint"]
    assert store.generation() == before


def test_graphs_of_a_form_may_stand_in_its_address_too(client: FlaskClient) -> None:
    everything = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    address, form = {"default-graph-uri": CONSENSUS}, {"default-graph-uri": CURATED}
    counts = [
        int(client.post(f"/sparql{where}", query_string=a, data=d).text.split()[-1])
        for where in ["?"]
        for a, d in [
            ({"format": "csv", **address}, {"query": everything}),
            ({"format": "csv"}, {"query": everything, **form}),
            ({"format": "csv", **address}, {"query": everything, **form}),
        ]
    ]
    assert counts[0] == 1
    assert counts[2] == counts[0] + counts[1]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": f"{QUERY}; charset=utf-16"}, 415),
        ({"Content-Type": QUERY, "Content-Encoding": "gzip"}, 415),
        ({"Content-Type": f"{QUERY}; charset=UTF-8"}, 200),
    ],
)
def test_a_body_in_another_encoding_is_refused(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/sparql", headers=headers, data=b"ASK {}").status_code == status


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/sparql?query=ASK+%7B", {}, 400),
        ("POST", "/sparql", {"Content-Type": UPDATE}, 401),
        ("GET", "/nowhere", {}, 404),
        ("PUT", "/sparql", {}, 405),
        ("GET", "/sparql?update=CLEAR+ALL", {}, 405),
        ("GET", "/sparql?query=ASK+%7B%7D", {"Accept": "image/png"}, 406),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, 415),
        ("GET", "/nowhere", {"Accept": BROWSER}, 404),
    ],
)
def test_any_page_may_read_why_it_was_refused(
    client: FlaskClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    response = client.open(path, method=method, headers=headers, data=b"CLEAR ALL")
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Allow", "WWW-Authenticate"} <= set(exposed)
    assert ("Allow" in response.headers) == (status == 405)


def test_a_preflight_allows_what_a_write_needs(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Access-Control-Request-Method": "POST"})
    allowed = set(response.headers["Access-Control-Allow-Headers"].split(", "))
    assert {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"} <= allowed
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_an_update_with_a_token_is_committed(writer: FlaskClient, store: EmbeddedStore) -> None:
    before = store.generation()
    response = update(writer, "CLEAR GRAPH graph:curated", **{"using-graph-uri": CURATED})
    assert response.status_code == 200
    assert response.json["removed"] > 10
    assert store.generation() == before + 1


@pytest.mark.parametrize(
    ("scopes", "authorization", "status"),
    [
        ([Scope.WRITE], "Bearer kg_abcdefgh_" + "x" * 43, 401),
        ([Scope.WRITE], "Basic {token}", 401),
        ([Scope.PROPOSE], "Bearer {token}", 403),
    ],
)
def test_a_write_without_a_right_to_it_changes_nothing(
    store: EmbeddedStore, scopes: list[Scope], authorization: str, status: int
) -> None:
    tokens = Tokens(store.folder.tokens)
    _, token = tokens.create("somebody", scopes)
    client = create_app(store, tokens=tokens).test_client()
    before = store.generation()
    headers = {"Authorization": authorization.format(token=token), "Content-Type": UPDATE}
    response = client.post("/sparql", headers=headers, data=b"CLEAR GRAPH graph:curated")
    assert response.status_code == status
    assert ("WWW-Authenticate" in response.headers) == (status == 401)
    assert store.generation() == before
