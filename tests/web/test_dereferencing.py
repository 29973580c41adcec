"""Every IRI of ours leads to something that describes it, on the server and through w3id.org."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.seeded import Seeded

from kg.namespaces import BASE, split
from kg.processes.opening import OURS
from kg.store.embedded import EmbeddedStore
from kg.web import create_app

DEPLOY = Path(__file__).parents[2] / "deploy" / "w3id"
FORMS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


@pytest.fixture(scope="module")
def store(seeded: Seeded) -> EmbeddedStore:
    return EmbeddedStore(seeded.home, OURS)


@pytest.fixture(scope="module")
def client(store: EmbeddedStore) -> FlaskClient:
    return create_app(store).test_client()


@pytest.fixture(scope="module")
def ours(store: EmbeddedStore) -> list[str]:
    """Of each kind of IRI of ours that is a subject, some; all that are of no kind."""
    snapshot = store.snapshot()
    found = {graph.value for graph in snapshot.graphs()}
    for graph in snapshot.graphs():
        for quad in snapshot.quads(graph):
            terms = (quad.subject, quad.predicate, quad.object)
            found |= {t.value for t in terms if isinstance(t, ox.NamedNode)}
    by_kind: dict[str, list[str]] = {}
    for iri in sorted(i for i in found if i.startswith(BASE)):
        by_kind.setdefault((split(iri) or (iri, ""))[0], []).append(iri)
    return [iri for iris in by_kind.values() for iri in iris[:3]]


def path(iri: str) -> str:
    return iri.partition("#")[0].removeprefix(BASE.rstrip("/"))


def test_every_iri_of_ours_leads_to_a_description_of_it(client: FlaskClient, ours: list[str]):
    assert len(ours) > 80
    for iri in ours:
        answer = client.get(path(iri), headers={"Accept": "text/turtle"}, follow_redirects=True)
        assert answer.status_code == 200, iri
        quads = list(ox.parse(answer.data, format=ox.RdfFormat.TURTLE))
        terms = {term for quad in quads for term in quad.triple}
        assert ox.NamedNode(iri) in terms, iri


def test_a_thing_is_no_document(client: FlaskClient, ours: list[str]) -> None:
    things = [iri for iri in ours if iri.startswith(f"{BASE}id/")]
    assert len(things) > 40
    for iri in things:
        answer = client.get(path(iri))
        assert answer.status_code == 303
        assert urlsplit(answer.location).path.startswith("/doc/")


@pytest.mark.parametrize("suffix", FORMS)
def test_a_suffix_names_the_form_whatever_the_client_accepts(client, ours, suffix) -> None:
    things = {iri.split("/")[-2]: iri for iri in ours if iri.startswith(f"{BASE}id/")}
    for iri in things.values():
        answer = client.get(path(iri), headers={"Accept": "text/html"})
        described = client.get(f"{answer.location}.{suffix}", headers={"Accept": "text/html"})
        assert described.status_code == 200
        assert list(ox.parse(described.data, format=FORMS[suffix]))


def test_w3id_keeps_the_path_and_adds_nothing(ours: list[str]) -> None:
    rules = [
        (re.compile(match[1]), match[2])
        for line in (DEPLOY / ".htaccess").read_text().splitlines()
        if (match := re.fullmatch(r"RewriteRule (\S+) (\S+) \[R=302,L(?:,NE)?\]", line))
    ]
    for iri in (BASE, f"{BASE}.well-known/void", *ours):
        there = path(iri).removeprefix("/")
        target = next(
            to.replace("$1", found[1] if found.groups() else "")
            for pattern, to in rules
            if (found := pattern.search(there))
        )
        assert urlsplit(target).path == f"/{there}"
