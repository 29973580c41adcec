"""What pages of agreements and of releases of datasets say first. All of it is invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import commit
from tests.web.test_charts import page, told
from tests.web.test_maps import quads
from tests.web.test_pages import section, words

from kg.namespaces import CURATED, DERIVED
from kg.store.embedded import EmbeddedStore
from kg.web import create_app

TRUCE, SURVEY = "agreement:hill-truce", "dataset-release:survey-2"
SIGNED = told("herald-1-1", "document:herald", TRUCE, "ckg:signatory", "state:hillland", "certain")
COUNTED = told("survey-1", SURVEY, "conflict:hill-war", "ckg:near", "place:ford", "certain")
DATA = f"""
GRAPH <{CURATED}> {{
  {TRUCE} a ckg:Agreement ; rdfs:label "Hill Truce"@en .
  state:hillland rdfs:label "Hillland"@en . document:herald rdfs:label "The Herald"@en .
  ckg:signatory rdfs:label "signatory"@en . ckg:roleTheme a ckg:Role ; rdfs:label "theme"@en .
  kind:violate skos:prefLabel "violate"@en .
  {SIGNED} {COUNTED}
  situation:broken a ckg:Situation ; rdfs:label "Hillland breaks the truce"@en ;
    ckg:kind kind:violate ; ckg:roleTheme {TRUCE} .
  claim:herald-1-2 a ckg:Claim ; ckg:claimant document:herald ; ckg:content situation:broken .
  conflict:hill-war a ckg:Conflict ; rdfs:label "the Hill War"@en .
  {SURVEY} a ckg:DatasetRelease ; rdfs:label "Survey 2"@en ; schema:version "2" ;
    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
    schema:measurementTechnique "By asking."@en ;
    schema:url "https://survey.example/2"^^xsd:anyURI .
}}
GRAPH <{DERIVED}> {{
  claim:herald-1-1 ckg:about {TRUCE} ; ckg:toldIn document:herald .
  claim:herald-1-2 ckg:about {TRUCE} ; ckg:toldIn document:herald .
  claim:survey-1 ckg:about conflict:hill-war, place:ford .
  situation:broken ckg:standing standing:contested .
  standing:contested skos:prefLabel "contested"@en .
}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    store = EmbeddedStore(Path(tmp_path_factory.mktemp("overviews")))
    commit(store, *quads(DATA))
    return create_app(store).test_client()


def test_an_agreement_shows_its_parties_what_is_said_of_it_and_its_documents(
    site: FlaskClient,
) -> None:
    html = page(site, "/doc/agreement/hill-truce")
    assert "Hillland signatory who says so" in section(html, "parties")
    described = section(html, "described")
    assert "Hillland breaks the truce violate theme contested who says so" in described
    assert "The Herald 2 claims" in section(html, "documents")


def test_a_release_shows_what_is_recorded_of_it_and_what_its_claims_are_about(
    site: FlaskClient,
) -> None:
    html = page(site, "/doc/dataset-release/survey-2")
    recorded = section(html, "release")
    assert "Release 2 Licence" in recorded
    assert "How it counts By asking. Claims here 1 Download" in recorded
    assert '<a href="https://survey.example/2" rel="external noopener">' in html
    assert "the Hill War 1 claim" in section(html, "covers")
    assert words(html).count("By asking.") == 1
