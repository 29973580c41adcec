"""Terms of the ontology and concepts of the vocabularies have pages and RDF."""

from __future__ import annotations

import re

import pytest
from rdflib import OWL, RDF, Graph
from tests.web.conftest import Get
from tests.web.test_pages import words

from kg.namespaces import CKG
from kg.resources import ontology_dir
from kg.web.asking import query_text


def test_the_list_of_terms_has_an_anchor_definition_and_example_for_each(get: Get) -> None:
    html = get("/ns").text
    entry = html.partition('<section class="term" id="claimant">')[2].partition("</section>")[0]
    told = words(entry)
    assert told.startswith("ckg:claimant claimant Who makes the claim.")
    assert "Example: claim:x ckg:claimant state:y ." in told
    assert "ckg:Claim" in told


def test_a_term_stands_under_one_heading_only(get: Get) -> None:
    names = re.findall(r'class="term" id="(\w+)"', get("/ns").text)
    assert len(names) == len(set(names)) > 8


@pytest.mark.parametrize(("path", "accept"), [("/ns", "text/turtle"), ("/ns.ttl", "text/html")])
def test_the_ontology_is_served_as_turtle(get: Get, path: str, accept: str) -> None:
    response = get(path, accept)
    assert response.mimetype == "text/turtle"
    graph = Graph().parse(data=response.data, format="turtle")
    assert (CKG.claimant, RDF.type, OWL.ObjectProperty) in graph


def test_a_vocabulary_lists_its_concepts(get: Get) -> None:
    html = get("/vocab/mode").text
    assert 'href="/vocab/mode/judgement"' in html
    assert "A view that no record could settle." in words(html)
    assert get("/vocab/mode.ttl").mimetype == "text/turtle"
    assert get("/vocab/mode/").status_code == 200


def test_a_concept_shows_its_other_names_and_what_uses_it(get: Get) -> None:
    told = words(get("/vocab/kind/evaluate").text)
    assert "Also: assess" in told
    assert "Arvonia is ineffective in guarding Oster" in told
    assert b"evaluate" in get("/vocab/kind/evaluate.ttl").data


@pytest.mark.parametrize(
    "path", ["/vocab/nothing", "/vocab/mode/nothing", "/vocab/nothing/fact", "/ns.exe"]
)
def test_what_no_vocabulary_has_is_404(get: Get, path: str) -> None:
    assert get(path).status_code == 404


def test_contents_are_followed_through_every_role_of_the_ontology() -> None:
    ontology = Graph().parse(ontology_dir() / "ckg.ttl")
    roles = {str(r).removeprefix(CKG) for r in ontology.subjects(RDF.type, CKG.Role)}
    assert roles == set(re.findall(r"ckg:(role\w+)", query_text("content")))
