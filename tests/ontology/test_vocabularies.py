"""The SKOS schemes, and the alignments with what others publish."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from kg.namespaces import BASE, CKG, ONTOLOGY_IRI, PREFIXES, SCHEMES
from kg.rdf.turtle import read_turtle
from kg.resources import ontology_dir

CHECKED_WIKIDATA = frozenset(
    "P17 P39 P50 P123 P131 P156 P248 P276 P361 P36 P580 P582 P585 P664 P710 P828 P921 "
    "P1120 P1590 P1891".split()
)
"""Properties of Wikidata whose identifiers were checked against public files."""


@pytest.fixture(params=SCHEMES)
def vocabulary(request: pytest.FixtureRequest) -> tuple[URIRef, Graph]:
    name = str(request.param)
    return URIRef(f"{BASE}vocab/{name}"), read_turtle(ontology_dir() / "vocab" / f"{name}.ttl")


def concepts(graph: Graph) -> list[URIRef]:
    return sorted(s for s in graph.subjects(RDF.type, SKOS.Concept) if isinstance(s, URIRef))


def alignments() -> list[Path]:
    return sorted((ontology_dir() / "alignments").glob("*.ttl"))


def test_there_is_one_file_for_each_prefix_of_a_scheme() -> None:
    files = {path.stem for path in (ontology_dir() / "vocab").glob("*.ttl")}
    assert files == set(SCHEMES)


def test_a_file_holds_its_scheme_and_nothing_else(vocabulary: tuple[URIRef, Graph]) -> None:
    scheme, graph = vocabulary
    assert set(graph.subjects(RDF.type, SKOS.ConceptScheme)) == {scheme}
    assert set(graph.subjects()) == {scheme, *concepts(graph)}
    assert len(concepts(graph)) >= 2


def test_a_concept_lies_in_its_scheme_by_iri_and_by_word(vocabulary: tuple[URIRef, Graph]) -> None:
    scheme, graph = vocabulary
    for concept in concepts(graph):
        assert concept.startswith(f"{scheme}/")
        assert list(graph.objects(concept, SKOS.inScheme)) == [scheme]
        assert (concept, SKOS.topConceptOf, scheme) in graph
        assert (scheme, SKOS.hasTopConcept, concept) in graph
        assert (concept, RDFS.isDefinedBy, ONTOLOGY_IRI) in graph


def test_a_concept_has_one_label_and_one_definition(vocabulary: tuple[URIRef, Graph]) -> None:
    _, graph = vocabulary
    for concept in concepts(graph):
        (label,) = graph.objects(concept, SKOS.prefLabel)
        assert list(graph.objects(concept, RDFS.label)) == [label]
        assert isinstance(label, Literal)
        assert label.language == "en"
        (definition,) = graph.objects(concept, SKOS.definition)
        assert len(str(definition).split()) >= 3, f"{concept}: {definition}"


def test_no_two_concepts_of_a_scheme_have_the_same_label(vocabulary: tuple[URIRef, Graph]) -> None:
    _, graph = vocabulary
    labels = [str(o).casefold() for o in graph.objects(None, SKOS.prefLabel)]
    assert len(set(labels)) == len(labels)


def test_an_other_word_is_not_the_label_again(vocabulary: tuple[URIRef, Graph]) -> None:
    _, graph = vocabulary
    doubled = [
        s for s, o in graph.subject_objects(SKOS.altLabel) if (s, SKOS.prefLabel, o) in graph
    ]
    assert doubled == []


@pytest.mark.parametrize("name", ["kind", "quality", "degree", "channel", "population"])
def test_a_word_that_a_newcomer_guesses_leads_to_a_concept(name: str) -> None:
    graph = read_turtle(ontology_dir() / "vocab" / f"{name}.ttl")
    wordless = [c for c in concepts(graph) if (c, SKOS.altLabel, None) not in graph]
    assert wordless == []


def test_a_property_that_names_a_vocabulary_names_one_that_exists(ontology: Graph) -> None:
    named = set(ontology.objects(None, RDFS.seeAlso))
    assert named
    assert named <= set(ontology.subjects(RDF.type, SKOS.ConceptScheme))


def test_every_vocabulary_is_the_range_of_some_property(ontology: Graph) -> None:
    ours = {URIRef(f"{BASE}vocab/{name}") for name in SCHEMES}
    assert ours - set(ontology.objects(None, RDFS.seeAlso)) == set()


@pytest.mark.parametrize("path", alignments(), ids=lambda p: p.stem)
def test_an_alignment_says_what_it_is_and_under_which_licence(path: Path) -> None:
    graph = read_turtle(path)
    header = URIRef(f"{ONTOLOGY_IRI}/alignments/{path.stem}")
    assert (header, RDF.type, OWL.Ontology) in graph
    assert {DCTERMS.title, DCTERMS.description, DCTERMS.license} <= set(graph.predicates(header))
    if path.stem != "reused-terms":
        assert (header, DCTERMS.source, None) in graph


@cache
def concepts_and_schemes() -> set[Node]:
    """All subjects of all vocabularies."""
    files = (ontology_dir() / "vocab" / f"{name}.ttl" for name in SCHEMES)
    return {subject for path in files for subject in read_turtle(path).subjects()}


@pytest.mark.parametrize("path", alignments(), ids=lambda p: p.stem)
def test_an_alignment_defines_no_term_of_ours_and_uses_none_unknown(
    path: Path, core: Graph
) -> None:
    known = set(core.subjects()) | concepts_and_schemes()
    ours = (str(CKG), *(PREFIXES[name] for name in SCHEMES))
    used = {t for triple in read_turtle(path) for t in triple if str(t).startswith(ours)}
    assert used - known == set()


def test_every_wikidata_property_was_checked(ontology: Graph) -> None:
    namespace = "http://www.wikidata.org/entity/"
    used = {str(o).removeprefix(namespace) for o in ontology.objects() if namespace in str(o)}
    assert used
    assert used <= CHECKED_WIKIDATA
