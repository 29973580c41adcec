"""What an OWL 2 RL reasoner makes of ontology and data, and what it must not make of them."""

from __future__ import annotations

import owlrl
import pyoxigraph as ox
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, RDFS

from kg.claims.consensus import consensus_quads
from kg.namespaces import CKG, CURATED, ONTOLOGY, PREFIXES, iri
from kg.rdf.turtle import read_turtle
from kg.resources import ontology_dir

ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
HEADER = "".join(f"@prefix {prefix}: <{value}> .\n" for prefix, value in PREFIXES.items())
WORLD = """
event:talks a ckg:Event . person:host a ckg:Person . document:report a ckg:Document .
claim:one a ckg:Claim ; ckg:claimant document:report ; ckg:content proposition:one ;
    ckg:mode mode:fact ; ckg:certainty certainty:certain ; ckg:polarity polarity:positive .
claim:two a ckg:Claim ; ckg:claimant document:report ; ckg:content situation:two .
proposition:one a ckg:Proposition ; rdf:subject reference:talks ; rdf:predicate ckg:hostedBy ;
    rdf:object person:host .
situation:two a ckg:Situation ; ckg:kind kind:meet ; ckg:roleAgent person:host .
"""
INCONSISTENT = {
    "a content of two sorts": "proposition:one a ckg:Situation .",
    "a person that is a state": "person:host a ckg:State .",
    "a document that acts": "document:report a ckg:Actor .",
    "an agreement that is only hoped for": "event:x a ckg:Agreement, ckg:ProspectiveAgreement .",
    "a claim of two modes": "claim:one ckg:mode mode:fear .",
    "a claim both for and against": "claim:one ckg:polarity polarity:negative .",
    "a claim that disputes itself": "claim:one ckg:disputes claim:one .",
    "a confirmed and a dismissed contradiction": (
        "claim:one ckg:contradicts claim:two . claim:two ckg:compatibleWith claim:one ."
    ),
    "an event as claimant": "claim:two ckg:claimant event:talks .",
    "a claim on an event": "claim:two ckg:content event:talks .",
    "a plain triple the wrong way round": "person:host ckg:hostedBy event:talks .",
    "a place that hosts": "place:hall a ckg:Place . event:talks ckg:hostedBy place:hall .",
    "a predicate that is a role": "ckg:hostedBy a ckg:Role .",
}


def closure(*graphs: Graph) -> Graph:
    together = Graph()
    for graph in graphs:
        together += graph
    semantics = owlrl.OWLRL_Semantics
    owlrl.DeductiveClosure(semantics, axiomatic_triples=False).expand(together)
    return together


def without_texts(graph: Graph) -> Graph:
    """All but literals with a language tag: no rule of OWL RL finds anything wrong with them."""
    kept = Graph()
    for s, p, o in graph:
        if not (isinstance(o, Literal) and o.language):
            kept.add((s, p, o))
    return kept


def contradictions(closed: Graph) -> list[str]:
    errors = sorted(str(o) for o in closed.objects(None, ERROR))
    members = [f"{s} is nothing" for s in closed.subjects(RDF.type, OWL.Nothing)]
    return errors + sorted(members)


def turtle(text: str) -> Graph:
    return Graph().parse(data=HEADER + text, format="turtle")


def consensus(*authored: tuple[URIRef, Graph]) -> Graph:
    """The plain triples that follow by the rules in queries/consensus."""
    store = ox.Store()
    for name, graph in authored:
        text = graph.serialize(format="nt").encode()
        store.load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(str(name)))
    lines = (f"{q.subject} {q.predicate} {q.object} ." for q in consensus_quads(store))
    return Graph().parse(data="\n".join(lines), format="nt")


@pytest.fixture(scope="module")
def axioms(core: Graph) -> Graph:
    """The core and two vocabularies without their texts: all that the small world needs."""
    graph = Graph()
    folder = ontology_dir() / "vocab"
    for part in (core, read_turtle(folder / "mode.ttl"), read_turtle(folder / "polarity.ttl")):
        graph += [triple for triple in part if not isinstance(triple[2], Literal)]
    return graph


@pytest.fixture(scope="module")
def plain(ontology: Graph, data: Graph) -> Graph:
    return consensus((CURATED, data), (ONTOLOGY, ontology))


@pytest.mark.long
def test_ontology_data_and_consensus_hold_together(
    ontology: Graph, data: Graph, plain: Graph
) -> None:
    assert len(plain) > 30
    closed = closure(without_texts(ontology), without_texts(data), plain)
    assert (iri("state", "armenia"), RDF.type, CKG.Claimant) in closed, "the reasoner has not run"
    assert contradictions(closed) == []


def test_the_small_world_is_consistent(axioms: Graph) -> None:
    assert contradictions(closure(axioms, turtle(WORLD))) == []


@pytest.mark.parametrize("mistake", INCONSISTENT.values(), ids=INCONSISTENT)
@pytest.mark.sample(4)
def test_a_mistake_of_kind_is_found(axioms: Graph, mistake: str) -> None:
    assert contradictions(closure(axioms, turtle(WORLD + mistake))) != []


def test_what_is_only_claimed_has_no_consequences_in_the_world(axioms: Graph) -> None:
    """Neither the subject of a proposition nor an actor of a situation gets a type from it."""
    closed = closure(axioms, turtle(WORLD))
    assert (iri("reference", "talks"), RDF.type, CKG.Event) not in closed
    assert (iri("person", "host"), RDF.type, CKG.Content) not in closed
    assert (None, CKG.hostedBy, None) not in closed
    assert (None, CKG.participant, None) not in closed


def test_two_claimants_of_one_claim_stay_two(axioms: Graph) -> None:
    closed = closure(axioms, turtle(WORLD + "claim:one ckg:claimant person:host ."))
    assert (iri("person", "host"), OWL.sameAs, iri("document", "report")) not in closed


def test_plain_triples_have_the_domain_and_range_of_their_predicate(
    ontology: Graph, data: Graph, plain: Graph
) -> None:
    above = {
        c: set(ontology.transitive_objects(c, RDFS.subClassOf))
        for c in ontology.subjects(RDF.type, OWL.Class)
    }
    for s, p, o in plain:
        for node, part in ((s, RDFS.domain), (o, RDFS.range)):
            wanted = ontology.value(p, part)
            types = {up for t in data.objects(node, RDF.type) for up in above.get(t, {t})}
            assert wanted is None or wanted in types, f"{s} {p} {o}"
