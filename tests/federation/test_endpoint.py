"""`/sparql` that asks a second endpoint, a real one, over HTTP."""

from __future__ import annotations

import threading
from dataclasses import replace

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.federation.endpoints import answers, scripted, sends, serving
from tests.web.conftest import commit

from kg.federation.client import Client
from kg.federation.endpoints import endpoints
from kg.federation.service import Federation, FederationLimits
from kg.namespaces import CURATED
from kg.store.embedded import EmbeddedStore
from kg.web import create_app

LIMITS = FederationLimits()
BORN = ox.NamedNode("http://e/born")
SAME = ox.NamedNode("http://e/same")


def thing(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://e/{name}")


def in_curated(*triples: tuple[ox.NamedNode, ox.NamedNode, object]) -> list[ox.Quad]:
    return [ox.Quad(*triple, ox.NamedNode(CURATED)) for triple in triples]


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    quads = in_curated(
        (thing("x"), BORN, ox.Literal(1900)),
        (thing("y"), BORN, ox.Literal("neunzehnhundert", language="de")),
        (thing("y"), thing("says"), ox.Literal('a "b"\\u0041\n\t}')),
        (thing("z"), BORN, ox.Literal("z")),
    )
    with serving(tmp_path_factory.mktemp("there"), *quads) as iri:
        yield iri


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    store = EmbeddedStore(tmp_path_factory.mktemp("here"))
    quads = in_curated(
        (thing("a"), SAME, thing("x")),
        (thing("b"), SAME, thing("y")),
        (thing("c"), SAME, thing("nowhere")),
    )
    commit(store, *quads)
    return store


def client(store: EmbeddedStore, *iris: str, limits: FederationLimits = LIMITS, **given: object):
    allowed = endpoints(f"{iri} allow-private" for iri in iris)
    services = Federation(allowed, limits, Client(**given))  # type: ignore[arg-type]
    return create_app(store, services=services).test_client()


def ask(asked: FlaskClient, query: str, **headers: str):
    headers = {"Accept": "application/sparql-results+json, application/problem+json", **headers}
    return asked.get("/sparql", query_string={"query": query}, headers=headers, buffered=True)


def rows(response) -> list[tuple[str | None, ...]]:
    assert response.status_code == 200, response.text
    names = response.json["head"]["vars"]
    return sorted(
        (tuple(row.get(name, {}).get("value") for name in names)
         for row in response.json["results"]["bindings"]),
        key=str,
    )  # fmt: skip


QUERIES = {
    "SELECT ?a ?b { ?a e:same ?x @ { ?x e:born ?b } }": [
        ("http://e/a", "1900"),
        ("http://e/b", "neunzehnhundert"),
    ],
    "SELECT ?a ?b { ?a e:same ?x OPTIONAL { @ { ?x e:born ?b } } }": [
        ("http://e/a", "1900"),
        ("http://e/b", "neunzehnhundert"),
        ("http://e/c", None),
    ],
    "SELECT ?x { { ?a e:same ?x } UNION { @ { ?x e:born ?b } } }": [
        (f"http://e/{name}",) for name in ("nowhere", "x", "x", "y", "y", "z")
    ],
    "SELECT ?b { VALUES ?x { <http://e/z> <http://e/y> } @ { ?x e:born ?b } }": [
        ("neunzehnhundert",),
        ("z",),
    ],
    "SELECT (COUNT(*) AS ?n) { @ { ?x e:born ?b } }": [("3",)],
    "SELECT ?t { @ { ?x e:says ?t } }": [('a "b"\\u0041\n\t}',)],
    "SELECT ?a { ?a e:same ?x MINUS { @ { ?x e:born ?b } } }": [("http://e/c",)],
    "SELECT ?a { ?a e:same ?x FILTER NOT EXISTS { @ { ?x e:born ?b } } }": [("http://e/c",)],
    "SELECT ?n { { SELECT (COUNT(?b) AS ?n) { @ { ?x e:born ?b } } } }": [("3",)],
    "SELECT ?l { @ { SELECT (MAX(STR(?b)) AS ?l) { ?x e:born ?b } } }": [("z",)],
    "SELECT * { @ { ?x e:absent ?b } }": [],
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_joins_what_is_here_with_what_is_there(query, here, there):
    text = "PREFIX e: <http://e/> " + query.replace("@", f"SERVICE <{there}>")
    found = rows(ask(client(here, there), text))
    assert found == sorted(QUERIES[query], key=str)


def test_the_page_and_graphs_ask_too(here, there):
    text = f"CONSTRUCT {{ ?x a ?b }} WHERE {{ SERVICE <{there}> {{ ?x <http://e/born> ?b }} }}"
    response = ask(client(here, there), text, Accept="application/n-triples")
    assert response.text.count("\n") == 3
    text = f"ASK {{ SERVICE <{there}> {{ <http://e/z> ?p ?o }} }}"
    assert ask(client(here, there), text).json["boolean"] is True
    page = client(here, there).get("/query", query_string={"query": text})
    assert page.status_code == 200


def test_an_answer_that_others_had_a_part_in_is_never_taken_for_the_same_again(here, there):
    for text in ("ASK {{ SERVICE <{}> {{ }} }}", "ASK {{ SERV\\u0049CE <{}> {{ }} }}"):
        assert "ETag" not in ask(client(here, there), text.format(there)).headers
    assert "ETag" in ask(client(here, there), "ASK { }").headers


def test_what_is_only_known_there_is_not_warned_about(here, there):
    query = f"ASK {{ SERVICE <{there}> {{ ?x ckg:abcdef state:nowhere-at-all }} }}"
    assert "Warning" not in ask(client(here, there), query).headers
    assert (
        "Warning" in ask(client(here, there), "ASK { ?x ckg:abcdef state:nowhere-at-all }").headers
    )


def test_nobody_else_is_asked_and_without_a_list_nobody_at_all(here, there):
    text = "ASK { SERVICE <http://elsewhere.example/> { } }"
    refused = ask(client(here, there), text)
    assert refused.status_code == 400
    assert refused.json["hint"] == f"those that are: {there}"
    assert (refused.json["line"], refused.json["column"]) == (1, 15)
    off = ask(create_app(here).test_client(), text)
    assert off.status_code == 400
    assert "SERVICE is not offered: this endpoint asks no other servers" in off.json["detail"]


FAILURES = {
    "with status 503": (sends(b"HTTP/1.1 503 No\r\nRetry-After: 77\r\n\r\n"), None),
    "with a redirect": (sends(b"HTTP/1.1 307 No\r\nLocation: http://127.0.0.1/\r\n\r\n"), None),
    "with text/plain": (answers(b"hello", b"text/plain"), None),
    "cannot be read as SPARQL results": (answers(b"{]"), None),
    "more than 1000 bytes": (answers(b" " * 2000), "service_bytes"),
    "service_seconds is 0.3 s": (lambda connection: connection.recv(1), "service_seconds"),
    "more than 2 solutions": (
        answers(b'{"head":{"vars":["s"]},"results":{"bindings":[{},{},{}]}}'),
        "service_rows",
    ),
}


@pytest.mark.parametrize("words", FAILURES)
def test_an_endpoint_that_fails_is_named_and_silent_makes_it_one_empty_solution(words, here):
    script, limit = FAILURES[words]
    few = replace(LIMITS, service_bytes=1000, service_seconds=0.3, service_rows=2)
    with scripted(script) as server:
        asked = client(here, server.iri, limits=few)
        text = "SELECT ?a ?s { ?a <http://e/same> ?x SERVICE %s <%s> { ?s ?p ?o } }"
        failed = ask(asked, text % ("", server.iri))
        silent = ask(asked, text % ("SILENT", server.iri))
    assert failed.status_code == 503
    assert words in failed.json["detail"]
    assert failed.json["endpoint"] == server.iri
    assert failed.json.get("limit") == limit
    assert failed.headers["Retry-After"] == ("77" if "503" in words else "5")
    assert rows(silent) == [(f"http://e/{name}", None) for name in "abc"]


def test_what_others_take_counts_as_time_of_the_query(here):
    few = replace(LIMITS, seconds=0.4)
    with scripted(lambda connection: connection.recv(1)) as server:
        text = f"ASK {{ SERVICE SILENT <{server.iri}> {{ ?s ?p ?o }} }}"
        failed = ask(client(here, server.iri, limits=few), text)
    assert failed.status_code == 503
    assert failed.json["limit"] == "seconds"


def test_only_so_many_requests_run_at_once(here):
    few = replace(LIMITS, service_fetches=1, waiting_seconds=0.2)
    begun, done = threading.Event(), threading.Event()

    def script(connection):
        begun.set()
        done.wait(20)

    with scripted(script) as server:
        text = f"ASK {{ SERVICE <{server.iri}> {{ ?s ?p ?o }} }}"
        asked = client(here, server.iri, limits=few)
        first = threading.Thread(target=ask, args=(asked, text))
        first.start()
        assert begun.wait(20)
        second = ask(asked.application.test_client(), text)
        done.set()
        first.join()
    assert second.status_code == 503
    assert second.json["limit"] == "service_fetches"


def test_a_client_that_goes_away_ends_what_it_has_asked_for(here):
    gone, seen = threading.Event(), threading.Event()

    def script(connection):
        gone.set()
        seen.set() if connection.recv(1) == b"" else None

    with scripted(script) as server:
        text = f"ASK {{ SERVICE <{server.iri}> {{ ?s ?p ?o }} }}"
        asked = client(here, server.iri)
        query = {"query": text}
        response = asked.get("/sparql", query_string=query, environ_overrides={"kg.cancel": gone})
        assert response.status_code == 503
        assert seen.wait(20), "the connection to the endpoint stays"


def test_a_name_that_leads_inside_is_not_asked(here):
    services = Federation(
        endpoints(["http://remote.example/sparql"]),
        LIMITS,
        Client(look_up=lambda *_: ["93.184.216.34", "127.0.0.1"]),
    )
    asked = create_app(here, services=services).test_client()
    failed = ask(asked, "ASK { SERVICE <http://remote.example/sparql> { } }")
    assert failed.status_code == 503
    assert "an address that is not public" in failed.json["detail"]
    assert "127.0.0.1" not in failed.text


def test_a_commit_between_the_bindings_and_the_answer_is_noticed(tmp_path):
    store = EmbeddedStore(tmp_path / "store")
    commit(store, *in_curated((thing("a"), SAME, thing("x"))))
    number = iter(range(100))
    body = b'{"head":{"vars":["x","b"]},"results":{"bindings":[%s]}}'
    row = b'{"x":{"type":"uri","value":"http://e/%s"},"b":{"type":"literal","value":"1"}}'

    def script(connection):
        if next(number) == 0:
            commit(store, *in_curated((thing("b"), SAME, thing("y"))))
        asked = server.heard[-1]
        found = [row % name for name in (b"x", b"y") if b"e%%2F%s%%3E" % name in asked]
        answers(body % b",".join(found))(connection)

    with scripted(script) as server:
        text = f"SELECT ?a {{ ?a <http://e/same> ?x SERVICE <{server.iri}> {{ ?x ?p ?b }} }}"
        assert rows(ask(client(store, server.iri), text)) == [("http://e/a",), ("http://e/b",)]
        assert len(server.heard) == 2
