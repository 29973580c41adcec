"""What people and imports may write: which properties, and on what.

Whatever is said of an event, a person or a place is a claim. So the plain triples of authored
graphs keep to a list, and texts of others are not among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox
from rdflib import OWL, RDF, RDFS, SKOS, URIRef
from rdflib.namespace import DCTERMS, PROV

from kg.namespaces import (
    CKG,
    EXTERNAL_PREFIXES,
    GEO,
    OA,
    ONTOLOGY,
    ORG,
    PAV,
    SCHEMA,
    SKOSXL,
    SSSOM,
    compact,
)
from kg.validation.solutions import WRITTEN, Entities, Found, quads_about, solutions_about

COPIED: Final = frozenset(
    {
        *(OA[name] for name in ("exact", "prefix", "suffix", "hasBody", "bodyValue")),
        *(SCHEMA[name] for name in ("text", "articleBody", "abstract", "description")),
        *(SCHEMA[name] for name in ("headline", "caption", "transcript")),
        *(DCTERMS.abstract, DCTERMS.description, RDF.value, PROV.value),
        *(SKOS.note, SKOS.example, SKOS.definition),
        URIRef("http://www.w3.org/2011/content#chars"),
    }
)
"""Properties that hold text, or lead to a body of text."""

ANYWHERE: Final = frozenset(
    {
        *(RDF.type, RDFS.label, RDFS.comment, OWL.differentFrom, OWL.sameAs),
        *(SKOS.altLabel, SKOS.editorialNote),
        *(SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch),
        *(SKOSXL.prefLabel, SKOSXL.altLabel),
    }
)
"""Properties of others that may stand on anything."""

PLACES: Final = (CKG.Passage, CKG.Sentence, CKG.Clause, OA.TextPositionSelector)
"""What only says where text is: a name of a few words is all that it needs."""

_SOURCES: Final = (CKG.Document, CKG.DatasetRelease)
_WGS84: Final = EXTERNAL_PREFIXES["wgs84"]

_OF_MAPPINGS: Final = (
    *(OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget, PAV.authoredOn),
    *(SSSOM.mapping_justification, SSSOM.confidence, SSSOM.reviewer_label),
    *(SSSOM.object_label, SSSOM.object_category),
)

SUBJECTS: Final[Mapping[URIRef, tuple[URIRef, ...]]] = {
    CKG.agreementStatus: (CKG.Agreement, CKG.ProspectiveAgreement),
    CKG.expression: (CKG.RelativeTime, CKG.Duration),
    CKG.inSentence: (CKG.Passage, CKG.Clause),
    CKG.kind: (CKG.Situation, CKG.Event),
    CKG.number: (CKG.Sentence, CKG.Clause),
    CKG.sha256: (CKG.Document, CKG.Sentence, CKG.Passage),
    **dict.fromkeys((RDF.subject, RDF.predicate, RDF.object), (CKG.Proposition,)),
    **dict.fromkeys((OA.start, OA.end), (CKG.Sentence, CKG.Clause, OA.TextPositionSelector)),
    **dict.fromkeys((OA.hasSource, OA.hasSelector), (CKG.Passage,)),
    **dict.fromkeys((ORG.member, ORG.role, ORG.organization, ORG.memberDuring), (ORG.Membership,)),
    SKOSXL.literalForm: (SKOSXL.Label,),
    DCTERMS.source: (SKOSXL.Label, CKG.DatasetRelease, CKG.DisputedArea, GEO.Geometry),
    **dict.fromkeys((DCTERMS.title, DCTERMS.publisher, DCTERMS.issued, SCHEMA.url), _SOURCES),
    **dict.fromkeys((DCTERMS.creator, DCTERMS.language, DCTERMS.license), _SOURCES),
    DCTERMS.rights: _SOURCES,
    DCTERMS.isReplacedBy: (CKG.ReplacedThing,),
    **dict.fromkeys(
        (DCTERMS.bibliographicCitation, SCHEMA.measurementTechnique, SCHEMA.version),
        (CKG.DatasetRelease,),
    ),
    **dict.fromkeys(_OF_MAPPINGS, (SSSOM.Mapping,)),
    **dict.fromkeys((URIRef(f"{_WGS84}lat"), URIRef(f"{_WGS84}long")), (CKG.Location,)),
    GEO.hasGeometry: (CKG.Location,),
    GEO.asWKT: (GEO.Geometry,),
}
"""On what properties without an rdfs:domain of ours stand: those that serve several classes, and
those of others."""

NAMING: Final = frozenset(map(str, (RDFS.label, CKG.locator)))
_GRAPHS: Final = " ".join(f"<{graph}>" for graph in WRITTEN)
LONGEST_NAME: Final = 12
"""How many words the name of a sentence, a clause or a position has at most."""


def texts_of_others(store: ox.Store, entities: Entities = None) -> Found:
    """Where text of a document is, or could be, copied in."""
    for entity, property_ in _properties(store, entities, lambda name: URIRef(name) in COPIED):
        yield entity, _stays_outside(property_)
    classes = " ".join(f"<{place}>" for place in PLACES)
    query = f"""SELECT DISTINCT ?entity ?class ?property ?value WHERE {{
        VALUES ?class {{ {classes} }}
        VALUES ?property {{ rdfs:label rdfs:comment skos:altLabel skos:editorialNote ckg:locator }}
        ?entity a ?class ; ?property ?value .
    }}"""
    for entity, kind, name, text in _rows(store, query, entities):
        most = LONGEST_NAME * (3 if kind == str(CKG.Passage) else 1)  # it can hold a locator
        if name not in NAMING or len(text.split()) > most:
            yield entity, _stays_outside(name)


def properties_outside_list(store: ox.Store, entities: Entities = None) -> Found:
    """Properties of others that go round the claims; copied text has a check of its own."""
    query = f"SELECT ?known WHERE {{ GRAPH <{ONTOLOGY}> {{ ?known skos:scopeNote ?note }} }}"
    known = {term for (term,) in _rows(store, query)} | set(map(str, ANYWHERE | COPIED))
    for entity, property_ in _properties(
        store, entities, lambda name: name not in known and not name.startswith(CKG)
    ):
        yield (
            entity,
            "Data has properties of ours, and those of others that are listed in"
            f" ontology/alignments/reused-terms.ttl: {compact(property_)} is neither, so what"
            " it says is written as a claim with a content.",
        )


def wrong_subjects(store: ox.Store, entities: Entities = None) -> Found:
    """Properties on things that they are not for; what has no class is another check's."""
    domains = _domains(store)
    found = _misplaced(store, domains) if entities is None else _unfit(store, domains, entities)
    for entity, property_ in sorted(found):
        names = " or ".join(map(compact, domains[property_]))
        yield entity, f"What has {compact(property_)} is of the class {names}."


