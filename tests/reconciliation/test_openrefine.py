"""A session of OpenRefine, replayed: the requests that it sends, in its order and its form.

The program itself is run by `tests/peers/test_openrefine.py`, where it is installed. The requests
here were written after its source: the manifest as the dialog for a new service asks for it; a
first batch that guesses the type of a column; the batch with the type that was chosen,
`type_strict` and other columns as properties; suggestions as its widget asks for them; the preview
of a candidate; proposals and values of properties.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient

BROWSER = {"Origin": "http://127.0.0.1:3333", "Accept": "application/json, text/javascript, */*"}
SERVER = {"Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded"}
ROOT = "http://localhost"

COLUMN = ["Pashinyan, Nikol", "Владимир Путин", "Ilham Aliyev", "Emmanuel Macron", "Jane Doe"]


def posted(client: FlaskClient, name: str, value: object) -> Any:
    """What its server sends: a form with one field."""
    text = json.dumps(value, ensure_ascii=False)
    response = client.post("/reconcile", data={name: text}, headers=SERVER)
    assert response.status_code == 200, response.text
    return response.json


def asked(client: FlaskClient, url: str, **values: str) -> Any:
    """What its pages ask by CORS."""
    response = client.get(url.removeprefix(ROOT), query_string=values or None, headers=BROWSER)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return response.json


def test_a_session(client: FlaskClient) -> None:
    manifest = asked(client, f"{ROOT}/reconcile")
    kind = guessed(client)
    assert kind in {entry["id"] for entry in manifest["defaultTypes"]}
    matched = reconciled(client, kind)
    assert matched == {
        "Pashinyan, Nikol": "person/nikol-pashinyan",
        "Владимир Путин": "person/vladimir-putin",
        "Ilham Aliyev": "person/ilham-aliyev",
        "Emmanuel Macron": "person/emmanuel-macron",
    }
    picked(client, manifest)
    extended(client, manifest, kind, list(matched.values()))


def guessed(client: FlaskClient) -> str:
    """The type that most of the first three candidates of a sample have."""
    sample = {f"q{n}": {"query": text, "limit": 3} for n, text in enumerate(COLUMN)}
    found = posted(client, "queries", sample)
    votes = Counter(
        type_["id"]
        for answer in found.values()
        for c in answer["result"]
        for type_ in c["type"][:1]
    )
    return votes.most_common(1)[0][0]


def reconciled(client: FlaskClient, kind: str) -> dict[str, str]:
    """What is matched of itself; each candidate has all that the program reads of it."""
    queries = {
        f"q{n}": {"query": text, "type": kind, "type_strict": "should"}
        for n, text in enumerate(COLUMN)
    }
    queries["q0"]["properties"] = [{"pid": "wikidata", "v": "Q7035479"}]  # type: ignore[assignment]
    found = posted(client, "queries", queries)
    matched = {}
    for n, text in enumerate(COLUMN):
        result = found[f"q{n}"]["result"]
        assert all({"id", "name", "type", "score", "match"} <= set(c) for c in result)
        assert [c["score"] for c in result] == sorted((c["score"] for c in result), reverse=True)
        if result and result[0]["match"]:
            matched[text] = result[0]["id"]
    return matched


def picked(client: FlaskClient, manifest: dict[str, Any]) -> None:
    """Somebody searches for a match by hand, looks at it, and opens its page."""
    entity = manifest["suggest"]["entity"]
    found = asked(
        client,
        entity["service_url"] + entity["service_path"],
        prefix="tegh",
        type_strict="any",
        all_types="false",
        cursor="0",
    )
    chosen = next(e["id"] for e in found["result"] if e["id"] == "place/tegh")
    flyout = entity["flyout_service_path"].replace("${id}", quote(chosen, safe=""))
    assert "Tegh" in asked(client, entity["flyout_service_url"] + flyout)["html"]
    preview = manifest["preview"]["url"].replace("{{id}}", quote(chosen, safe=""))
    assert client.get(preview.removeprefix(ROOT)).mimetype == "text/html"
    view = manifest["view"]["url"].replace("{{id}}", quote(chosen, safe=""))
    assert client.get(view.removeprefix(ROOT)).status_code == 303


def extended(client: FlaskClient, manifest: dict[str, Any], kind: str, ids: list[str]) -> None:
    """Columns are added from properties that are proposed for the type."""
    place = manifest["extend"]["propose_properties"]
    proposed = asked(client, place["service_url"] + place["service_path"], type=kind, limit="20")
    names = [entry["id"] for entry in proposed["properties"]]
    assert "wikidata" in names
    properties = [{"id": "wikidata"}, {"id": "alias", "settings": {}}]
    found = posted(client, "extend", {"ids": ids, "properties": properties})
    assert [column["name"] for column in found["meta"]] == ["Wikidata identifier", "other name"]
    assert [found["rows"][slug]["wikidata"] for slug in ids] == [
        [{"str": "Q7035479"}],
        [{"str": "Q7747"}],
        [{"str": "Q57371"}],
        [{"str": "Q3052772"}],
    ]
