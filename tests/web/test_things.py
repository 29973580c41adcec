"""IRIs of ours lead to descriptions, as pages and as RDF."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from rdflib import RDFS, Graph, URIRef
from tests.web.conftest import Get

from kg.namespaces import CKG, iri


def test_the_address_of_a_thing_leads_to_its_description(get: Get) -> None:
    response = get("/id/state/arvonia")
    assert (response.status_code, response.headers["Location"]) == (303, "/doc/state/arvonia")


def test_a_slug_may_contain_slashes(get: Get) -> None:
    response = get("/id/time/2010/2013")
    assert response.headers["Location"] == "/doc/time/2010/2013"
    assert "<h1>2010–2013</h1>" in get("/doc/time/2010/2013").text
    assert get("/doc/time/2010/2013.ttl").mimetype == "text/turtle"


FORMS = [
    ("ttl", "text/turtle", ox.RdfFormat.TURTLE),
    ("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    ("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
    ("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
]


@pytest.mark.parametrize(("suffix", "media_type", "parser"), FORMS)
def test_a_suffix_and_an_accept_header_give_the_same_graph(
    get: Get, suffix: str, media_type: str, parser: ox.RdfFormat
) -> None:
    by_suffix = get(f"/doc/state/arvonia.{suffix}")
    by_accept = get("/doc/state/arvonia", media_type)
    assert by_suffix.mimetype == by_accept.mimetype == media_type
    assert by_suffix.data == by_accept.data
    triples = {str(quad.triple) for quad in ox.parse(by_suffix.data, format=parser)}
    arvonia = iri("state", "arvonia")
    assert f'<{arvonia}> <{RDFS.label}> "Arvonia"@en' in triples
    assert f"<{iri('claim', 'lantern-2-3')}> <{CKG.about}> <{arvonia}>" in triples


def test_the_description_of_a_claim_has_its_content_and_evidence(get: Get) -> None:
    graph = Graph().parse(data=get("/doc/claim/lantern-2-2.nt").data, format="nt")
    content = graph.value(iri("claim", "lantern-2-2"), CKG.content)
    assert graph.value(content, URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject"))
    passage = graph.value(iri("claim", "lantern-2-2"), CKG.evidence)
    assert graph.value(passage, CKG.inSentence) == iri("sentence", "lantern-2")


def test_json_is_json_ld_for_those_who_do_not_know_it(get: Get) -> None:
    response = get("/doc/state/arvonia.json")
    assert response.mimetype == "application/json"
    assert "state:arvonia" in {node["@id"] for node in json.loads(response.data)["@graph"]}


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/xhtml+xml", ""])
def test_whoever_asks_for_nothing_in_particular_gets_the_page(get: Get, accept: str) -> None:
    response = get("/doc/state/arvonia", accept)
    assert response.mimetype == "text/html"
    assert response.headers["Vary"] == "Accept, Accept-Encoding"


def test_an_accept_header_that_nothing_fits_is_406(get: Get) -> None:
    response = get("/doc/state/arvonia", "image/png")
    assert response.status_code == 406
    assert "text/turtle" in response.json["hint"]


def test_a_description_says_what_it_describes_and_can_be_asked_for_again(get: Get) -> None:
    response = get("/doc/state/arvonia")
    assert response.headers["Link"].startswith(f'<{iri("state", "arvonia")}>; rel="describes"')
    assert response.headers["ETag"]


def test_a_misspelt_slug_is_404_with_what_may_be_meant(get: Get) -> None:
    response = get("/doc/event/oster-skirmich")
    assert response.status_code == 404
    assert 'href="/doc/event/oster-skirmish"' in response.text
    told = get("/doc/event/oster-skirmich", "application/json").json
    assert told["suggestions"][0]["id"] == str(iri("event", "oster-skirmish"))


def test_a_misspelt_kind_is_404_with_the_kind_that_may_be_meant(get: Get) -> None:
    response = get("/doc/persn/mira-tolan", "application/json")
    assert response.status_code == 404
    assert "person" in response.json["hint"]


def test_an_address_that_means_nothing_is_404_in_the_form_asked_for(get: Get) -> None:
    assert get("/nowhere").mimetype == "text/html"
    assert get("/nowhere", "text/plain").mimetype == "text/plain"
    assert get("/nowhere", "application/json").mimetype == "application/problem+json"
    assert get("/nowhere").status_code == 404