def _unfit(
    store: ox.Store, domains: Mapping[str, tuple[str, ...]], entities: Entities
) -> Iterator[tuple[str, str]]:
    classes: defaultdict[str, set[str]] = defaultdict(set)
    for entity, kind in _rows(store, "SELECT ?entity ?class WHERE { ?entity a ?class }", entities):
        classes[entity].add(kind)
    for entity, property_ in _properties(store, entities, domains.__contains__):
        if classes.get(entity) and classes[entity].isdisjoint(domains[property_]):
            yield entity, property_


def _misplaced(
    store: ox.Store, domains: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, str]]:
    """The same of all data, asked property by property: the engine reads no name of what fits."""
    for property_, fitting in domains.items():
        query = f"""SELECT DISTINCT ?entity WHERE {{
            VALUES ?graph {{ {_GRAPHS} }} GRAPH ?graph {{ ?entity <{property_}> ?value }}
            FILTER(isIRI(?entity)) FILTER EXISTS {{ ?entity a ?any }}
            {" ".join(f"FILTER NOT EXISTS {{ ?entity a <{name}> }}" for name in fitting)}
        }}"""
        for (entity,) in _rows(store, query):
            yield entity, property_


def _domains(store: ox.Store) -> dict[str, tuple[str, ...]]:
    """For each property that data may have, the classes of what it stands on."""
    query = f"""SELECT ?property ?domain WHERE {{ GRAPH <{ONTOLOGY}> {{
        ?property rdfs:domain ?domain . FILTER(STRSTARTS(STR(?property), STR(ckg:)))
        FILTER NOT EXISTS {{
          VALUES ?own {{ ckg:Predicate ckg:Role ckg:DerivedProperty }} ?property a ?own
        }}
    }} }}"""
    given = {name: (domain,) for name, domain in _rows(store, query)}
    return given | {str(name): tuple(map(str, classes)) for name, classes in SUBJECTS.items()}


def _properties(
    store: ox.Store, entities: Entities, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, str]]:
    """Each subject of data with each of its properties that is wanted, once."""
    quads = quads_about(store, entities) if entities is not None else _quads_with(store, wanted)
    found = {
        (quad.subject.value, quad.predicate.value)
        for quad in quads
        if isinstance(quad.subject, ox.NamedNode) and wanted(quad.predicate.value)
    }
    yield from sorted(found)


def _quads_with(store: ox.Store, wanted: Callable[[str], bool]) -> Iterator[ox.Quad]:
    """The quads of data with a property that is wanted."""
    query = f"SELECT DISTINCT ?p {{ VALUES ?graph {{ {_GRAPHS} }} GRAPH ?graph {{ ?s ?p ?o }} }}"
    for (name,) in _rows(store, query):
        if wanted(name):
            for graph in WRITTEN:
                node = ox.NamedNode(str(graph))
                yield from store.quads_for_pattern(None, ox.NamedNode(name), None, node)


def _stays_outside(property_: str) -> str:
    return (
        "The texts of others stay outside: a passage says where words are, and"
        f" {compact(property_)} would hold them here."
    )


def _rows(store: ox.Store, query: str, entities: Entities = None) -> Iterator[tuple[str, ...]]:
    """Solutions as IRIs and texts, in the order of the variables."""
    for solutions in solutions_about(store, query, entities):
        for solution in solutions:
            yield tuple(str(getattr(term, "value", term)) for term in solution)
