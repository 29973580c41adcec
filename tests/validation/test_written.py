"""What data may say in plain triples: a list of properties, each on things that it is for."""

from __future__ import annotations

import re

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef
from tests.validation.worlds import base, ontology

from kg.namespaces import CKG, CURATED, IMPORTED, ONTOLOGY, compact
from kg.rdf.turtle import parse_turtle, read_turtle
from kg.resources import ontology_dir
from kg.validation.dataset import derived_store
from kg.validation.literals import ill_typed_literals, well_typed
from kg.validation.loops import situations_in_themselves
from kg.validation.written import (
    ANYWHERE,
    COPIED,
    SUBJECTS,
    properties_outside_list,
    texts_of_others,
    wrong_subjects,
)

TERMS = ontology()[ONTOLOGY]
REUSED = read_turtle(ontology_dir() / "alignments" / "reused-terms.ttl")
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES = """
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix event: <https://w3id.org/conflict-kg/id/event/> .
@prefix place: <https://w3id.org/conflict-kg/id/place/> .
@prefix situation: <https://w3id.org/conflict-kg/id/situation/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def explained_properties() -> set[URIRef]:
    """The properties of others that the ontology lists, classes not among them."""
    terms = {URIRef(str(s)) for s in REUSED.subjects(SKOS.scopeNote)}
    return {t for t in terms if not re.split("[#/]", t)[-1][:1].isupper()}


def own_properties() -> set[URIRef]:
    """The properties of ours that people write."""
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property)
    unwritten = (CKG.Predicate, CKG.Role, CKG.DerivedProperty)
    found = {p for kind in kinds for p in TERMS.subjects(RDF.type, kind)}
    found -= {p for kind in unwritten for p in TERMS.subjects(RDF.type, kind)}
    return {URIRef(str(p)) for p in found if str(p).startswith(CKG)}


def test_every_term_of_others_says_on_what_it_stands() -> None:
    assert explained_properties() - ANYWHERE == {p for p in SUBJECTS if not p.startswith(CKG)}


def test_every_property_of_ours_says_on_what_it_stands() -> None:
    placed = {p for p in own_properties() if (p, RDFS.domain, None) in TERMS}
    assert own_properties() - placed == {p for p in SUBJECTS if p.startswith(CKG)}


def test_no_property_is_both_listed_and_refused() -> None:
    assert COPIED.isdisjoint(ANYWHERE | SUBJECTS.keys() | explained_properties())


def test_every_class_in_the_table_is_a_class() -> None:
    classes = {c for fitting in SUBJECTS.values() for c in fitting}
    known = set(TERMS.subjects(RDF.type, OWL.Class)) | set(REUSED.subjects(SKOS.scopeNote))
    assert classes - known == set()


@pytest.mark.parametrize("property_", sorted(COPIED), ids=compact)
@pytest.mark.sample(4)
def test_a_property_that_holds_text_is_refused_once(property_: URIRef) -> None:
    graph = Graph().add((CKG["../id/x"], property_, CKG.x))
    store = derived_store({**ontology(), CURATED: graph})
    assert len(list(texts_of_others(store))) == 1
    assert list(properties_outside_list(store)) == []


def test_data_cannot_put_a_property_on_the_list_itself() -> None:
    graph = parse_turtle(
        PREFIXES + 'dcterms:date skos:scopeNote "A date."@en . event:x dcterms:date "2020" .'
    )
    store = derived_store({**ontology(), CURATED: base() + graph})
    refused = " ".join(message for _, message in properties_outside_list(store))
    assert "dcterms:date is neither" in refused


def test_imported_data_is_looked_at_too() -> None:
    graph = parse_turtle(
        PREFIXES + 'event:x a ckg:Event ; ckg:low 5 ; dcterms:date "x"^^xsd:date .'
    )
    store = derived_store({**ontology(), IMPORTED: graph})
    for check in (properties_outside_list, wrong_subjects, ill_typed_literals):
        assert [entity.rpartition("/")[2] for entity, _ in check(store)] == ["x"]


def test_a_subclass_of_the_domain_fits() -> None:
    graph = parse_turtle(PREFIXES + "place:x a ckg:Place ; ckg:coordinateSource 'a map'@en .")
    assert list(wrong_subjects(derived_store({**ontology(), CURATED: graph}))) == []


def test_a_situation_is_in_itself_through_a_proposition_and_a_claim() -> None:
    graph = parse_turtle(
        PREFIXES
        + "@prefix claim: <https://w3id.org/conflict-kg/id/claim/> ."
        + "situation:x a ckg:Situation ; ckg:roleTheme claim:x ."
        + "situation:y a ckg:Situation ; ckg:roleTheme situation:x ."
        + "claim:x a ckg:Claim ; ckg:content situation:x ."
    )
    store = derived_store({**ontology(), CURATED: graph})
    ((entity, _),) = situations_in_themselves(store)
    assert entity.endswith("/situation/x")


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("abc", "integer"),
        ("1.5", "integer"),
        ("-1", "nonNegativeInteger"),
        ("1,5", "decimal"),
        ("yes", "boolean"),
        ("2023-02-30", "date"),
        ("2023-2-3", "date"),
        ("2023", "date"),
        ("2023-04-11T25:00:00", "dateTime"),
        ("2023-13", "gYearMonth"),
        ("P", "dayTimeDuration"),
        ("P1M", "dayTimeDuration"),
        ("PT", "dayTimeDuration"),
        ("no address", "anyURI"),
        ("1", "interger"),
    ],
)
def test_a_text_that_is_not_of_its_datatype_is_found(text: str, datatype: str) -> None:
    assert not well_typed(text, XSD + datatype)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("-5", "integer"),
        ("+5", "integer"),
        ("40.5", "decimal"),
        ("true", "boolean"),
        ("2024-02-29", "date"),
        ("2023-04-11T10:00:00Z", "dateTime"),
        ("P42D", "dayTimeDuration"),
        ("PT3H", "dayTimeDuration"),
        ("P3M", "yearMonthDuration"),
        ("https://example.org/a", "anyURI"),
        ("two\nlines", "string"),
    ],
)
def test_a_text_that_is_of_its_datatype_is_not_found(text: str, datatype: str) -> None:
    assert well_typed(text, XSD + datatype)
