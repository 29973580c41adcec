"""Each form of an answer, as it comes over HTTP, is read again by a parser of that form."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.namespaces import iri
from kg.sparql.formats import GRAPHS, RESULTS, Format

SELECT = "SELECT ?who ?text WHERE { claim:lantern-2-2 ckg:claimant ?who ; rdfs:label ?text }"
ASK = "ASK { claim:lantern-2-2 ckg:claimant ?who }"
CONSTRUCT = "CONSTRUCT { ?c ckg:claimant ?who } WHERE { ?c ckg:claimant ?who }"
ARVONIA = ox.NamedNode(iri("state", "arvonia"))
READ_BACK = {"application/sparql-results+json", "application/sparql-results+xml"}


def ask(client: FlaskClient, query: str, accept: str) -> TestResponse:
    return client.get("/sparql", query_string={"query": query}, headers={"Accept": accept})


def media_types(form: Format) -> list[str]:
    return [form.media_type, *form.aliases]


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.name)
def test_solutions_can_be_read_in_each_form(client: FlaskClient, form: Format) -> None:
    response = ask(client, SELECT, form.media_type)
    assert response.mimetype == form.media_type
    if form.media_type in READ_BACK or form.name == "tsv":
        found = ox.parse_query_results(
            response.data, ox.QueryResultsFormat.from_media_type(form.media_type)
        )
        [row] = list(found)
        assert row["who"] == ARVONIA
        assert row["text"].language == "en"
    else:
        header, line = response.text.splitlines()
        assert header == "who,text"
        assert line.startswith(f"{ARVONIA.value},")


@pytest.mark.parametrize("form", RESULTS, ids=lambda form: form.name)
def test_a_boolean_can_be_had_in_each_form(client: FlaskClient, form: Format) -> None:
    response = ask(client, ASK, form.media_type)
    assert response.mimetype == form.media_type
    assert "true" in response.text


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_a_graph_is_the_same_in_each_form(client: FlaskClient, form: Format) -> None:
    def triples(media_type: str) -> set[ox.Triple]:
        response = ask(client, CONSTRUCT, media_type)
        assert response.mimetype == media_type
        rdf_format = ox.RdfFormat.from_media_type(media_type)
        return {quad.triple for quad in ox.parse(response.data, format=rdf_format)}

    found = triples(form.media_type)
    assert len(found) > 3
    assert found == triples("application/n-triples")


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, "text/csv;q=0.3, application/sparql-results+xml;q=0.9, */*;q=0.1", RESULTS[1]),
        (SELECT, "text/*", RESULTS[2]),
        (SELECT, "application/sparql-results+json;q=0, */*;q=0.5", RESULTS[1]),
        (SELECT, "application/*;q=0.2, text/tab-separated-values; charset=utf-8", RESULTS[3]),
        (CONSTRUCT, "text/turtle;q=0.1, application/ld+json", GRAPHS[3]),
        (CONSTRUCT, "text/turtle; charset=utf-8", GRAPHS[0]),
        (CONSTRUCT, "application/n-quads, application/n-triples;q=0.9", GRAPHS[4]),
    ],
)
def test_the_form_is_the_one_of_most_weight(
    client: FlaskClient, query: str, accept: str, media_type: Format
) -> None:
    assert ask(client, query, accept).mimetype == media_type.media_type


@pytest.mark.parametrize(
    ("path", "formats"),
    [
        (f"/sparql?query={SELECT}", RESULTS),
        (f"/sparql?query={CONSTRUCT}", GRAPHS),
        ("/data/curated", GRAPHS),
    ],
)
def test_a_406_lists_what_there_is(client: FlaskClient, path: str, formats: Any) -> None:
    response = client.get(path, headers={"Accept": "image/png, text/html;q=0"})
    assert response.status_code == 406
    for form in formats:
        assert form.media_type in response.json["hint"]


@pytest.mark.parametrize("length", [1, 10_001])
def test_what_rdf_xml_cannot_write_is_406_and_no_broken_file(
    client: FlaskClient, length: int
) -> None:
    rows = " ".join(str(number) for number in range(length))
    query = f"CONSTRUCT {{ ?n <http://example.org/1> ?n }} WHERE {{ VALUES ?i {{ {rows} }}"
    query += " BIND(IRI(CONCAT('http://example.org/', STR(?i))) AS ?n) }"
    response = client.post(
        "/sparql", data={"query": query}, headers={"Accept": "application/rdf+xml"}
    )
    assert response.status_code == 406
    assert "http://example.org/1" in response.json["detail"]


def test_every_alias_leads_to_a_form_that_has_it(client: FlaskClient) -> None:
    for query, formats in ((SELECT, RESULTS), (CONSTRUCT, GRAPHS)):
        for form in formats:
            for name in form.aliases:
                reached = ask(client, query, name).mimetype
                assert name in next(media_types(f) for f in formats if f.media_type == reached)


def test_the_context_tells_things_from_texts(client: FlaskClient) -> None:
    response = client.get("/context/v1.jsonld")
    assert response.mimetype == "application/ld+json"
    context = json.loads(response.data)["@context"]
    text = {"@context": context, "@id": "claim:x", "ckg:claimant": "state:arvonia"}
    [quad] = ox.parse(json.dumps(text), format=ox.RdfFormat.JSON_LD)
    assert (quad.subject.value, quad.object) == (str(iri("claim", "x")), ARVONIA)


def test_the_context_is_known_again_by_its_tag(client: FlaskClient) -> None:
    tag = client.get("/context/v1.jsonld").headers["ETag"]
    again = client.get("/context/v1.jsonld", headers={"If-None-Match": tag})
    assert again.status_code == 304
