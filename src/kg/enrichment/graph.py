"""The graph of what was fetched: Wikidata's triples, and for each entity a record of its fetch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyoxigraph as ox
from rdflib import DCTERMS, FOAF, PROV, RDF, SKOS, XSD

from kg.enrichment import wikibase
from kg.enrichment.fetching import Triples
from kg.enrichment.statements import Said, by_subject
from kg.links.authorities import CC0
from kg.namespaces import LINKS, WIKIDATA
from kg.store.interface import Patch, Snapshot
from kg.store.patches import canonical
from kg.validation.beyond.wikidata import id_of

GRAPH: Final = ox.NamedNode(str(WIKIDATA))
ABOUT: Final = "https://www.wikidata.org/wiki/Special:EntityData/"
"""Where the data of an entity is; `?revision=` names one of its states."""

TOPIC: Final = ox.NamedNode(str(FOAF.primaryTopic))
FETCHED_AT: Final = ox.NamedNode(str(PROV.generatedAtTime))
EXACT: Final = ox.NamedNode(str(SKOS.exactMatch))
CLOSE: Final = ox.NamedNode(str(SKOS.closeMatch))


@dataclass(frozen=True, slots=True)
class Retrieval:
    """When, with its time zone, and from where."""

    time: datetime
    endpoint: str


def record_of(identifier: str, triples: Triples, retrieval: Retrieval) -> Triples:
    """What says whence the triples of an entity are: which revision, when, on what terms."""
    node = ox.NamedNode(f"{WIKIDATA}#{identifier}")
    literals = (t.object for t in triples if t.predicate == wikibase.VERSION)
    revision = max((term.value for term in literals if isinstance(term, ox.Literal)), default="")
    source = f"{ABOUT}{identifier}" + (f"?revision={revision}" if revision.isdecimal() else "")
    time = ox.Literal(retrieval.time.isoformat(), datatype=ox.NamedNode(str(XSD.dateTime)))
    pairs = (
        (RDF.type, ox.NamedNode(str(PROV.Entity))),
        (FOAF.primaryTopic, wikibase.entity(identifier)),
        (PROV.wasDerivedFrom, ox.NamedNode(source)),
        (PROV.generatedAtTime, time),
        (DCTERMS.source, ox.NamedNode(retrieval.endpoint)),
        (DCTERMS.license, ox.NamedNode(CC0)),
    )
    return frozenset(ox.Triple(node, ox.NamedNode(str(name)), term) for name, term in pairs)


def linked(snapshot: Snapshot) -> dict[str, set[str]]:
    """The IRIs of ours that are linked to each item, by its id; close matches are among them."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in snapshot.quads(ox.NamedNode(str(LINKS))):
        ours, theirs = quad.subject, quad.object
        if quad.predicate not in (EXACT, CLOSE) or not isinstance(theirs, ox.NamedNode):
            continue
        identifier = id_of(theirs.value) or ""
        if identifier.startswith("Q") and isinstance(ours, ox.NamedNode):
            found[identifier].add(ours.value)
    return dict(found)


def kept(snapshot: Snapshot) -> dict[str, Triples]:
    """What was fetched before, by the id of its entity, the record of it included.

    A full value that several entities share belongs to each of them.
    """
    said = by_subject(quad.triple for quad in snapshot.quads(GRAPH))
    records = [t for known in said.values() for t in known if t.predicate == TOPIC]
    found = {}
    for record in records:
        if isinstance(record.object, ox.NamedNode) and (identifier := id_of(record.object.value)):
            nodes = (record.subject, record.object)
            found[identifier] = frozenset(t for n in nodes for t in _reached(said, n))
    return found


def _reached(said: Said, node: object) -> Iterator[ox.Triple]:
    """The triples of a node, of its statements and of their values, but of no other entity."""
    rest, seen = [node], {node}
    while rest:
        for triple in said.get(rest.pop(), ()):
            yield triple
            target = triple.object
            is_entity = isinstance(target, ox.NamedNode) and id_of(target.value) is not None
            if target not in seen and not is_entity:
                seen.add(target)
                rest.append(target)


def fetched_at(triples: Iterable[ox.Triple]) -> datetime | None:
    """When an entity was fetched."""
    for triple in triples:
        if triple.predicate == FETCHED_AT and isinstance(triple.object, ox.Literal):
            return datetime.fromisoformat(triple.object.value)
    return None


def patch_between(before: Iterable[Triples], after: Iterable[Triples]) -> Patch:
    """What turns the one state of the graph into the other."""
    had, has = _quads(before), _quads(after)
    return Patch(
        added=tuple(quad for quad in has if quad not in set(had)),
        removed=tuple(quad for quad in had if quad not in set(has)),
    )


def _quads(parts: Iterable[Triples]) -> tuple[ox.Quad, ...]:
    """Sorted, with literals as the store writes them."""
    triples = {triple for part in parts for triple in part}
    quads = (ox.Quad(t.subject, t.predicate, t.object, GRAPH) for t in triples)
    return canonical(Patch(added=tuple(quads))).added
