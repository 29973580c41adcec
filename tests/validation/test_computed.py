"""Names that are hashes, and bounds, are compared with what they follow from."""

from __future__ import annotations

import pyoxigraph as ox

from kg.namespaces import CURATED, iri
from kg.rdf.turtle import parse_turtle
from kg.validation.computed import misnamed_memberships, misnamed_propositions, wrong_bounds
from kg.validation.dataset import derived_store

PREFIXES = """
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix membership: <https://w3id.org/conflict-kg/id/membership/> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
@prefix proposition: <https://w3id.org/conflict-kg/id/proposition/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix time: <https://w3id.org/conflict-kg/id/time/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def store(turtle: str) -> ox.Store:
    return derived_store({CURATED: parse_turtle(PREFIXES + turtle)})


def test_the_message_names_the_right_iri() -> None:
    triple = "rdf:subject person:a ; rdf:predicate ckg:near ; rdf:object person:b ."
    ((entity, message),) = misnamed_propositions(store(f"proposition:000000000000 {triple}"))
    assert entity == str(iri("proposition", "000000000000"))
    right = message.removesuffix(".").rpartition("/")[2]
    assert list(misnamed_propositions(store(f"proposition:{right} {triple}"))) == []


def test_a_membership_is_named_by_all_its_values() -> None:
    values = "a org:Membership ; org:member person:a ; org:memberDuring time:2010"
    ((_, message),) = misnamed_memberships(store(f"membership:000000000000 {values} ."))
    right = message.removesuffix(".").rpartition("/")[2]
    assert list(misnamed_memberships(store(f"membership:{right} {values} ."))) == []
    more = f"membership:{right} {values} ; org:role person:b ."
    assert len(list(misnamed_memberships(store(more)))) == 1


def test_an_open_interval_has_no_bound_at_its_open_end() -> None:
    day, latest = '"2020-01-01"^^xsd:date', '"2020-12-31"^^xsd:date'
    good = f'time:x ckg:edtf "../2020" ; ckg:earliestEnd {day} ; ckg:latest {latest}'
    assert list(wrong_bounds(store(f"{good} ."))) == []
    ((_, message),) = wrong_bounds(store(f"{good} ; ckg:earliest {day} ."))
    assert message == "The ckg:earliest of a time follows from its ckg:edtf: ../2020 gives none."


def test_a_text_that_is_not_edtf_is_a_finding_and_not_an_error() -> None:
    ((_, message),) = wrong_bounds(store('time:x ckg:edtf "last week" .'))
    assert message.startswith("The ckg:edtf of a time is EDTF, and ")
