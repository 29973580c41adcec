"""The service over HTTP: every answer has the form that the API 0.2 gives it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.reconciliation import schemas

pytestmark = schemas.needed

BATCH = {
    "q0": {"query": "Nikol Pashinyan", "type": "Person", "limit": 3},
    "q1": {"query": "Հայաստան", "properties": [{"pid": "wikidata", "v": "Q399"}]},
    "q2": {"query": "nobody of that name"},
    "q3": {"properties": [{"pid": "hostedBy", "v": {"id": "person/vladimir-putin"}}]},
}


def test_the_validators_tell_good_examples_of_the_api_from_bad_ones() -> None:
    assert len(schemas.examples("valid")) > 15
    for name, path in schemas.examples("valid"):
        assert schemas.wrong(name, json.loads(path.read_text(encoding="utf-8"))) == [], path
    bad = [
        path.name
        for name, path in schemas.examples("invalid")
        if not schemas.wrong(name, json.loads(path.read_text(encoding="utf-8")))
    ]
    # What these get wrong stands in schemas of others, which are not on this machine.
    assert set(bad) <= {"bad-authentication.json"}


def told(client: FlaskClient, path: str, **values: Any) -> Any:
    response = client.get(path, query_string=values)
    assert response.status_code == 200, response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return response.json


def test_the_manifest(client: FlaskClient) -> None:
    found = told(client, "/reconcile")
    assert schemas.wrong("manifest", found) == []
    assert found["versions"] == ["0.2"]
    assert found["batchSize"] == 20
    types = {type_["id"]: type_ for type_ in found["defaultTypes"]}
    assert types["Outlet"]["broader"] == [{"id": "Organisation", "name": "organisation"}]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_batch(client: FlaskClient, method: str) -> None:
    assert schemas.wrong("reconciliation-query-batch", BATCH) == []
    sent = {"queries": json.dumps(BATCH, ensure_ascii=False)}
    response = (
        client.get("/reconcile", query_string=sent)
        if method == "get"
        else client.post("/reconcile", data=sent)
    )
    found = response.json
    assert schemas.wrong("reconciliation-result-batch", found) == []
    first = {key: [c["id"] for c in value["result"]][:1] for key, value in found.items()}
    assert first == {
        "q0": ["person/nikol-pashinyan"],
        "q1": ["state/armenia"],
        "q2": [],
        "q3": ["event/sochi-meeting-2022"],
    }


def test_a_single_query_as_text_or_object_as_older_clients_send_it(client: FlaskClient) -> None:
    for query in ("Baku", '{"query": "Baku"}'):
        found = told(client, "/reconcile", query=query)
        assert schemas.wrong("reconciliation-result-batch", {"q": found}) == []
        assert found["result"][0]["id"] == "place/baku"


def test_values_of_properties(client: FlaskClient) -> None:
    properties = [{"id": name} for name in PROPERTIES]
    ids = ["event/sochi-meeting-2022", "place/baku", "state/armenia", "person/nobody"]
    query = {"ids": ids, "properties": properties}
    assert schemas.wrong("data-extension-query", query) == []
    response = client.post("/reconcile", data={"extend": json.dumps(query)})
    found = response.json
    assert schemas.wrong("data-extension-response", found) == []
    assert [column["id"] for column in found["meta"]] == PROPERTIES
    rows = found["rows"]
    assert rows["event/sochi-meeting-2022"]["happenedOn"] == [{"date": "2022-10-31T00:00:00Z"}]
    assert rows["event/sochi-meeting-2022"]["hostedBy"] == [
        {"id": "person/vladimir-putin", "name": "Vladimir Putin"}
    ]
    assert rows["place/baku"]["wgs84:lat"] == [{"float": 40.3953}]
    assert rows["state/armenia"]["iso-3166"] == [{"str": "AM"}]
    assert {"str": "Армения"} in rows["state/armenia"]["alias"]
    assert rows["person/nobody"] == {name: [] for name in PROPERTIES}


PROPERTIES = ["label", "alias", "happenedOn", "hostedBy", "wgs84:lat", "iso-3166", "wikidata", "no"]


def test_proposals_of_properties(client: FlaskClient) -> None:
    found = told(client, "/reconcile/properties", type="Place", limit=4)
    assert schemas.wrong("data-extension-property-proposal", found) == []
    assert (found["type"], found["limit"], len(found["properties"])) == ("Place", 4, 4)
    every = told(client, "/reconcile/properties")
    assert schemas.wrong("data-extension-property-proposal", every) == []
    assert {"label", "wikidata", "hostedBy"} <= {p["id"] for p in every["properties"]}


SUGGESTIONS = [
    ("entity", "entities", "Nikol", "person/nikol-pashinyan"),
    ("entity", "entities", "Ник", "person/nikol-pashinyan"),
    ("entity", "entities", "pashinyan", "person/nikol-pashinyan"),
    ("type", "types", "pers", "Person"),
    ("property", "properties", "host", "hostedBy"),
    ("property", "properties", "wikid", "wikidata"),
    ("property", "properties", "other n", "alias"),
]


@pytest.mark.parametrize(("kind", "schema", "prefix", "expected"), SUGGESTIONS)
def test_suggestions_and_what_is_shown_beside_them(
    client: FlaskClient, kind: str, schema: str, prefix: str, expected: str
) -> None:
    found = told(client, f"/reconcile/suggest/{kind}", prefix=prefix, cursor=0)
    assert schemas.wrong(f"suggest-{schema}-response", found) == []
    assert expected in [entry["id"] for entry in found["result"]]
    beside = told(client, f"/reconcile/flyout/{kind}", id=expected)
    assert set(beside) == {"id", "html"}
    assert beside["id"] == expected
    assert beside["html"].startswith("<p><strong>")


def test_a_cursor_goes_on_where_the_last_answer_ended(client: FlaskClient) -> None:
    one = told(client, "/reconcile/suggest/type", prefix="")["result"]
    two = told(client, "/reconcile/suggest/type", prefix="", cursor=len(one))["result"]
    assert one
    assert two
    assert not {t["id"] for t in one} & {t["id"] for t in two}


def test_a_preview_may_be_framed_by_others_and_other_pages_may_not(client: FlaskClient) -> None:
    response = client.get("/reconcile/preview", query_string={"id": "person/nikol-pashinyan"})
    assert "Նիկոլ Փաշինյան" in response.text
    assert "Q7035479" in response.text
    assert "frame-ancestors *" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in client.get("/").headers["Content-Security-Policy"]


def test_names_are_text_and_never_markup(client: FlaskClient) -> None:
    beside = told(client, "/reconcile/flyout/property", id="<script>alert(1)</script>")
    assert "<script>" not in beside["html"]


def test_every_address_of_the_manifest_answers(client: FlaskClient) -> None:
    found = told(client, "/reconcile")
    thing, root = "person%2Fnikol-pashinyan", "http://localhost"
    paths = [
        found["view"]["url"].replace("{{id}}", thing),
        found["preview"]["url"].replace("{{id}}", thing),
        found["feature_view"]["url"].replace("{{id}}", "property%3Awikidata"),
        found["documentation"],
        found["logo"],
    ]
    for kind, service in found["suggest"].items():
        paths.append(f"{service['service_url']}{service['service_path']}?prefix=a")
        name = {"entity": thing, "type": "Person", "property": "hostedBy"}[kind]
        flyout = service["flyout_service_path"].replace("${id}", name)
        paths.append(service["flyout_service_url"] + flyout)
    for path in paths:
        assert path.startswith(root)
        with client.get(path.removeprefix(root)) as response:
            assert response.status_code in (200, 303), path


def test_another_origin_may_ask_after_asking_whether_it_may(client: FlaskClient) -> None:
    response = client.options("/reconcile", headers={"Origin": "https://refine.example"})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "POST"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))


REFUSED = [
    ({"queries": "{"}, 400, "queries is no JSON"),
    ({"queries": '{"q": "\\ud800"}'}, 400, "no JSON of text"),
    ({"queries": "[]"}, 400, "object of JSON"),
    ({"queries": '{"q": 3}'}, 400, "a query is an object"),
    ({"queries": "[" * 100_000}, 400, "queries is no JSON"),
    ({"queries": json.dumps({f"q{n}": "x" for n in range(21)})}, 413, "at most 20 queries"),
    ({"queries": json.dumps({"q": "x" * 1_000_001})}, 413, "more than 1000000 bytes"),
    ({"extend": '{"ids": "x"}'}, 400, "ids is a list"),
    ({"extend": '{"ids": [], "properties": [3]}'}, 400, "properties is a list"),
    ({"extend": json.dumps({"ids": ["x"] * 6, "properties": []})}, 413, "At most 5 ids"),
    ({"nothing": "x"}, 400, "a POST has queries or extend"),
]


@pytest.mark.parametrize(("form", "status", "words"), REFUSED)
def test_what_cannot_be_answered_is_told(
    client: FlaskClient, form: dict[str, str], status: int, words: str
) -> None:
    response = client.post("/reconcile", data=form)
    assert (response.status_code, response.mimetype) == (status, "application/problem+json")
    assert words in response.json["detail"]


@pytest.mark.parametrize(
    "path",
    ["/reconcile/suggest/claim", "/reconcile/preview?id=x", "/reconcile/flyout/entity?id=x"],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
