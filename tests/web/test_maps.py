"""Maps on pages: made by the server, said in a table too, with the policy on borders beneath."""

from __future__ import annotations

import re
from html import unescape
from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.web.conftest import BROWSER, FILES, HERE, commit, fixture_quads

from kg.geo.natural_earth import POLICY, POLICY_PAGE
from kg.namespaces import CONSENSUS, CURATED, IMPORTED, PREFIXES
from kg.store.embedded import EmbeddedStore
from kg.web import create_app
from kg.web.asking import Asking

AREA = "POLYGON ((46 39.5, 47 39.5, 47 40, 46 40, 46 39.5))"
HOSTILE = 'POINT (1 1)\\"/><script>alert(1)</script><svg onload=\\"alert(2)\\"'
NAME = "</text><script>alert(3)</script>"

DATA = f"""
GRAPH <{CURATED}> {{
  place:rivertown a ckg:Place ; rdfs:label "Rivertown"@en ;
    wgs84:lat 39.75 ; wgs84:long 46.5 ; ckg:coordinateSource "A survey"@en .
  place:named-badly a ckg:Place ; rdfs:label "{NAME}"@en ; wgs84:lat 39.8 ; wgs84:long 46.6 .
  place:nowhere a ckg:Place ; rdfs:label "Nowhere"@en .
  place:drawn-badly a ckg:Place ; rdfs:label "Drawn badly"@en ; geo:hasGeometry geometry:bad .
  place:uplands a ckg:Place ; rdfs:label "the Uplands"@en ; ckg:delimitedAs place:survey-area .
  conflict:river-war a ckg:Conflict ; rdfs:label "the River War"@en .
  event:ford a ckg:Event ; rdfs:label "the fight at the ford"@en .
}}
GRAPH <{IMPORTED}> {{
  dataset-release:survey a ckg:DatasetRelease ; rdfs:label "Survey 1"@en .
  state:riverland a ckg:State ; rdfs:label "Riverland"@en ; geo:hasGeometry geometry:riverland .
  geometry:riverland a geo:Geometry ; geo:asWKT "{AREA}"^^geo:wktLiteral ;
    dcterms:source dataset-release:survey .
  geometry:bad a geo:Geometry ; geo:asWKT "{HOSTILE}"^^geo:wktLiteral ;
    dcterms:source dataset-release:survey .
  place:survey-area a ckg:DisputedArea ; rdfs:label "Survey area 1"@en ;
    ckg:sourceNote "Claimed by two" ; geo:hasGeometry geometry:riverland .
}}
GRAPH <{CONSENSUS}> {{
  place:rivertown ckg:locatedIn state:riverland .
  event:ford ckg:partOf conflict:river-war ; ckg:happenedAt place:rivertown .
  conflict:river-war ckg:overTerritory place:uplands .
}}
"""


def quads(text: str) -> tuple[ox.Quad, ...]:
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    return tuple(ox.parse(head + text, format=ox.RdfFormat.TRIG))


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path_factory.mktemp("maps"))
    ontology = ox.parse(path=HERE / "fixture-ontology.ttl", format=ox.RdfFormat.TURTLE)
    name = ox.NamedNode(FILES["fixture-ontology.ttl"])
    commit(store, *quads(DATA), *(ox.Quad(*quad.triple, name) for quad in ontology))
    return store


@pytest.fixture(scope="module")
def site(mapped: EmbeddedStore) -> FlaskClient:
    return create_app(mapped).test_client()


def page(site: FlaskClient, name: str) -> str:
    response = site.get(f"/doc/{name}", headers={"Accept": BROWSER})
    assert response.status_code == 200
    return response.text


def section(site: FlaskClient, name: str) -> str:
    """The part of a page with its map."""
    found = re.search(r'<section aria-labelledby="map">.*?</section>', page(site, name), re.DOTALL)
    assert found, name
    return found[0]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_place_with_coordinates_has_a_mark_a_name_and_a_row_with_its_source(
    site: FlaskClient,
) -> None:
    html = section(site, "place/rivertown")
    assert html.count('<circle class="point"') == 1
    assert re.search(r'<text class="thing"[^>]*>Rivertown</text>', html)
    assert "Rivertown 39.7500° N, 46.5000° E A survey" in words(html[html.index("<table") :])


def test_the_policy_on_borders_stands_beneath_each_map(site: FlaskClient) -> None:
    for name in ("place/rivertown", "state/riverland", "conflict/river-war"):
        caption = re.search(r"<figcaption.*?</figcaption>", section(site, name), re.DOTALL)
        assert caption
        assert POLICY in words(caption[0])
        assert f'href="{POLICY_PAGE}"' in caption[0]


