"""What shapes and ontology say of classes, put together."""

from __future__ import annotations

import json
from io import BytesIO

import jsonschema_rs
import pyoxigraph as ox
import pytest

from kg.docs import classes_page
from kg.namespaces import CKG, EXTERNAL_PREFIXES
from kg.profiles import Profiles, Property, Rdf, packaged
from kg.profiles.columns import template_titles
from kg.profiles.json_schema import example_document, json_schema
from kg.profiles.reading import TableReader
from kg.profiles.words import cardinality, values_in_words
from kg.profiles.writing import template_csv
from kg.rdf.upload import read_upload
from kg.resources import root

PROFILES = packaged()
TEMPLATES = sorted(PROFILES.templates)
RULES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ckg:Boat a owl:Class ; skos:definition "It swims." .
ckg:Ferry a owl:Class ; rdfs:subClassOf ckg:Boat .
ckg:berths rdfs:domain ckg:Ferry ; rdfs:range xsd:integer ; skos:definition "How many." .
ckg:BoatShape a sh:NodeShape ; sh:targetClass ckg:Boat ;
  sh:pattern "^https://w3id[.]org/conflict-kg/id/group/" ; sh:property ckg:BoatShape-flag .
ckg:BoatShape-flag a sh:PropertyShape ; sh:path ckg:flag ; sh:minCount 1 ; sh:maxCount 2 ;
  sh:in ( "red" "green" ) .
ckg:OddShape a sh:NodeShape ; sh:targetNode ckg:Boat ; sh:property ckg:OddShape-up .
ckg:OddShape-up a sh:PropertyShape ;
  sh:path ( [ sh:inversePath ckg:a ] [ sh:zeroOrMorePath ckg:b ] ) .
"""


def made(text: str) -> Profiles:
    parsed = ox.parse(text, format=ox.RdfFormat.TURTLE)
    return Profiles(Rdf(quad.triple for quad in parsed), Rdf())


def named(properties: tuple[Property, ...], name: str) -> Property:
    return next(each for each in properties if each.name == name)


def test_a_class_has_what_shapes_of_it_and_of_classes_above_say_and_what_has_it_as_domain() -> None:
    ferry = made(RULES).by_name["Ferry"]
    assert {each.name for each in ferry.own} == {"ckg:flag", "ckg:berths"}
    assert (ferry.template, ferry.kind) == ("ferry", "group")
    flag, berths = named(ferry.own, "ckg:flag"), named(ferry.own, "ckg:berths")
    assert (cardinality(flag), values_in_words(flag)) == ("1 to 2", "one of red, green")
    assert (cardinality(berths), values_in_words(berths)) == ("any number", "xsd:integer")
    assert berths.meaning == "How many."


def test_a_path_of_several_steps_is_written_as_in_a_query() -> None:
    [shape] = [s for s in made(RULES).shapes if s.name == "OddShape"]
    assert [(p.path, p.predicate) for p in shape.properties] == [("^ckg:a/ckg:b*", "")]


def test_every_node_shape_and_every_property_shape_of_ours_is_there() -> None:
    sh, rules = EXTERNAL_PREFIXES["sh"], PROFILES.rules
    type_ = EXTERNAL_PREFIXES["rdf"] + "type"
    found = {shape.iri for shape in PROFILES.shapes}
    assert found == set(rules.subjects(type_, f"{sh}NodeShape"))
    inner = {each.iri for shape in PROFILES.shapes for each in shape.properties}
    assert inner == set(rules.subjects(type_, f"{sh}PropertyShape"))
    assert len(inner) > 100


def test_every_property_of_a_class_is_explained() -> None:
    unexplained = {
        (profile.name, each.name)
        for profile in PROFILES.templates.values()
        for each in profile.own
        if not each.meaning
    }
    assert unexplained == set()


def test_what_only_those_with_coordinates_need_is_not_demanded_of_a_place() -> None:
    latitude = named(PROFILES.by_name["Place"].own, "wgs84:lat")
    assert cardinality(latitude) == "at most 1"
    assert values_in_words(latitude) == "xsd:decimal from -90 to 90"


def test_predicates_and_derived_properties_are_in_no_template() -> None:
    names = {each.iri for p in PROFILES.templates.values() for each in p.own}
    assert str(CKG.claimant) in names
    assert names.isdisjoint({str(CKG.hostedBy), str(CKG.about)})


def test_the_page_of_classes_is_up_to_date_and_follows_the_shapes() -> None:
    page = (root() / "docs" / "classes.md").read_text(encoding="utf-8")
    assert page == classes_page(PROFILES)
    other = classes_page(made(RULES))
    assert "| `ckg:flag` | one of red, green | 1 to 2 |" in other
    assert "### ckg:OddShape" in other


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_example_of_a_template_keeps_its_schema_and_says_the_same_as_a_table(name: str) -> None:
    profile = PROFILES.templates[name]
    schema = json_schema(profile, PROFILES)
    document = example_document(profile, PROFILES)
    assert [str(e) for e in jsonschema_rs.validator_for(schema).iter_errors(document)] == []
    text = ox.serialize(
        TableReader(BytesIO(template_csv(profile, PROFILES).encode()), PROFILES).triples(),
        format=ox.RdfFormat.N_TRIPLES,
    )
    there = read_upload(json.dumps(document).encode(), "application/ld+json")
    assert there == read_upload(text or b"", "application/n-triples")
    assert len(there) > 1


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"ckg:certainty": "certainty:likely"}, "/@graph/0/ckg:certainty"),
        ({"ckg:claimant": "place:baku"}, "/@graph/0/ckg:claimant"),
        ({"ckg:certaintly": "certainty:certain"}, "/@graph/0"),
        ({"@id": "person:ada"}, "/@graph/0/@id"),
        ({"ckg:mode": ["mode:fact", "mode:fear"]}, "/@graph/0/ckg:mode"),
    ],
)
def test_a_schema_finds_what_the_shapes_would_find(change: dict[str, object], place: str) -> None:
    profile = PROFILES.templates["claim"]
    document = example_document(profile, PROFILES)
    document["@graph"][0].update(change)
    [error] = jsonschema_rs.validator_for(json_schema(profile, PROFILES)).iter_errors(document)
    assert "/" + "/".join(map(str, error.instance_path)) == place


def test_titles_have_a_prefix_only_where_they_need_one() -> None:
    assert template_titles(PROFILES.templates["duration"])[-1] == "ckg:duration"
    assert template_titles(PROFILES.templates["claim"])[:3] == ["claim", "label@en", "certainty"]
