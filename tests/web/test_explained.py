"""The query page and the endpoint tell how a query was answered."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from tests.seeded import Seeded
from tests.web.conftest import BROWSER, Get
from tests.web.test_pages import words

from kg.columnar.explain import ExplainingStore
from kg.columnar.handing_over import Budget
from kg.namespaces import CURATED
from kg.processes.opening import OURS
from kg.store.answers import EXPLANATION
from kg.web import create_app

COUNT = "SELECT ?class (COUNT(?thing) AS ?n) { ?thing a ?class } GROUP BY ?class ORDER BY ?class"
PATH = "SELECT ?o { ?s rdfs:label* ?o } LIMIT 3"


@pytest.fixture(scope="module")
def explaining(
    small_seeded: Seeded, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    home = tmp_path_factory.mktemp("explained") / "home"
    small_seeded.copy_to(home)
    store = ExplainingStore(home, OURS)
    with store.copied(Budget(least=0), 60):
        yield create_app(store).test_client()


def page(client: FlaskClient, query: str) -> str:
    address = f"/query?{urlencode({'query': query, 'explain': '1'})}"
    return client.get(address, headers={"Accept": BROWSER}).text


def test_the_page_shows_the_steps_of_the_copy_and_what_would_be_faster(
    explaining: FlaskClient,
) -> None:
    html = page(explaining, COUNT)
    told = words(html)
    assert "How it was answered" in told
    assert "By the copy in columns" in told
    assert "<code>scan ?thing rdf:type ?class</code>" in html
    assert html.count(">slowest<") == 1
    assert "Faster with:" in told
    assert '<table class="results"' not in html


def test_the_page_says_why_the_engine_answers(explaining: FlaskClient) -> None:
    told = words(page(explaining, PATH))
    assert "By the engine: it has a path with * or ? from anywhere to anywhere. 3 sol" in told
    assert "triples" in words(page(explaining, "CONSTRUCT WHERE { ?s a ckg:Person }"))
    assert 'class="steps"' not in page(explaining, PATH)


@pytest.mark.parametrize(
    ("parameters", "accept"), [({"format": "explain"}, "*/*"), ({}, EXPLANATION)]
)
def test_the_endpoint_tells_it_as_json(
    explaining: FlaskClient, parameters: dict[str, str], accept: str
) -> None:
    asked = {"query": COUNT, **parameters}
    for answer in (
        explaining.get("/sparql", query_string=asked, headers={"Accept": accept}),
        explaining.post("/sparql", data=asked, headers={"Accept": accept}),
    ):
        assert answer.mimetype == EXPLANATION
        assert "ETag" not in answer.headers
        told = answer.get_json(force=True)
        assert (told["answered_by"], told["reason"]) == ("columns", "")
        assert {"operator", "estimated", "rows", "seconds"} == set(told["steps"][0])
        plain = explaining.get("/sparql", query_string={"query": COUNT, "format": "tsv"})
        assert told["rows"] == len(plain.text.splitlines()) - 1


def test_the_graphs_of_a_request_are_those_of_its_explanation(explaining: FlaskClient) -> None:
    asked = {"query": COUNT, "default-graph-uri": str(CURATED)}
    plain = explaining.get("/sparql", query_string=asked | {"format": "tsv"}).text.splitlines()
    told = explaining.get("/sparql", query_string=asked | {"format": "explain"})
    both = asked | {"named-graph-uri": str(CURATED), "format": "explain"}
    handed = explaining.get("/sparql", query_string=both)
    whole = explaining.get("/sparql", query_string={"query": COUNT, "format": "tsv"})
    assert told.get_json(force=True)["answered_by"] == "columns"
    assert told.get_json(force=True)["rows"] == len(plain) - 1 > 0
    assert whole.text.splitlines() != plain
    reason = "it chooses several graphs, or named ones"
    assert handed.get_json(force=True)["reason"] == reason


def test_what_is_wrong_with_a_query_is_told_as_always(explaining: FlaskClient) -> None:
    asked = {"query": "SELECT ?x WHERE { ?x }", "format": "explain"}
    refused = explaining.get("/sparql", query_string=asked)
    assert (refused.status_code, refused.get_json(force=True)["line"]) == (400, 1)
    assert 'class="explained"' not in page(explaining, "SELECT ?x WHERE { ?x }")


def test_where_nothing_is_explained_no_button_says_so(get: Get) -> None:
    assert 'name="explain"' not in get("/query").text
    refused = get(f"/sparql?{urlencode({'query': COUNT, 'format': 'explain'})}", "*/*")
    assert refused.status_code == 501
    assert "is not told here" in refused.text
