"""The site over an endpoint of others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.store.endpoints import endpoint
from tests.store.homes import commit
from tests.store.serving import end_ground
from tests.store.toy import SETUP, quad

from kg.sparql.deviations import DEVIATIONS
from kg.store.remote import RemoteStore
from kg.store.remote_probe import Probed
from kg.web import create_app


@pytest.fixture(scope="module", autouse=True)
def _ground() -> Iterator[None]:
    yield
    end_ground()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    with endpoint(tmp_path / "home") as place:
        store = RemoteStore(place, SETUP, tmp_path / "artefacts", Probed(True, True, True, True))
        commit(store, quad("a", "b"))
        yield create_app(store).test_client()


def test_pages_say_what_this_home_lacks_and_what_is_missing_is_501(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "Earlier generations are not kept." in page.text
    assert client.get("/metrics").status_code == 501
    assert client.post("/validate").status_code == 501
    assert client.get("/readyz").json == {"read": True, "write": True, "generation": 1}


def test_queries_are_guarded_and_answered(client: FlaskClient) -> None:
    found = client.get("/sparql", query_string={"query": "ASK { ?s ?p ?o }"})
    assert found.json["boolean"] is True
    refused = client.get("/sparql", query_string={"query": "ASK { SERVICE <http://e/> {} }"})
    assert (refused.status_code, refused.json["line"]) == (400, 1)


def test_the_service_says_what_this_home_lacks_and_nothing_of_an_engine_that_is_not_ours(
    client: FlaskClient,
) -> None:
    described = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "Earlier generations are not kept." in described
    assert DEVIATIONS[0] not in described
