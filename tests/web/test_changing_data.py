"""What pages do when the data changes, or is not as it should be."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib.namespace import RDFS
from tests.resilience.server import wait_until
from tests.web.conftest import BROWSER, commit
from tests.web.test_pages import section

from kg.errors import StoreError
from kg.namespaces import CKG, CURATED, SCHEMA, iri
from kg.store.embedded import EmbeddedStore
from kg.web import create_app


def quad(subject: str, predicate: str, object_: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(ox.NamedNode(subject), ox.NamedNode(predicate), object_, ox.NamedNode(CURATED))


def claim(slug: str) -> ox.NamedNode:
    return ox.NamedNode(iri("claim", slug))


@pytest.fixture
def fresh(store: EmbeddedStore) -> FlaskClient:
    return create_app(store).test_client()


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers={"Accept": BROWSER})
    assert response.status_code == 200
    return response.text


def test_counts_and_labels_follow_the_next_commit(store: EmbeddedStore, fresh: FlaskClient) -> None:
    table = "/query?query=SELECT+*+WHERE+{+BIND(state:belmark+AS+?x)+}"
    assert "<dd>8</dd>" in page(fresh, "/")
    assert ">Belmark</a>" in page(fresh, table)
    old = quad(iri("state", "belmark"), str(RDFS.label), ox.Literal("Belmark", language="en"))
    new = quad(iri("state", "belmark"), str(RDFS.label), ox.Literal("Altmark", language="en"))
    commit(store, quad(claim("new").value, RDF_TYPE, ox.NamedNode(CKG.Claim)), new, removed=(old,))
    assert ">Altmark</a>" in page(fresh, table)
    # What takes long to be counted is counted seldom.
    wait_until(lambda: "<dd>9</dd>" in page(fresh, "/"), 60, "the count stays")


def test_a_pair_that_a_person_dismissed_is_not_shown_as_a_dispute(
    store: EmbeddedStore, fresh: FlaskClient
) -> None:
    commit(store, quad(claim("lantern-2-3").value, CKG.compatibleWith, claim("lantern-2-2")))
    disputed = section(page(fresh, "/doc/event/oster-skirmish"), "disputed")
    assert "No two claims about it stand against each other" in disputed


def test_a_content_that_runs_in_a_circle_has_a_page(
    store: EmbeddedStore, fresh: FlaskClient
) -> None:
    commit(
        store,
        quad(claim("a").value, RDF_TYPE, ox.NamedNode(CKG.Claim)),
        quad(claim("b").value, RDF_TYPE, ox.NamedNode(CKG.Claim)),
        quad(claim("a").value, CKG.content, claim("b")),
        quad(claim("b").value, CKG.content, claim("a")),
    )
    assert "What it says" in page(fresh, "/doc/claim/a")


def test_an_address_of_a_document_that_is_none_of_the_web_is_no_link(
    store: EmbeddedStore, fresh: FlaskClient
) -> None:
    address = ox.Literal("javascript:alert(1)")
    commit(store, quad(iri("document", "herald"), str(SCHEMA.url), address))
    for path in ("/doc/document/herald", "/doc/claim/herald-1-1", "/doc/sentence/herald-1"):
        html = page(fresh, path)
        assert 'href="javascript' not in html
        assert "not online" in html


class FailingStore(EmbeddedStore):
    def query(self, *args: Any, **named: Any) -> Any:
        raise StoreError("the disk is gone", hint="call somebody")


def test_a_store_that_cannot_answer_is_503_with_a_time_to_come_back(
    store: EmbeddedStore, fresh: FlaskClient
) -> None:
    store.__class__ = FailingStore
    for path in ("/", "/doc/state/arvonia", "/sparql?query=ASK{}", "/query?query=ASK{}"):
        response = fresh.get(path)
        assert response.status_code == 503, path
        assert response.json == {
            "type": "about:blank",
            "title": "The server cannot answer now",
            "status": 503,
            "detail": "the disk is gone",
            "hint": "call somebody",
        }
        assert response.headers["Retry-After"] == "5"
        assert response.headers["Vary"] == "Accept, Accept-Encoding"


RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
