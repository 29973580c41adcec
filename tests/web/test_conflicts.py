"""Conflicts: a list of all, and an overview on the page of each."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import Get, commit
from tests.web.test_charts import page
from tests.web.test_maps import quads
from tests.web.test_pages import section, words

from kg.namespaces import CONSENSUS, CURATED, DERIVED
from kg.store.embedded import EmbeddedStore
from kg.web import create_app
from kg.web.asking import for_people
from kg.web.neighbours import ADDED, cut_short
from kg.web.paging import PAGE_SIZES, PageSizes

IRI = "https://w3id.org/conflict-kg/id/conflict/river-war"
ROOT = Path(__file__).parents[2]
MANY = " ".join(
    f"proposition:p{n} rdf:subject place:hub ; rdf:predicate ckg:near ; rdf:object place:p{n} ."
    f' place:p{n} a ckg:Place ; rdfs:label "place {n}"@en .'
    for n in range(PAGE_SIZES.neighbours + 5)
)
DATA = f"""
GRAPH <{CURATED}> {{
  conflict:river-war a ckg:Conflict ; rdfs:label "the River War"@en .
  conflict:river-raid a ckg:Conflict ; rdfs:label "the River Raid"@en .
  event:talks a ckg:Event ; rdfs:label "the talks"@en .
  event:skirmish a ckg:Event ; rdfs:label "the skirmish"@en .
  agreement:truce a ckg:Agreement ; rdfs:label "the truce"@en ;
    ckg:agreementStatus agreement-status:concluded .
  agreement-status:concluded skos:prefLabel "concluded"@en .
  state:riverland a ckg:State ; rdfs:label "Riverland"@en .
  state:hillland a ckg:State ; rdfs:label "Hillland"@en .
  ckg:belligerent rdfs:label "belligerent"@en .
  ckg:participant rdfs:label "participant"@en .
  ckg:initiatedBy rdfs:label "initiated by"@en .
  standing:uncontested skos:prefLabel "uncontested"@en .
  standing:contested skos:prefLabel "contested"@en .
  proposition:a rdf:subject conflict:river-war ;
    rdf:predicate ckg:belligerent ; rdf:object state:riverland .
  proposition:b rdf:subject conflict:river-war ;
    rdf:predicate ckg:belligerent ; rdf:object state:hillland .
  proposition:c rdf:subject conflict:river-war ;
    rdf:predicate ckg:initiatedBy ; rdf:object state:hillland .
  claim:herald-1-1 a ckg:Claim ; ckg:content proposition:a ; ckg:evidence passage:herald-0-9 .
  claim:herald-1-2 a ckg:Claim ; ckg:content proposition:c ; ckg:evidence passage:herald-0-9 .
  claim:herald-1-3 a ckg:Claim ; ckg:evidence passage:herald-0-9 .
  passage:herald-0-9 ckg:inSentence sentence:herald-1 .
  ckg:roleAgent a ckg:Role ; rdfs:label "agent"@en .
  situation:crossing a ckg:Situation ; rdfs:label "Riverland crosses"@en ;
    ckg:roleAgent state:riverland .
  place:hub a ckg:Place ; rdfs:label "the hub"@en .
  {MANY}
}}
GRAPH <{DERIVED}> {{
  claim:herald-1-1 ckg:about conflict:river-war, state:riverland .
  claim:herald-1-2 ckg:about conflict:river-war, state:hillland ; ckg:contradicts claim:herald-1-1 .
  claim:herald-1-3 ckg:about agreement:truce .
  proposition:a ckg:standing standing:uncontested .
  proposition:c ckg:standing standing:contested .
}}
GRAPH <{CONSENSUS}> {{
  conflict:river-war ckg:belligerent state:riverland, state:hillland .
  conflict:river-raid ckg:partOf conflict:river-war .
  event:skirmish ckg:partOf conflict:river-raid ; ckg:participant state:riverland, state:hillland .
  event:talks ckg:participant state:riverland, state:hillland .
}}
"""


@pytest.fixture(scope="module")
def war(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path_factory.mktemp("warred"))
    commit(store, *quads(DATA))
    return store


@pytest.fixture(scope="module")
def warred(war: EmbeddedStore) -> FlaskClient:
    return create_app(war).test_client()


def test_the_list_has_each_conflict_with_its_parties_and_counts(warred: FlaskClient) -> None:
    told = words(page(warred, "/conflicts"))
    assert "the River War Hillland , Riverland – 2 1" in told
    assert "the River Raid part of the River War none uncontested – 0 0" in told


def test_a_store_without_conflicts_says_so(get: Get) -> None:
    assert "No conflict is described here yet" in words(get("/conflicts").text)


def test_a_conflict_shows_who_fought_in_it_and_how_that_stands(warred: FlaskClient) -> None:
    told = section(page(warred, "/doc/conflict/river-war"), "parties")
    assert "Riverland belligerent the River War uncontested who says so" in told
    assert "Hillland belligerent the River War who says so" in told


def test_events_and_agreements_beside_a_conflict_say_why_they_are_there(
    warred: FlaskClient,
) -> None:
    html = page(warred, "/doc/conflict/river-war")
    beside = section(html, "beside")
    assert "the truce agreement, concluded; 1 sentence" in beside
    assert "the talks event; 2 parties" in beside
    assert "the skirmish" not in beside, "what is part of a conflict is not beside it"
    query = for_people("shared-parties", entity=IRI)
    answer = warred.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert [row.split(",")[1].rpartition("/")[2] for row in answer.text.splitlines()[1:]] == [
        "talks"
    ]


def test_of_what_parties_took_part_in_only_the_first_is_looked_at(war: EmbeddedStore) -> None:
    sparing = create_app(war, pages=PageSizes(sorted_entries=1, rows=2)).test_client()
    assert "There are more than these" in section(
        page(sparing, "/doc/conflict/river-war"), "beside"
    )


def test_a_neighbourhood_says_of_each_neighbour_how_it_stands(warred: FlaskClient) -> None:
    told = section(page(warred, "/doc/conflict/river-war"), "neighbours")
    assert "Riverland belligerent uncontested who says so" in told
    assert "Hillland initiated by contested who says so" in told


def test_what_is_uncontested_has_a_whole_line_and_all_else_a_broken_one(
    warred: FlaskClient,
) -> None:
    html = page(warred, "/doc/conflict/river-war")
    assert html.count('<path class="settled"') == 1
    assert html.count('<path class="claimed"') == 2


def test_a_situation_is_a_neighbour_as_something_described(warred: FlaskClient) -> None:
    told = section(page(warred, "/doc/state/riverland"), "neighbours")
    assert "Riverland crosses described, it as agent" in told
    assert "the River War points at it by belligerent" in told


def test_no_more_neighbours_are_drawn_than_have_room(warred: FlaskClient) -> None:
    html = page(warred, "/doc/place/hub")
    assert html.count('<path class="claimed"') == PAGE_SIZES.neighbours
    assert "There are more" in section(html, "neighbours")


@pytest.mark.parametrize("name", ["parties", "told-together", "shared-parties", "neighbours"])
def test_every_part_of_the_overview_can_be_asked_as_a_query(warred: FlaskClient, name: str) -> None:
    html = page(warred, "/doc/conflict/river-war")
    links = re.findall(r'class="as-query" href="([^"]+)"', html)
    asked = [parse_qs(urlsplit(unescape(link)).query)["query"][0] for link in links]
    query = for_people(name, entity=IRI)
    assert query in asked
    answer = warred.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert len(answer.text.splitlines()) > 1


def test_a_long_label_is_cut_in_the_picture_only() -> None:
    assert cut_short("x" * 50) == "x" * 39 + "…"
    assert cut_short("short") == "short"


def test_the_policy_page_has_all_that_the_written_policy_decides(get: Get) -> None:
    written = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
    html = get("/policy").text
    for heading in ("Corrections", "Names", "Accusations about living people", "Takedown"):
        assert f"## {heading}" in written
        assert re.search(rf'<h2 id="[a-z]+">{heading}</h2>', html), heading


def beside(client: FlaskClient, iri: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/query/neighbours", query_string={"of": iri}).get_json()
    return found


def test_one_step_from_a_thing_is_told_to_scripts(warred: FlaskClient) -> None:
    told = beside(warred, IRI)
    assert told["more"] is False
    edges = {(e["how"], e["other"]["label"], e["standing"], e["settled"]) for e in told["edges"]}
    assert ("belligerent", "Riverland", "uncontested", True) in edges
    assert ("initiated by", "Hillland", "contested", False) in edges
    assert all(edge["other"]["href"].startswith("/doc/") for edge in told["edges"])


def test_no_more_is_told_than_one_step_adds(warred: FlaskClient) -> None:
    told = beside(warred, "https://w3id.org/conflict-kg/id/place/hub")
    assert (len(told["edges"]), told["more"]) == (ADDED, True)


def test_what_no_content_sets_beside_anything_has_its_triples(warred: FlaskClient) -> None:
    edges = beside(warred, "https://w3id.org/conflict-kg/vocab/standing/contested")["edges"]
    assert {(e["forward"], e["settled"]) for e in edges} == {(False, True)}
    assert beside(warred, "urn:nothing") == {"edges": [], "more": False}


def test_a_step_from_nothing_is_refused_with_an_example(warred: FlaskClient) -> None:
    refused = warred.get("/query/neighbours?of=no+iri", headers={"Accept": "*/*"})
    assert refused.status_code == 400
    assert "for example of=https://" in refused.text
