"""The query endpoint speaks the SPARQL 1.1 Protocol."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, RDF, Graph, Namespace
from tests.web.conftest import BROWSER, commit

from kg.geo.functions import IRIS
from kg.namespaces import CONSENSUS, CURATED, DERIVED, ONTOLOGY, iri
from kg.store.embedded import EmbeddedStore
from kg.web import create_app

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SELECT = "SELECT ?who WHERE { claim:lantern-2-2 ckg:claimant ?who }"
ASK = "ASK { claim:lantern-2-2 a ckg:Claim }"
CONSTRUCT = "CONSTRUCT WHERE { claim:lantern-2-2 ckg:claimant ?who }"
DESCRIBE = "DESCRIBE claim:lantern-2-2"
ARVONIA = str(iri("state", "arvonia"))
BROKEN = "SELECT ?who WHERE {\n  ?who ckg:claimant claim:x ckg:content ?y .\n}"


def test_a_select_by_get_is_answered_in_json(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT})
    assert response.mimetype == "application/sparql-results+json"
    bindings = json.loads(response.data)["results"]["bindings"]
    assert [b["who"]["value"] for b in bindings] == [ARVONIA]


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"query": SELECT}},
        {"data": SELECT.encode(), "content_type": "application/sparql-query"},
        {"data": SELECT.encode(), "content_type": "application/sparql-query; charset=utf-8"},
    ],
)
def test_a_query_can_be_posted_as_form_and_as_itself(
    client: FlaskClient, sent: dict[str, object]
) -> None:
    response = client.post("/sparql", **sent)  # type: ignore[arg-type]
    assert response.status_code == 200
    assert ARVONIA in response.text


@pytest.mark.parametrize(
    ("query", "accept", "mimetype"),
    [
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "application/json", "application/sparql-results+json"),
        (
            SELECT,
            "text/csv;q=0.5, application/sparql-results+xml",
            "application/sparql-results+xml",
        ),
        (ASK, "*/*", "application/sparql-results+json"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (DESCRIBE, "application/ld+json", "application/ld+json"),
        (DESCRIBE, "application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_the_form_of_the_answer_is_the_one_asked_for(
    client: FlaskClient, query: str, accept: str, mimetype: str
) -> None:
    response = client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, mimetype)
    assert "Accept" in response.headers["Vary"]


def test_an_ask_is_answered_with_a_boolean(client: FlaskClient) -> None:
    assert json.loads(client.get("/sparql", query_string={"query": ASK}).data)["boolean"] is True


def test_a_construct_is_answered_with_a_graph(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": CONSTRUCT})
    assert len(Graph().parse(data=response.data, format="turtle")) == 1


@pytest.mark.parametrize(
    ("query", "name", "mimetype"),
    [(SELECT, "csv", "text/csv"), (CONSTRUCT, "nt", "application/n-triples")],
)
def test_format_is_a_short_way_to_say_accept(
    client: FlaskClient, query: str, name: str, mimetype: str
) -> None:
    response = client.get(
        "/sparql", query_string={"query": query, "format": name}, headers={"Accept": BROWSER}
    )
    assert response.mimetype == mimetype


def test_csv_names_its_character_set_once_and_has_one_line_for_each_row(
    client: FlaskClient,
) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "format": "csv"})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert list(csv.reader(io.StringIO(response.text))) == [["who"], [ARVONIA]]


def test_a_format_that_a_form_does_not_have_is_refused_with_those_it_has(
    client: FlaskClient,
) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "format": "ttl"})
    assert response.status_code == 400
    assert "csv" in response.json["hint"]


def test_an_accept_header_that_nothing_fits_is_406(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": SELECT}, headers={"Accept": "image/png"}
    )
    assert response.status_code == 406
    assert "text/csv" in response.json["hint"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data"])
def test_a_body_in_another_form_is_415(client: FlaskClient, content_type: str) -> None:
    response = client.post("/sparql", data=SELECT.encode(), content_type=content_type)
    assert response.status_code == 415
    assert "application/sparql-query" in response.json["hint"]


def test_a_body_without_content_type_is_415(client: FlaskClient) -> None:
    assert client.post("/sparql", data=SELECT.encode()).status_code == 415


def test_without_a_query_a_program_is_told_how_to_send_one(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "application/sparql-results+json"})
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert "/sparql?query=" in response.json["hint"]


def test_the_description_names_all_graphs_and_says_what_the_default_graph_is(
    client: FlaskClient,
) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.data, format="turtle")
    names = {str(name) for name in graph.objects(None, SD.name)}
    assert names == {str(name) for name in (CONSENSUS, CURATED, DERIVED, ONTOLOGY)}
    [default] = graph.objects(None, SD.defaultGraph)
    [words] = graph.objects(default, DCTERMS.description)
    assert "graph:curated" in words
    assert "graph:shapes" not in words
    assert SD.SPARQL11Update not in set(graph.objects(None, SD.supportedLanguage))


def test_the_description_lists_the_functions_beyond_those_of_sparql(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "text/turtle"})
    graph = Graph().parse(data=response.data, format="turtle")
    listed = {str(name) for name in graph.objects(None, SD.extensionFunction)}
    assert listed == set(IRIS)
    assert {str(name) for name in graph.subjects(RDF.type, SD.Function)} == listed


def test_the_description_is_known_again_until_the_next_commit(store: EmbeddedStore) -> None:
    client = create_app(store).test_client()
    first = client.get("/sparql", headers={"Accept": "text/turtle"})
    known = {"Accept": "text/turtle", "If-None-Match": first.headers["ETag"]}
    assert client.get("/sparql", headers=known).status_code == 304
    assert client.get("/sparql", headers={**known, "Accept": "application/trig"}).status_code == 200
    node = ox.NamedNode("http://example.org/new")
    commit(store, ox.Quad(node, node, node, node))
    again = client.get("/sparql", headers=known)
    assert again.status_code == 200
    assert "http://example.org/new" in again.text


def test_without_a_query_a_browser_gets_a_form(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": BROWSER})
    assert response.status_code == 200
    assert '<textarea id="query" name="query"' in response.text


def test_a_browser_that_sends_a_query_gets_a_table(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": BROWSER})
    assert ">Arvonia</a></td>" in response.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"data": {"update": "CLEAR ALL"}}, 401),
        ({"data": b"CLEAR ALL", "content_type": "application/sparql-update"}, 401),
        ({"data": {"query": "CLEAR ALL"}}, 400),
        ({"data": {"query": "INSERT DATA { <http://x/a> <http://x/b> 1 }"}}, 400),
        ({"query_string": {"update": "CLEAR ALL"}, "data": {"query": SELECT}}, 400),
        ({"query_string": {"update": "CLEAR ALL"}}, 400),
    ],
)
def test_an_update_by_nobody_is_refused_in_words_and_changes_nothing(
    store: EmbeddedStore, sent: dict[str, object], status: int
) -> None:
    before = store.generation()
    response = create_app(store).test_client().post("/sparql", **sent)  # type: ignore[arg-type]
    assert response.status_code == status
    assert len(response.json["detail"]) > 10
    assert store.generation() == before


def test_methods_that_write_are_not_offered(client: FlaskClient) -> None:
    response = client.put("/sparql", data=b"")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


EVERYTHING = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"


def count(client: FlaskClient, query: str, **graphs: object) -> int:
    response = client.get("/sparql", query_string={"query": query, **graphs})
    return int(json.loads(response.data)["results"]["bindings"][0]["n"]["value"])


def test_default_graph_uri_chooses_what_is_asked(client: FlaskClient) -> None:
    assert count(client, EVERYTHING) > 100
    assert count(client, EVERYTHING, **{"default-graph-uri": str(CONSENSUS)}) == 1


def test_several_default_graphs_are_merged(client: FlaskClient) -> None:
    curated = count(client, EVERYTHING, **{"default-graph-uri": str(CURATED)})
    both = count(client, EVERYTHING, **{"default-graph-uri": [str(CURATED), str(CONSENSUS)]})
    assert both == curated + 1


def test_a_dataset_of_named_graphs_has_an_empty_default_graph(client: FlaskClient) -> None:
    named = {"named-graph-uri": str(CONSENSUS)}
    assert count(client, EVERYTHING, **named) == 0
    in_graphs = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert count(client, in_graphs, **named) == 1


def test_a_posted_query_takes_its_graphs_from_the_address(client: FlaskClient) -> None:
    response = client.post(
        "/sparql",
        query_string={"default-graph-uri": str(CONSENSUS)},
        data=EVERYTHING.encode(),
        content_type="application/sparql-query",
    )
    assert json.loads(response.data)["results"]["bindings"][0]["n"]["value"] == "1"


def test_a_graph_name_that_is_no_iri_is_400(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": ASK, "default-graph-uri": "no iri"})
    assert response.status_code == 400
    assert "not an IRI" in response.json["detail"]


def test_two_queries_at_once_are_400(client: FlaskClient) -> None:
    assert client.get("/sparql", query_string={"query": [ASK, SELECT]}).status_code == 400


def test_a_body_that_is_not_utf_8_is_400(client: FlaskClient) -> None:
    response = client.post("/sparql", data=b"ASK { \xff }", content_type="application/sparql-query")
    assert response.status_code == 400
    assert "UTF-8" in response.json["detail"]


def test_a_body_without_end_is_413(client: FlaskClient) -> None:
    data = b" " * 1_000_001
    response = client.post("/sparql", data=data, content_type="application/sparql-query")
    assert response.status_code == 413


def test_an_error_has_line_column_and_caret_as_problem_details(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": BROKEN})
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    problem = response.json
    assert (problem["status"], problem["line"], problem["column"]) == (400, 2, 29)
    line, caret = problem["excerpt"].splitlines()
    assert line[caret.index("^") :].startswith("ckg:content")


def test_an_error_has_line_column_and_caret_in_plain_text(client: FlaskClient) -> None:
    response = client.get(
        "/sparql", query_string={"query": BROKEN}, headers={"Accept": "text/plain"}
    )
    assert response.mimetype == "text/plain"
    first, line, caret, *_ = response.text.splitlines()
    assert first.startswith("2:29: ")
    assert line[caret.index("^") :].startswith("ckg:content")


def test_a_browser_sees_the_error_below_its_query(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": BROKEN}, headers={"Accept": BROWSER})
    assert response.status_code == 400
    assert "line 2, column 29" in response.text
    assert "SELECT ?who WHERE {" in response.text.partition("</textarea>")[0]


def test_a_term_that_does_not_exist_is_a_warning_and_no_error(client: FlaskClient) -> None:
    query = "SELECT * WHERE { ?s ckg:claiment ?o }"
    response = client.get("/sparql", query_string={"query": query})
    assert response.status_code == 200
    assert "ckg:claimant" in response.headers["Warning"]


@pytest.mark.parametrize("query", [SELECT, BROKEN, ""])
def test_any_page_may_read_answers_and_errors(client: FlaskClient, query: str) -> None:
    response = client.get("/sparql", query_string={"query": query})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_allows_what_a_post_needs(client: FlaskClient) -> None:
    response = client.options("/sparql", headers={"Access-Control-Request-Method": "POST"})
    assert response.status_code == 200
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    got = client.get("/sparql", query_string={"query": SELECT})
    head = client.head("/sparql", query_string={"query": SELECT})
    assert (head.status_code, head.data) == (200, b"")
    assert (head.mimetype, head.headers["ETag"]) == (got.mimetype, got.headers["ETag"])


def test_an_answer_that_is_known_already_is_304_until_the_next_commit(
    store: EmbeddedStore,
) -> None:
    client = create_app(store).test_client()

    def ask(etag: str) -> int:
        headers = {"If-None-Match": etag}
        return client.get("/sparql", query_string={"query": SELECT}, headers=headers).status_code

    etag = client.get("/sparql", query_string={"query": SELECT}).headers["ETag"]
    assert ask(etag) == 304
    node = ox.NamedNode("http://example.org/new")
    commit(store, ox.Quad(node, node, node, ox.NamedNode(CURATED)))
    assert ask(etag) == 200


def test_different_forms_of_an_answer_have_different_tags(client: FlaskClient) -> None:
    tags = {
        client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": a}).headers["ETag"]
        for a in ("text/csv", "application/sparql-results+json")
    }
    assert len(tags) == 2


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?t) {}", "SELECT (uuid() AS ?u) {}"])
def test_an_answer_that_changes_by_itself_has_no_tag(client: FlaskClient, query: str) -> None:
    assert "ETag" not in client.get("/sparql", query_string={"query": query}).headers


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"query": ASK}},
        {"data": ASK.encode(), "content_type": "application/sparql-query"},
        {"data": {"query": [ASK, ASK]}},
    ],
)
def test_a_query_in_address_and_body_is_one_too_many(
    client: FlaskClient, sent: dict[str, object]
) -> None:
    response = client.post("/sparql", query_string={"query": SELECT}, **sent)  # type: ignore[arg-type]
    assert response.status_code == 400
    assert "more than once" in response.json["detail"]


@pytest.mark.parametrize("name", ["Warning", "X-KG-Generation", "ETag", "Retry-After"])
def test_a_script_of_any_page_may_read_what_comes_with_the_answer(
    client: FlaskClient, name: str
) -> None:
    response = client.get("/sparql", query_string={"query": ASK})
    assert name in response.headers["Access-Control-Expose-Headers"].split(", ")
