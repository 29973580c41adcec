"""Where things are, as the data has it: whose word it is, and that nothing takes a side."""

from __future__ import annotations

from tests.data.asking import found
from tests.data.test_competency import TSV, table

from kg.store.values import read


def rows(store, query: str) -> set[tuple[str, ...]]:
    return set(table(read(store.query(query, accept=TSV)).decode())[1])


def test_cities_lie_in_states_and_states_in_a_region(seed_store):
    lies = rows(seed_store, "SELECT ?whole { place:yerevan ckg:locatedIn+ ?whole }")
    assert {iri.rpartition("/")[2].rstrip(">") for (iri,) in lies} == {"armenia", "caucasus"}


def test_every_geometry_is_that_of_a_release_and_can_be_read(seed_store):
    every = "SELECT ?g { ?g a geo:Geometry }"
    good = (
        "SELECT ?g { ?thing geo:hasGeometry ?g . ?g geo:asWKT ?text ; dcterms:source ?release ."
        " ?release a ckg:DatasetRelease FILTER(geof:isEmpty(?text) = false) }"
    )
    assert rows(seed_store, every) == rows(seed_store, good)
    assert found(seed_store, every) > 10


def test_two_sources_place_a_city_within_five_kilometres(seed_store):
    apart = (
        "SELECT ?place { ?place wgs84:lat ?lat ; wgs84:long ?long ; geo:hasGeometry/geo:asWKT ?one"
        ' BIND(STRDT(CONCAT("POINT (", STR(?long), " ", STR(?lat), ")"), geo:wktLiteral) AS ?two)'
        " FILTER(geof:distance(?one, ?two, uom:kilometre) %s 5) }"
    )
    assert found(seed_store, apart % ">") == 0
    assert found(seed_store, apart % "<") >= 7


def test_nothing_that_is_claimed_of_a_disputed_area_is_uncontested(seed_store):
    query = "SELECT ?area { ?area a ckg:DisputedArea GRAPH graph:consensus { %s } }"
    assert found(seed_store, query % "?area ckg:partOf|ckg:locatedIn ?x") == 0
    assert found(seed_store, query % "?x ckg:partOf|ckg:locatedIn ?area") == 0
    standings = (
        "SELECT DISTINCT ?standing { ?area a ckg:DisputedArea . ?content rdf:subject ?area ;"
        " rdf:predicate ckg:partOf ; ckg:standing ?standing }"
    )
    assert {s for (s,) in rows(seed_store, standings)} == {
        "<https://w3id.org/conflict-kg/vocab/standing/attributed-view>"
    }


def test_each_claim_to_a_disputed_area_is_told_by_the_release_that_lists_it(seed_store):
    query = (
        "SELECT ?area { ?area a ckg:DisputedArea ; dcterms:source ?release . ?content rdf:subject"
        " ?area . ?claim ckg:content ?content ; ckg:nestedIn/ckg:claimant ?release }"
    )
    assert rows(seed_store, query) == rows(seed_store, "SELECT ?area { ?area a ckg:DisputedArea }")


def test_the_area_drawn_for_nagorno_karabakh_is_not_the_place_and_lies_by_both_states(seed_store):
    drawn = "SELECT ?area { place:nagorno-karabakh ckg:delimitedAs ?area }"
    [(area,)] = rows(seed_store, drawn)
    assert (
        found(seed_store, f"ASK {{ place:nagorno-karabakh skos:exactMatch|owl:sameAs {area} }}")
        == 0
    )
    meets = (
        f"SELECT ?state {{ {area} geo:hasGeometry/geo:asWKT ?area . ?state a ckg:State ;"
        " geo:hasGeometry/geo:asWKT ?outline FILTER(geof:sfIntersects(?area, ?outline)) }"
    )
    states = {iri.rpartition("/")[2].rstrip(">") for (iri,) in rows(seed_store, meets)}
    assert states == {"armenia", "azerbaijan"}
