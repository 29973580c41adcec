"""Pages of rows, sorting, downloads, links and claims of the query page, without a browser."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.web.conftest import BROWSER, Get
from tests.web.test_pages import words

from kg.permalinks import Permalinks
from kg.store.embedded import EmbeddedStore
from kg.web import create_app
from kg.web.query_page import AnswerSizes

NUMBERS = 'SELECT ?n ?word { VALUES (?n ?word) { (10 "b") (9 "A") (-1 "c") (UNDEF "d") } }'
CLAIM = "https://w3id.org/conflict-kg/id/claim/lantern-2-2"


def part(client: FlaskClient, query: str, **more: object) -> Any:
    return client.post("/query/answer", data={"query": query, **more}).json


def column(answer: Any, place: int) -> list[str | None]:
    return [row[place] and row[place]["value"] for row in answer["rows"]]


@pytest.fixture
def kept(store: EmbeddedStore, tmp_path: Path) -> Permalinks:
    return Permalinks(tmp_path / "permalinks.sqlite")


@pytest.fixture
def keeping(store: EmbeddedStore, kept: Permalinks) -> FlaskClient:
    """An application that keeps three queries of a client in an hour, and sorts three rows."""
    app: Flask = create_app(store, links_kept=(kept, 3), answers=AnswerSizes(2, 3))
    return app.test_client()


def test_rows_come_page_by_page(client: FlaskClient) -> None:
    first = part(client, NUMBERS, count=3)
    assert (column(first, 0), first["more"]) == (["10", "9", "-1"], True)
    last = part(client, NUMBERS, count=3, start=3)
    assert (column(last, 1), last["more"], last["start"]) == (["d"], False, 3)


@pytest.mark.parametrize(
    ("sort", "words"),
    [("n", ["d", "c", "A", "b"]), ("-n", ["b", "A", "c", "d"]), ("word", ["A", "b", "c", "d"])],
)
def test_rows_are_sorted_by_what_they_mean(
    client: FlaskClient, sort: str, words: list[str]
) -> None:
    assert column(part(client, NUMBERS, sort=sort), 1) == words


def test_the_page_sorts_and_pages_without_scripts(get: Get) -> None:
    html = get(f"/query?{urlencode({'query': NUMBERS, 'sort': '-n'})}").text
    assert re.findall(r"<span>([A-Za-z])</span>", html) == ["b", "A", "c", "d"]
    assert '<th scope="col" aria-sort="descending"' in html
    long = "SELECT ?a WHERE { ?a ?b ?c . ?d ?e ?f }"
    html = get(f"/query?{urlencode({'query': long})}").text
    link = re.search(r'href="([^"]*)" rel="next"', html)
    assert link is not None
    assert "from row 501 on" in words(get(unescape(link[1])).text)


def test_limits_of_rows_are_kept_and_told(keeping: FlaskClient) -> None:
    found = part(keeping, NUMBERS, count=100, sort="n")
    assert (len(found["rows"]), found["more"], found["cut"]) == (2, True, 3)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"sort": "who"}, "there is no column who to sort by"),
        ({"start": "-1"}, "start is a whole number of rows"),
        ({"count": "many"}, "count is a whole number of rows"),
    ],
)
def test_rows_that_there_cannot_be_are_refused(
    client: FlaskClient, more: dict[str, str], words: str
) -> None:
    response = client.post("/query/answer", data={"query": NUMBERS, **more})
    assert response.status_code == 400
    assert words in response.json["detail"]


def test_a_refused_query_is_told_with_its_place(client: FlaskClient) -> None:
    problem = part(client, "SELECT ?x WHERE { ?x }")
    assert (problem["status"], problem["line"], problem["column"]) == (400, 1, 22)
    told = client.post("/query/check", data={"query": "SELECT ?x WHERE { ?x }"}).json
    assert told == {"warnings": [], "fault": problem}


def test_a_check_warns_of_what_is_no_term_and_runs_nothing(client: FlaskClient) -> None:
    told = client.post("/query/check", data={"query": "SELECT * { ?s ckg:claiment ?o }"}).json
    assert told["fault"] is None
    assert [(w["line"], w["column"]) for w in told["warnings"]] == [(1, 15)]


def test_the_schema_has_what_the_data_uses(client: FlaskClient) -> None:
    schema = client.get("/query/schema.json").json
    names = {term["name"] for term in schema["classes"]}
    assert "ckg:Claim" in names
    assert "ckg:claimant" in schema["ofClass"]["ckg:Claim"]
    assert schema["prefixes"]["ckg"] == "https://w3id.org/conflict-kg/ns#"


def test_no_cell_of_a_spreadsheet_is_a_formula(client: FlaskClient) -> None:
    query = (
        'SELECT ?t ?n ?x { VALUES (?t ?n ?x) { ("=1+1" -5 "+1"^^xsd:integer) '
        '(" @SUM(A1)" 1.5 "=2"^^xsd:integer) ("fine, \\"so\\"" UNDEF "\\tx") } }'
    )
    data = client.get(f"/query/spreadsheet?{urlencode({'query': query})}").data
    assert data.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows == [
        ["t", "n", "x"],
        ["'=1+1", "-5", "1"],
        ["' @SUM(A1)", "1.5", "'=2"],
        ['fine, "so"', "", "'\tx"],
    ]


def test_only_solutions_go_into_a_spreadsheet(client: FlaskClient) -> None:
    response = client.get(f"/query/spreadsheet?{urlencode({'query': 'ASK {}'})}")
    assert response.status_code == 400
    assert "ASK has no table" in response.json["detail"]


def test_a_row_leads_to_the_claims_about_what_stands_in_it(get: Get, client: FlaskClient) -> None:
    query = "SELECT ?c ?who WHERE { VALUES ?c { claim:lantern-2-2 } ?c ckg:claimant ?who }"
    [address] = part(client, query)["claims"]
    html = get(address).text
    assert f'title="{CLAIM}"' in html
    assert "/doc/sentence/" in html or "/doc/document/" in html


def test_claims_are_asked_for_of_things_of_ours_only(client: FlaskClient) -> None:
    for address in (
        "/claims",
        "/claims?of=http://example.org/x",
        "/claims?of=" + "&of=".join("abcdefghi"),
    ):
        assert client.get(address).status_code == 400


def test_a_short_link_shows_query_answer_and_generation(keeping: FlaskClient) -> None:
    data = {"query": "ASK { ?s ?p ?o }", "generation": "1"}
    made = keeping.post("/query/link", data=data, headers={"Accept": "application/json"}).json
    page = keeping.get(made["address"], headers={"Accept": BROWSER}).text
    assert "on generation 1" in words(page)
    assert '<h2 id="answer">Yes</h2>' in page
    plain = keeping.post("/query/link", data=data, headers={"Accept": BROWSER})
    assert (plain.status_code, plain.headers["Location"]) == (303, made["address"])


def test_a_client_makes_so_many_links_and_no_more(keeping: FlaskClient) -> None:
    answers = [
        keeping.post("/query/link", data={"query": f"ASK {{ {n} ?p ?o }}"}) for n in range(4)
    ]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[-1].json["limit"] == "permalinks_hourly"
    assert int(answers[-1].headers["Retry-After"]) > 3000


def test_a_removed_query_is_gone(keeping: FlaskClient, kept: Permalinks) -> None:
    address = keeping.post("/query/link", data={"query": "ASK {}"}).json["address"]
    kept.remove(address.rpartition("/")[2])
    assert keeping.get(address).status_code == 410


def test_what_is_no_query_is_not_kept(keeping: FlaskClient) -> None:
    for data in ({"query": "DROP ALL"}, {"query": " "}, {"query": "ASK {}", "generation": "99"}):
        assert keeping.post("/query/link", data=data).status_code == 400


def test_without_a_place_for_them_no_links_are_offered(get: Get, client: FlaskClient) -> None:
    assert "Short link" not in get("/query?query=ASK%7B%7D").text
    assert client.post("/query/link", data={"query": "ASK {}"}).status_code == 404
