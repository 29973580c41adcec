"""What every class and property of the ontology says about itself."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from kg.namespaces import CKG, ONTOLOGY_IRI, PREFIXES, WORKFLOW
from kg.rdf.turtle import canonical_file, read_turtle
from kg.resources import ontology_dir, root

VANN_PREFIX = URIRef(PREFIXES["vann"] + "preferredNamespacePrefix")
PACKAGE = root() / "src" / "kg"
FLAGS = ("consensusEligible", "exclusive", "fluent", "attestsSubject")


def terms(core: Graph) -> list[URIRef]:
    found = {s for s in core.subjects(RDF.type) if isinstance(s, URIRef) and s != ONTOLOGY_IRI}
    return sorted(found)


def properties(core: Graph) -> list[URIRef]:
    kinds = (RDF.Property, OWL.ObjectProperty, OWL.DatatypeProperty)
    return sorted({s for kind in kinds for s in core.subjects(RDF.type, kind)})


def lacking(core: Graph, subjects: list[URIRef], predicate: URIRef) -> list[str]:
    """Subjects without exactly one value in English."""
    return [
        str(s)
        for s in subjects
        if [o.language for o in core.objects(s, predicate) if isinstance(o, Literal)] != ["en"]
    ]


def test_both_libraries_read_the_same_triples(ontology_file: Path) -> None:
    with ontology_file.open("rb") as file:
        quads = list(ox.parse(file, format=ox.RdfFormat.TURTLE))
    assert quads
    assert len({str(quad) for quad in quads}) == len(read_turtle(ontology_file))


def test_every_file_is_canonical(ontology_file: Path) -> None:
    assert ontology_file.read_text(encoding="utf-8") == canonical_file(ontology_file)


def test_the_header_says_what_it_is_whose_it_is_and_which_version(core: Graph) -> None:
    header = set(core.predicates(ONTOLOGY_IRI))
    assert header >= {DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.license}
    assert core.value(ONTOLOGY_IRI, VANN_PREFIX) == Literal("ckg")
    version = core.value(ONTOLOGY_IRI, OWL.versionInfo)
    assert core.value(ONTOLOGY_IRI, OWL.versionIRI) == URIRef(f"{ONTOLOGY_IRI}/{version}")


def test_every_term_is_ours_and_says_so(core: Graph) -> None:
    assert len(terms(core)) > 100
    strange = [t for t in terms(core) if not t.startswith(str(CKG))]
    homeless = [t for t in terms(core) if core.value(t, RDFS.isDefinedBy) != ONTOLOGY_IRI]
    assert strange == []
    assert homeless == []


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition, SKOS.example])
def test_every_term_has_one_label_definition_and_example(core: Graph, predicate: URIRef) -> None:
    assert lacking(core, terms(core), predicate) == []


def test_every_property_has_domain_and_range_or_says_why_not(core: Graph) -> None:
    silent = [
        str(p)
        for p in properties(core)
        if not {RDFS.domain, RDFS.range} <= set(core.predicates(p))
        and (p, SKOS.scopeNote, None) not in core
    ]
    assert silent == []


def test_domains_and_ranges_of_ours_are_classes(core: Graph) -> None:
    classes = set(core.subjects(RDF.type, OWL.Class))
    named = {o for p in (RDFS.domain, RDFS.range) for o in core.objects(None, p)}
    named |= set(core.objects(None, RDFS.subClassOf)) | set(core.objects(None, OWL.disjointWith))
    assert {c for c in named if str(c).startswith(str(CKG))} - classes == set()


def test_every_predicate_says_how_the_consensus_treats_it(core: Graph) -> None:
    predicates = set(core.subjects(RDF.type, CKG.Predicate))
    for flag in FLAGS:
        stated = {s: list(core.objects(s, CKG[flag])) for s in core.subjects(CKG[flag])}
        assert set(stated) == predicates
        assert {str(v) for values in stated.values() for v in values} <= {"true", "false"}
        assert all(len(values) == 1 for values in stated.values())


def test_figures_and_guesses_never_become_consensus(core: Graph) -> None:
    never = {p for p, v in core.subject_objects(CKG.consensusEligible) if not v.toPython()}
    assert never == {CKG.casualties, CKG.personnelStrength, CKG.possiblyRefersTo}


def test_a_property_is_a_predicate_a_role_or_derived_but_never_two_of_them(core: Graph) -> None:
    kinds = [
        set(core.subjects(RDF.type, k)) for k in (CKG.Predicate, CKG.Role, CKG.DerivedProperty)
    ]
    assert all(kinds)
    assert len(set.union(*kinds)) == sum(map(len, kinds))


def test_two_values_never_make_a_reasoner_equate_two_things(ontology: Graph) -> None:
    """A functional property has data as its values, or concepts that are declared different."""
    different = {frozenset(pair) for pair in ontology.subject_objects(OWL.differentFrom)}
    functional = set(ontology.subjects(RDF.type, OWL.FunctionalProperty))
    assert functional
    for each in functional & set(ontology.subjects(RDF.type, OWL.ObjectProperty)):
        scheme = ontology.value(each, RDFS.seeAlso)
        concepts = sorted(ontology.subjects(SKOS.inScheme, scheme))
        assert concepts, f"{each} has no closed list of values"
        pairs = {frozenset((a, b)) for a in concepts for b in concepts if a != b}
        assert pairs <= different, each


def test_no_predicate_is_functional(core: Graph) -> None:
    """Rival claims about the world must stay rivals, also for a reasoner."""
    functional = set(core.subjects(RDF.type, OWL.FunctionalProperty))
    assert functional & set(core.subjects(RDF.type, CKG.Predicate)) == set()


def test_every_term_of_contributions_says_what_it_means() -> None:
    """Those that are written, and no others: `WORKFLOW.state` is in the code where it is used."""
    graph = read_turtle(ontology_dir() / "contributions.ttl")
    defined = terms(graph)
    for predicate in (RDFS.label, SKOS.definition, SKOS.example, SKOS.scopeNote):
        assert lacking(graph, defined, predicate) == []
    code = "".join(path.read_text("utf-8") for path in (PACKAGE / "contributions").glob("*.py"))
    used = {WORKFLOW[name] for name in re.findall(r"WORKFLOW\.(\w+)", code)}
    assert set(defined) == used
