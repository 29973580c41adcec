"""The ontology as lists of terms that a page can be written from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS
from rdflib.term import Node

from kg.namespaces import BASE, CKG, ONTOLOGY_IRI, compact
from kg.rdf.turtle import read_turtle

FLAGS: Final = ("consensusEligible", "exclusive", "fluent", "attestsSubject")
"""What is said of every predicate, each true or false."""

_PROPERTY_CLASSES: Final = (RDF.Property, OWL.ObjectProperty, OWL.DatatypeProperty)


@dataclass(frozen=True)
class Term:
    """A class, property or concept with what it says about itself; absent texts are empty."""

    iri: URIRef
    name: str
    label: str
    definition: str
    example: str
    note: str
    alt_labels: tuple[str, ...]


@dataclass(frozen=True)
class Property:
    """A property of ours; `domain` and `range` are prefixed names, empty where there is none."""

    term: Term
    domain: str
    range: str
    scheme: str
    derived: bool
    symmetric: bool
    transitive: bool
    flags: dict[str, bool]


@dataclass(frozen=True)
class Scheme:
    """A SKOS scheme with its concepts, ordered by notation where they have one, else by name."""

    name: str
    term: Term
    concepts: tuple[Term, ...]


def load(folder: Path) -> Graph:
    """All Turtle of a folder as one graph: of the ontology folder without its shapes."""
    graph = Graph()
    for path in sorted(folder.rglob("*.ttl")):
        if "shapes" not in path.relative_to(folder).parts:
            graph += read_turtle(path)
    return graph


def prefixed(iri: Node) -> str:
    """`ckg:Claim` for its node."""
    return compact(str(iri))


def term(graph: Graph, iri: URIRef) -> Term:
    """What the ontology says in English about one term."""
    return Term(
        iri=iri,
        name=prefixed(iri),
        label=_text(graph, iri, RDFS.label),
        definition=_text(graph, iri, SKOS.definition),
        example=_text(graph, iri, SKOS.example),
        note=_text(graph, iri, SKOS.scopeNote),
        alt_labels=tuple(sorted(str(o) for o in graph.objects(iri, SKOS.altLabel))),
    )


def classes(graph: Graph) -> list[tuple[Term, tuple[str, ...]]]:
    """Our classes, each with the names of its superclasses that are ours, by name."""
    found = [
        (term(graph, c), _ours(graph.objects(c, RDFS.subClassOf))) for c in _typed(graph, OWL.Class)
    ]
    return sorted(found, key=lambda pair: pair[0].name)


def properties(graph: Graph) -> list[Property]:
    """Our properties that are neither predicates nor roles, by name."""
    special = {*_typed(graph, CKG.Predicate), *_typed(graph, CKG.Role)}
    ours = {p for kind in _PROPERTY_CLASSES for p in _typed(graph, kind)}
    return _properties(graph, ours - special)


def predicates(graph: Graph) -> list[Property]:
    """The closed list of what may be said in a proposition, by name."""
    return _properties(graph, _typed(graph, CKG.Predicate))


def roles(graph: Graph) -> list[Property]:
    """The closed list of parts that something can play in a situation, by name."""
    return _properties(graph, _typed(graph, CKG.Role))


def schemes(graph: Graph) -> list[Scheme]:
    """Our vocabularies, by name; stand-ins for those of others are not among them."""
    found = []
    for iri in _typed(graph, SKOS.ConceptScheme):
        if (iri, RDFS.isDefinedBy, ONTOLOGY_IRI) in graph:
            members = sorted(
                (c for c in graph.subjects(SKOS.inScheme, iri) if isinstance(c, URIRef)),
                key=lambda c: (str(graph.value(c, SKOS.notation) or ""), str(c)),
            )
            concepts = tuple(term(graph, c) for c in members)
            found.append(Scheme(iri.removeprefix(f"{BASE}vocab/"), term(graph, iri), concepts))
    return sorted(found, key=lambda scheme: scheme.name)


def roles_of_kinds(ontology: Graph, data: Graph) -> dict[URIRef, tuple[str, ...]]:
    """The roles that situations of each kind have in the data; kinds of events have none."""
    known = _typed(ontology, CKG.Role)
    found: dict[URIRef, set[str]] = {}
    for situation, kind in data.subject_objects(CKG.kind):
        if isinstance(kind, URIRef):
            seen = known.intersection(data.predicates(situation))
            found.setdefault(kind, set()).update(map(prefixed, seen))
    return {kind: tuple(sorted(names)) for kind, names in found.items()}


def reused(graph: Graph) -> list[Term]:
    """Terms of others that stand in the data as they are, by name."""
    noted = {s for s in graph.subjects(SKOS.scopeNote) if isinstance(s, URIRef)}
    return sorted((term(graph, s) for s in noted if not s.startswith(BASE)), key=lambda t: t.name)


def alignments(graph: Graph) -> list[tuple[str, str]]:
    """Title and description of every alignment, by title."""
    headers = [h for h in _typed(graph, OWL.Ontology) if h != ONTOLOGY_IRI]
    return sorted(
        (_text(graph, h, RDFS.label), _text(graph, h, DCTERMS.description)) for h in headers
    )


def _properties(graph: Graph, iris: Iterable[URIRef]) -> list[Property]:
    found = [
        Property(
            term=term(graph, p),
            domain=_name(graph, p, RDFS.domain),
            range=_name(graph, p, RDFS.range),
            scheme=_text(graph, p, RDFS.seeAlso).removeprefix(f"{BASE}vocab/"),
            derived=(p, RDF.type, CKG.DerivedProperty) in graph,
            symmetric=(p, RDF.type, OWL.SymmetricProperty) in graph,
            transitive=(p, RDF.type, OWL.TransitiveProperty) in graph,
            flags={f: str(graph.value(p, CKG[f])) == "true" for f in FLAGS},
        )
        for p in iris
    ]
    return sorted(found, key=lambda p: p.term.name)


def _typed(graph: Graph, kind: URIRef) -> set[URIRef]:
    return {s for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}


def _ours(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(sorted(prefixed(n) for n in nodes if str(n).startswith(str(CKG))))


def _name(graph: Graph, subject: URIRef, predicate: URIRef) -> str:
    value = graph.value(subject, predicate)
    return "" if value is None else prefixed(value)


def _text(graph: Graph, subject: URIRef, predicate: URIRef) -> str:
    """The value of a predicate, several of them in a stable order with a blank between."""
    return " ".join(sorted(str(o) for o in graph.objects(subject, predicate)))
