"""A small made-up world: Turtle for its claims, and what the rules make of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox

from kg.claims.derived import inferred_quads
from kg.namespaces import CURATED, ONTOLOGY, PREFIXES, compact

HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())

SMALL_ONTOLOGY = """
ckg:Actor rdfs:subClassOf ckg:Claimant . ckg:Document rdfs:subClassOf ckg:Claimant .
ckg:Photograph rdfs:subClassOf ckg:Document . ckg:DatasetRelease rdfs:subClassOf ckg:Claimant .
ckg:UnnamedSource rdfs:subClassOf ckg:Claimant .
ckg:Person rdfs:subClassOf ckg:Actor . ckg:State rdfs:subClassOf ckg:Actor .
ckg:Conflict rdfs:subClassOf ckg:Event . ckg:Event rdfs:subClassOf sem:Event .
ckg:RelativeTime rdfs:subClassOf ckg:Time . ckg:CasualtyEstimate rdfs:subClassOf ckg:Estimate .
ckg:Proposition rdfs:subClassOf ckg:Content . ckg:Situation rdfs:subClassOf ckg:Content .
ckg:Claim rdfs:subClassOf ckg:Content .

ckg:hostedBy ckg:consensusEligible true ; ckg:exclusive true ; ckg:fluent false ;
    ckg:attestsSubject true .
ckg:happenedOn ckg:consensusEligible true ; ckg:exclusive true ; ckg:fluent false ;
    ckg:attestsSubject true .
ckg:participant ckg:consensusEligible true ; ckg:exclusive false ; ckg:fluent false ;
    ckg:attestsSubject true .
ckg:before ckg:consensusEligible true ; ckg:exclusive false ; ckg:fluent false ;
    ckg:attestsSubject false .
ckg:casualties ckg:consensusEligible false ; ckg:exclusive false ; ckg:fluent false ;
    ckg:attestsSubject false .
ckg:heldPosition ckg:consensusEligible true ; ckg:exclusive true ; ckg:fluent true ;
    ckg:attestsSubject false .
ckg:publishedBy ckg:consensusEligible true ; ckg:exclusive false ; ckg:fluent false ;
    ckg:attestsSubject false .
ckg:roleAgent a ckg:Role . ckg:roleTheme a ckg:Role . ckg:roleTime a ckg:Role .
ckg:rolePlace a ckg:Role . ckg:roleRespect a ckg:Role .
"""

THINGS = """
document:gazette a ckg:Document . document:herald a ckg:Document .
dataset-release:tally-1 a ckg:DatasetRelease . unnamed-source:someone a ckg:UnnamedSource .
person:mira a ckg:Person ; rdfs:label "Mira"@en . person:olan a ckg:Person .
person:tove a ckg:Person . state:lowland a ckg:State . place:ford a ckg:Place .
event:feast a ckg:Event ; rdfs:label "Feast"@en . event:raid a ckg:Event .
conflict:long-feud a ckg:Conflict . post:warden a ckg:Post . reference:a-host a ckg:Reference .
time:2001 a ckg:Time ; ckg:earliest "2001-01-01"^^xsd:date ; ckg:latest "2001-12-31"^^xsd:date .
time:2001-05-01 a ckg:Time ;
    ckg:earliest "2001-05-01"^^xsd:date ; ckg:latest "2001-05-01"^^xsd:date .
time:2002 a ckg:Time ; ckg:earliest "2002-01-01"^^xsd:date ; ckg:latest "2002-12-31"^^xsd:date .
time:gazette-1-monday a ckg:RelativeTime .
"""


def claim(slug: str, content: str, by: str = "document:gazette", **axes: str) -> str:
    """Turtle of a claim; a certain positive fact unless `axes` says otherwise."""
    axes = {"mode": "fact", "certainty": "certain", "polarity": "positive"} | axes
    values = " ; ".join(f"ckg:{axis} {axis}:{value}" for axis, value in axes.items())
    return f"claim:{slug} a ckg:Claim ; ckg:claimant {by} ; ckg:content {content} ; {values} .\n"


def prop(slug: str, s: str, p: str, o: str) -> str:
    """Turtle of a proposition."""
    return (
        f"proposition:{slug} a ckg:Proposition ; "
        f"rdf:subject {s} ; rdf:predicate {p} ; rdf:object {o} .\n"
    )


def store_of(*turtle: str) -> ox.Store:
    """A store with the small ontology, the things of the world, and some Turtle about them."""
    store = ox.Store()
    for graph, text in ((ONTOLOGY, SMALL_ONTOLOGY), (CURATED, THINGS + "".join(turtle))):
        name = ox.NamedNode(str(graph))
        store.load(HEADER + text, format=ox.RdfFormat.TURTLE, to_graph=name)
    return store


@dataclass(frozen=True)
class Inferred:
    """What the rules found, as `subject predicate object` in prefixed names."""

    consensus: frozenset[str]
    derived: frozenset[str]

    def about(self, predicate: str, subject: str | None = None) -> set[str]:
        """The derived triples with a predicate, without the predicate and a known subject."""
        found = (line.split(" ", 2) for line in self.derived)
        pairs = {(s, o) for s, p, o in found if p == predicate}
        if subject is None:
            return {f"{s} {o}" for s, o in pairs}
        return {o for s, o in pairs if s == subject}


def infer(*turtle: str) -> Inferred:
    """Run all rules over the small world with some Turtle added."""
    consensus, derived = inferred_quads(store_of(*turtle))
    return Inferred(frozenset(map(short, consensus)), frozenset(map(short, derived)))


def short(quad: ox.Quad) -> str:
    """The triple of a quad in prefixed names."""
    line = f"{quad.subject} {quad.predicate} {quad.object}"
    return re.sub(r"<([^>]*)>", lambda match: compact(match.group(1)), line)
