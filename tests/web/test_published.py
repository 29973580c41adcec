"""What describes the whole dataset: VoID and DCAT, dumps, sitemaps, graphs, withdrawn things."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.web.conftest import Get, commit, fixture_quads

from kg.links.authorities import CC0
from kg.namespaces import BASE, CURATED, PREFIXES, WIKIDATA
from kg.publication.reified import REIFIES, reified
from kg.publication.statistics import count
from kg.store.embedded import EmbeddedStore
from kg.web import create_app

VOID = PREFIXES["void"]
RDF = PREFIXES["rdf"]


def graph_of(response) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(response.data, format=ox.RdfFormat.TURTLE)}


def values(triples: set[ox.Triple], predicate: str) -> set[str]:
    prefix, _, local = predicate.partition(":")
    return {t.object.value for t in triples if t.predicate.value == PREFIXES[prefix] + local}


def test_the_dataset_describes_itself(get: Get) -> None:
    response = get("/.well-known/void", accept="text/turtle")
    assert response.mimetype == "text/turtle"
    found = graph_of(response)
    assert values(found, "void:sparqlEndpoint") == {"http://localhost/sparql"}
    assert values(found, "dcterms:license") == {"https://creativecommons.org/licenses/by/4.0/"}
    assert "http://localhost/dumps/conflict-kg.nq.gz" in values(found, "void:dataDump")
    assert str(CURATED) in values(found, "void:subset")


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/ld+json"])
def test_who_reads_no_turtle_gets_the_description_too(get: Get, accept: str) -> None:
    assert get("/.well-known/void", accept=accept).status_code == 200


def test_the_counts_are_those_of_the_graph(get: Get) -> None:
    found = graph_of(get("/.well-known/void", accept="text/turtle"))
    expected: dict[str, list[ox.Quad]] = {}
    for quad in fixture_quads():
        expected.setdefault(quad.graph_name.value, []).append(quad)
    for graph, quads in expected.items():
        mine = {t for t in found if t.subject.value == graph}
        assert values(mine, "void:triples") == {str(len(set(quads)))}
        subjects = {quad.subject for quad in quads}
        assert values(mine, "void:distinctSubjects") == {str(len(subjects))}
        partitions = values(mine, "void:propertyPartition")
        assert len(partitions) == len({quad.predicate for quad in quads})


def test_links_are_counted_by_where_they_lead() -> None:
    same = ox.NamedNode(f"{PREFIXES['skos']}exactMatch")
    quads = [
        ox.Quad(ox.NamedNode(f"{BASE}id/person/p{n}"), same, ox.NamedNode(f"http://w.org/Q{n}"))
        for n in range(3)
    ]
    assert count(quads, links=True).links == {f"{same.value} w.org": 3}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("conflict-kg.nq.gz", ox.RdfFormat.N_QUADS),
        ("conflict-kg.trig.gz", ox.RdfFormat.TRIG),
    ],
)
def test_a_dump_holds_every_quad_of_every_named_graph(get: Get, name: str, form) -> None:
    response = get(f"/dumps/{name}")
    assert response.headers["Content-Type"] == "application/gzip"
    assert response.headers["X-KG-Generation"] == "1"
    dumped = ox.Store()
    dumped.load(gzip.decompress(response.data), form)
    expected = ox.Store()
    expected.extend(fixture_quads())
    for store in (dumped, expected):  # labels of blank nodes are nobody's
        store.remove_graph(ox.DefaultGraph())
    assert len(dumped) == len(expected) > 100
    named = {q for q in dumped if not any(isinstance(t, ox.BlankNode) for t in q.triple)}
    assert named == {q for q in expected if not any(isinstance(t, ox.BlankNode) for t in q.triple)}


def test_a_dump_is_sent_once_and_in_parts(client: FlaskClient) -> None:
    whole = client.get("/dumps/conflict-kg.nq.gz", buffered=True)
    again = {"If-None-Match": whole.headers["ETag"]}
    assert client.get("/dumps/conflict-kg.nq.gz", headers=again, buffered=True).status_code == 304
    part = client.get("/dumps/conflict-kg.nq.gz", headers={"Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data) == (206, whole.data[10:20])


def test_a_dump_that_there_is_not_is_said_with_those_that_are(get: Get) -> None:
    response = get("/dumps/everything.zip", accept="application/problem+json")
    assert response.status_code == 404
    assert "conflict-kg.nq.gz" in response.json["detail"]


def test_propositions_become_triple_terms_and_claims_stay_what_they_are(get: Get) -> None:
    data = gzip.decompress(get("/dumps/conflict-kg-rdf12.ttl.gz").data)
    found = {quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)}
    terms = [t.object for t in found if t.predicate == REIFIES]
    propositions = {
        quad.subject for quad in fixture_quads() if quad.predicate.value == f"{RDF}subject"
    }
    assert len(terms) == len(propositions) > 0
    assert all(isinstance(term, ox.Triple) for term in terms)
    assert not [t for t in found if t.predicate.value == f"{RDF}subject"]
    asserted = {t for t in found if t in terms}
    assert asserted == set()


def test_a_description_of_a_triple_that_is_not_whole_is_kept_as_it_is() -> None:
    node = ox.NamedNode("http://e/p")
    part = [ox.Quad(node, ox.NamedNode(f"{RDF}{n}"), node) for n in ("subject", "predicate")]
    assert set(reified(part)) == {quad.triple for quad in part}
    literal = [*part[1:], ox.Quad(node, ox.NamedNode(f"{RDF}subject"), ox.Literal("x"))]
    literal.append(ox.Quad(node, ox.NamedNode(f"{RDF}object"), node))
    assert set(reified(literal)) == {quad.triple for quad in literal}


def test_sitemaps_lead_to_pages_that_are_there(get: Get) -> None:
    listed = re.findall("<loc>([^<]+)</loc>", get("/sitemap.xml").text)
    pages = [
        page
        for place in listed
        for page in re.findall("<loc>([^<]+)</loc>", get(urlsplit(place).path).text)
    ]
    assert len(pages) > 10
    for page in pages:
        assert get(urlsplit(page).path).status_code == 200, page
    assert get("/sitemap-99.xml").status_code == 404


def test_robots_are_told_where_the_sitemap_is(get: Get) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in get("/robots.txt").text


@pytest.mark.parametrize("suffix", ["", ".ttl", ".jsonld", ".nt", ".rdf", ".html"])
def test_a_graph_has_a_page_and_a_description(get: Get, suffix: str) -> None:
    assert get(f"/graph/curated{suffix}").status_code == 200
    assert get(f"/graph/nowhere{suffix}").status_code == 404


@pytest.mark.parametrize(
    "name", ["%06", "%C2%93", "a%20b", "%3Ca%3E", "a%22", "%F2%BC%96%BF", "%7B"]
)
def test_a_name_that_no_iri_has_is_no_graph(get: Get, name: str) -> None:
    assert get(f"/graph/{name}").status_code == 404


def test_a_graph_of_others_is_under_their_terms(store: EmbeddedStore) -> None:
    client = create_app(store).test_client()
    item = ox.NamedNode("http://www.wikidata.org/entity/Q900000001")
    label = ox.NamedNode(f"{PREFIXES['rdfs']}label")
    commit(store, ox.Quad(item, label, ox.Literal("Northland"), ox.NamedNode(str(WIKIDATA))))
    found = graph_of(client.get("/graph/wikidata.ttl"))
    assert values(found, "dcterms:license") == {CC0}
    assert f'rel="license" href="{CC0}"' in client.get("/graph/wikidata.html").text
    assert "terms of its own" not in client.get("/graph/curated.html").text


def test_a_page_says_which_other_forms_there_are(client: FlaskClient) -> None:
    links = client.get("/doc/state/arvonia.ttl").headers["Link"]
    assert f'<{BASE}id/state/arvonia>; rel="describes"' in links
    assert '</doc/state/arvonia.jsonld>; rel="alternate"; type="application/ld+json"' in links
    assert '; rel="license"' in links
    for place in re.findall(r'<(/[^>]+)>; rel="alternate"', links):
        assert client.get(place).status_code == 200


def test_what_was_taken_out_is_gone_and_what_never_was_is_not_found(store: EmbeddedStore) -> None:
    client = create_app(store).test_client()
    person = ox.NamedNode(f"{BASE}id/person/gone-tomorrow")
    label = ox.NamedNode(f"{PREFIXES['rdfs']}label")
    quad = ox.Quad(person, label, ox.Literal("Gone", language="en"), ox.NamedNode(str(CURATED)))
    commit(store, quad)
    assert client.get("/doc/person/gone-tomorrow.ttl").status_code == 200
    commit(store, removed=(quad,))
    gone = client.get("/doc/person/gone-tomorrow", headers={"Accept": "application/problem+json"})
    assert gone.status_code == 410
    assert "2024-01-02" in gone.json["detail"]
    assert "a reason" in gone.json["detail"]
    assert client.get("/doc/person/nobody-ever").status_code == 404
    commit(store, quad)
    assert client.get("/doc/person/gone-tomorrow.ttl").status_code == 200
