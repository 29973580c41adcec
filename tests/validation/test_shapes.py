"""Shapes say what they test, in words, about classes and properties that exist."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS
from tests.validation.worlds import base, ontology

from kg.namespaces import CKG, GEO, OA, ONTOLOGY, ORG, SCHEMA, SHAPES, SKOSXL, compact
from kg.validation.shacl import TARGETS, VOCABULARY, named_shapes

SHAPES_GRAPH = ontology()[SHAPES]
TERMS = ontology()[ONTOLOGY]
WORLD = base() + TERMS

EXTERNAL_CLASSES = {
    GEO.Geometry,
    OA.TextPositionSelector,
    ORG.Membership,
    SKOS.Concept,
    SKOS.ConceptScheme,
    SKOSXL.Label,
}
WGS84 = "http://www.w3.org/2003/01/geo/wgs84_pos#"
EXTERNAL_PROPERTIES = {
    DCTERMS.isReplacedBy,
    RDFS.label,
    RDF.subject,
    RDF.predicate,
    RDF.object,
    SKOS.prefLabel,
    SKOS.altLabel,
    SKOS.definition,
    SKOS.inScheme,
    SKOSXL.prefLabel,
    SKOSXL.altLabel,
    SKOSXL.literalForm,
    DCTERMS.title,
    DCTERMS.publisher,
    DCTERMS.issued,
    DCTERMS.source,
    SCHEMA.url,
    OA.hasSource,
    OA.hasSelector,
    OA.start,
    OA.end,
    ORG.member,
    ORG.role,
    ORG.organization,
    ORG.memberDuring,
    GEO.asWKT,
    GEO.hasGeometry,
    URIRef(f"{WGS84}lat"),
    URIRef(f"{WGS84}long"),
}

NAMED = sorted(named_shapes(SHAPES_GRAPH))


def classes_with_shapes() -> set[URIRef]:
    return {URIRef(str(c)) for c in SHAPES_GRAPH.objects(None, SH.targetClass)}


def our_classes() -> Iterator[URIRef]:
    for c in TERMS.subjects(RDF.type, OWL.Class):
        if isinstance(c, URIRef) and c.startswith(CKG):
            yield c


def test_every_target_class_is_a_class() -> None:
    assert classes_with_shapes() - set(our_classes()) == EXTERNAL_CLASSES


def test_every_class_that_a_value_must_have_is_a_class() -> None:
    wanted = set(SHAPES_GRAPH.objects(None, SH["class"]))
    assert wanted - set(our_classes()) - EXTERNAL_CLASSES == set()


def test_every_path_is_a_declared_property() -> None:
    paths = set(SHAPES_GRAPH.objects(None, SH.path))
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property)
    declared = {p for kind in kinds for p in TERMS.subjects(RDF.type, kind)}
    assert {p for p in paths if str(p).startswith(CKG)} - declared == set()
    assert {p for p in paths if not str(p).startswith(CKG)} == EXTERNAL_PROPERTIES


def test_every_scheme_that_a_concept_must_be_in_is_a_scheme() -> None:
    schemes = set(SHAPES_GRAPH.objects(None, SH.hasValue))
    assert schemes
    assert schemes - set(TERMS.subjects(RDF.type, SKOS.ConceptScheme)) == set()


def test_nothing_in_the_shapes_is_ignored_by_an_engine() -> None:
    assert set(SHAPES_GRAPH.predicates()) - VOCABULARY == set()


@pytest.mark.parametrize("c", sorted(our_classes()), ids=lambda c: c.removeprefix(CKG))
def test_every_class_has_a_shape(c: URIRef) -> None:
    """Of its own, of a superclass, or, where it has no members of its own, of all subclasses."""
    shaped = classes_with_shapes()
    above = set(TERMS.transitive_objects(c, RDFS.subClassOf))
    below = set(TERMS.subjects(RDFS.subClassOf, c))
    assert above & shaped or (below and below <= shaped)


@pytest.mark.parametrize("shape", NAMED, ids=lambda s: s.removeprefix(CKG))
def test_a_shape_has_one_message_that_names_what_it_tests(shape: URIRef) -> None:
    (message,) = SHAPES_GRAPH.objects(shape, SH.message)
    path = SHAPES_GRAPH.value(shape, SH.path)
    text = str(message)
    if isinstance(path, URIRef):
        assert compact(path) in text
    assert text[0].isupper()
    assert text.endswith(".")
    assert ". " not in text
    assert not {"must", "should", "shall", "invalid", "wrong", "not"} & set(text.lower().split())


@pytest.mark.parametrize("shape", NAMED, ids=lambda s: s.removeprefix(CKG))
def test_a_shape_meets_something_in_the_good_world(shape: URIRef) -> None:
    data = WORLD
    owners = {shape, *SHAPES_GRAPH.subjects(SH.property, shape)}
    focus = {node for owner in owners for node in targets(data, owner)}
    path = SHAPES_GRAPH.value(shape, SH.path)
    assert focus
    assert path is None or any((node, path, None) in data for node in focus)


def targets(data: Graph, shape: object) -> set[object]:
    found: set[object] = set()
    for target in TARGETS:
        for what in SHAPES_GRAPH.objects(shape, target):
            if target == SH.targetClass:
                for c in data.transitive_subjects(RDFS.subClassOf, what):
                    found.update(data.subjects(RDF.type, c))
            else:
                found.update(data.subjects(what, None))
    return found


def test_lists_in_shapes_have_members() -> None:
    for predicate in (SH["in"], SH["or"], SH.languageIn):
        for head in SHAPES_GRAPH.objects(None, predicate):
            assert list(Collection(SHAPES_GRAPH, head))