def test_disputed_areas_around_are_dashed_and_hatched_and_named_with_their_note(
    site: FlaskClient,
) -> None:
    html = section(site, "place/rivertown")
    assert 'class="disputed"' in html
    assert 'fill="url(#map-hatch)"' in html
    assert "Nagorno-Karabakh B38 “Self admin.; Claimed by Azer.”" in words(html)
    css = files("kg.web").joinpath("static", "site.css").read_text(encoding="utf-8")
    assert re.search(r"\.map \.disputed \{[^}]*stroke-dasharray", css)


def test_a_state_is_drawn_as_a_release_has_it_with_what_lies_in_it(site: FlaskClient) -> None:
    html = section(site, "state/riverland")
    assert re.search(r'<path class="shown" d="M[\d .LMZ-]+"', html)
    told = words(html[html.index("<table") :])
    assert "Riverland 39.5° N to 40.0° N, 46.0° E to 47.0° E Survey 1" in told
    assert "Rivertown , located in it" in told


def test_a_conflict_shows_where_it_is_uncontested_that_it_took_place(site: FlaskClient) -> None:
    told = words(section(site, "conflict/river-war"))
    assert "Rivertown , where it took place" in told
    assert "the Uplands , the territory that it is about drawn as Survey area 1" in told
    assert "which notes: “Claimed by two”" in told


def test_what_is_nowhere_has_no_map(site: FlaskClient) -> None:
    assert "<figure" not in page(site, "place/nowhere")


LINKED_DATA, OWN = ' type="application/ld+json"', ' type="module" src="/static/built/'


def test_text_that_is_no_geometry_and_names_that_are_markup_do_nothing(site: FlaskClient) -> None:
    assert "<figure" not in page(site, "place/drawn-badly")
    for name in ("place/drawn-badly", "geometry/bad", "place/named-badly"):
        html = page(site, name)
        scripts = re.findall(r"<script([^>]*)>", html)
        assert all(found.startswith((LINKED_DATA, OWN)) for found in scripts)
        assert not re.search(r"<[^>]*\s(?:style|on\w+)=", html)
    assert "&lt;/text&gt;&lt;script&gt;" in section(site, "place/named-badly")


def test_a_map_is_for_those_who_do_not_see_it(site: FlaskClient) -> None:
    html = section(site, "state/riverland")
    assert '<svg viewBox="0 0 720' in html
    assert 'role="img" aria-labelledby="map-title"' in html
    assert re.search(r'<title id="map-title">Map around Riverland; [^<]+</title>', html)
    assert html.count("<caption") == html.count("<table")


def test_a_map_follows_a_commit(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    commit(store, *fixture_quads())
    client = create_app(store).test_client()
    assert "Survey 2" not in section(client, "place/oster")
    moved = quads(
        f'GRAPH <{CURATED}> {{ place:oster ckg:coordinateSource "Survey 2"@en }}',
    )
    commit(store, *moved)
    assert "Survey 2" in section(client, "place/oster")


def test_maps_are_made_once_for_each_generation_and_only_the_last_are_kept(
    mapped: EmbeddedStore,
) -> None:
    made: list[str] = []
    asking = Asking(mapped)
    for name in ("a", "b", "a", *map(str, range(200)), "b", "a"):
        asking.once("map", name, lambda name=name: made.append(name))
    assert made[:2] == ["a", "b"]
    assert made[-2:] == ["b", "a"]
    assert len(made) == 204


def test_a_long_outline_is_cut_on_the_page_of_its_geometry_and_whole_elsewhere(
    tmp_path: Path,
) -> None:
    text = f"POLYGON ((0 0, {', '.join(f'{n / 100} 1' for n in range(900))}, 0 0))"
    store = EmbeddedStore(tmp_path / "store")
    drawn = f'geometry:long a geo:Geometry ; geo:asWKT "{text}"^^geo:wktLiteral'
    commit(store, *quads(f"GRAPH <{IMPORTED}> {{ {drawn} }}"))
    client = create_app(store).test_client()
    html = client.get("/doc/geometry/long", headers={"Accept": BROWSER}).text
    assert text not in html
    assert f"{len(text):,} characters in all" in html
    assert text in client.get("/doc/geometry/long.ttl").text


def test_what_crosses_180_degrees_is_told_from_west_to_east(tmp_path: Path) -> None:
    text = (
        "MULTIPOLYGON (((170 10, 180 10, 180 12, 170 10)), ((-180 10, -175 10, -180 12, -180 10)))"
    )
    store = EmbeddedStore(tmp_path / "store")
    drawn = (
        f'GRAPH <{IMPORTED}> {{ state:isles a ckg:State ; rdfs:label "Isles"@en ; geo:hasGeometry'
        f' geometry:isles . geometry:isles geo:asWKT "{text}"^^geo:wktLiteral ;'
        " dcterms:source dataset-release:survey }"
    )
    commit(store, *quads(drawn))
    html = section(create_app(store).test_client(), "state/isles")
    assert "10.0° N to 12.0° N, 170.0° E to 175.0° W" in words(html)
