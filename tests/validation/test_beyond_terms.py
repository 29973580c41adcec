"""Terms that do not exist are told with the nearest that do."""

from __future__ import annotations

import pytest
from tests.validation.beyond import found, named, related

from kg.namespaces import PREFIXES
from kg.rdf.vocabularies import has_term, in_parts, meant_namespace, terms_by_namespace
from kg.validation import Kind, Severity
from kg.validation.beyond.terms import NAMESPACE, UNKNOWN


@pytest.mark.parametrize(
    ("turtle", "nearest"),
    [
        ("person:ann ckg:claimnt person:bob .", "claimant"),
        ("person:cem a ckg:Persn .", "Person"),
        ("claim:900-1-1 ckg:mode mode:fcat .", "fact"),
        ("proposition:0810755a6a09 rdf:predicate ckg:hostdBy .", "hostedBy"),
        ('person:ann skos:altLabl "Anna"@en .', "altLabel"),
        ('document:article-900 dcterms:titel "A title" .', "title"),
        ("person:ann prov:wasDerivdFrom person:bob .", "wasDerivedFrom"),
        ("place:town geo:hasGeometri place:town .", "hasGeometry"),
    ],
)
def test_a_term_that_does_not_exist_is_told_with_the_nearest(turtle: str, nearest: str) -> None:
    findings = found(turtle)
    assert named(findings) == {UNKNOWN}
    assert {finding.kind for finding in findings} == {Kind.TERM}
    assert nearest in related(findings)


def test_a_term_that_is_like_no_other_is_told_without_any() -> None:
    [finding] = found("person:ann ckg:qqqqqqqq person:bob .")
    assert finding.message == "There is no ckg:qqqqqqqq."
    assert finding.related == ()


@pytest.mark.parametrize(
    "turtle",
    [
        "person:cem a ckg:Person .",
        "claim:900-1-1 ckg:mode mode:fact .",
        'person:ann skos:altLabel "Anna"@en .',
        'person:ann skosxl:whatever "Anna"@en .',
        'person:ann <http://purl.org/dc/elements/1.1/title> "Anna"@en .',
        'person:ann rdf:_1 "Anna"@en .',
        "person:ann rdfs:seeAlso <http://www.w3.org/2004/02/skos/core#nothing> .",
        "person:ann rdfs:seeAlso <http://schema.org/Person> .",
    ],
)
def test_a_term_that_exists_or_may_exist_is_not_told(turtle: str) -> None:
    assert found(turtle) == ()


@pytest.mark.parametrize(
    ("iri", "right"),
    [
        ("http://schema.org/name", "https://schema.org/name"),
        ("https://www.w3.org/2004/02/skos/core#note", "http://www.w3.org/2004/02/skos/core#note"),
        ("http://www.w3.org/ns/prov/value", "http://www.w3.org/ns/prov#value"),
        ("http://w3id.org/conflict-kg/ns#kind", "https://w3id.org/conflict-kg/ns#kind"),
    ],
)
def test_a_namespace_that_is_spelled_otherwise_is_told_as_such(iri: str, right: str) -> None:
    [finding] = found(f'person:ann <{iri}> "x"@en .')
    assert finding.source_shape == NAMESPACE
    assert finding.severity is Severity.WARNING
    assert finding.related == (right,)


def test_no_namespace_of_ours_is_meant_for_another() -> None:
    for namespace in (*PREFIXES.values(), *terms_by_namespace()):
        assert meant_namespace(namespace) is None


def test_every_listed_vocabulary_has_its_own_terms_only() -> None:
    for namespace, terms in terms_by_namespace().items():
        assert len(terms) > 5
        assert all(has_term(namespace, term) for term in terms)
        assert not has_term(namespace, "noSuchTermAtAll")
        assert in_parts(f"{namespace}aTerm") == (namespace, "aTerm")
