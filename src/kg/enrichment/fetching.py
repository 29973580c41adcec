"""Fetches what Wikidata says of entities: names, descriptions, coordinates and dates."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import OWL, RDF

from kg.enrichment import wikibase
from kg.enrichment.asking import Questions, Rows
from kg.federation.solutions import Term
from kg.federation.trouble import trouble
from kg.rdf.skolem import GENID
from kg.validation.beyond.wikidata import id_of

Triples: TypeAlias = frozenset[ox.Triple]

LANGUAGES: Final = ("en", "hy", "az", "ru")
"""Those in which this graph has names."""

TRIPLE: Final = ("subject", "predicate", "object")
MERGED: Final = ox.NamedNode(str(OWL.sameAs))
TYPE: Final = ox.NamedNode(str(RDF.type))
BEST: Final = ox.NamedNode(f"{wikibase.WIKIBASE}BestRank")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: texts in these languages, and dates by these properties."""

    languages: tuple[str, ...] = LANGUAGES
    dates: tuple[str, ...] = wikibase.DATES

    @property
    def properties(self) -> tuple[str, ...]:
        """All properties whose statements are asked for."""
        return (wikibase.POINT, *self.dates)

    @property
    def values(self) -> frozenset[ox.NamedNode]:
        """What leads from their statements to values."""
        makers = (wikibase.value, wikibase.full_value)
        return frozenset(make(prop) for prop in self.properties for make in makers)


@dataclass(slots=True)
class Fetched:
    """Triples by the id of their entity; ids merged into others; ids that nothing is known of."""

    entities: dict[str, Triples] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def fetch(
    ids: Sequence[str],
    wanted: Wanted,
    questions: Questions,
    told: Callable[[int], None] = lambda _: None,
) -> Fetched:
    """What the endpoint says of the entities of these ids; `told` hears of each batch.

    Raises `EndpointError` where it does not answer, or knows none of them: then it is not one with
    Wikidata's data, and an empty answer must not pass for news.
    """
    found = Fetched()
    for batch in _batches(ids, questions.courtesy.batch):
        triples = _batch(batch, wanted, questions)
        for identifier in batch:
            _sort_in(found, identifier, frozenset(triples[identifier]))
        told(len(batch))
    if ids and not found.entities and not found.merged:
        what = "knows none of the entities that it was asked for"
        hint = "name an endpoint with the data of Wikidata"
        raise trouble(questions.endpoint.iri, what, hint=hint)
    return found


def _sort_in(found: Fetched, identifier: str, triples: Triples) -> None:
    target = next((t.object for t in triples if t.predicate == MERGED), None)
    if isinstance(target, ox.NamedNode):
        found.merged[identifier] = id_of(target.value) or target.value
    elif triples:
        found.entities[identifier] = triples
    else:
        found.missing.append(identifier)


def _batches(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, size)):
        yield batch


def _batch(batch: Sequence[str], wanted: Wanted, questions: Questions) -> dict[str, set[ox.Triple]]:
    """The triples of some entities, those of their statements and of full values included."""
    about: Rows = {"?item": [(wikibase.entity(identifier),) for identifier in batch]}
    found: dict[str, set[ox.Triple]] = defaultdict(set)
    languages = [(ox.Literal(language),) for language in wanted.languages]
    rows = questions.ask("entities", about, TRIPLE)
    rows += questions.ask("terms", {**about, "?language": languages}, TRIPLE)
    for triple in _triples(rows):
        found[_id(triple.subject)].add(triple)
    values: dict[object, set[ox.Triple]] = defaultdict(set)
    for triple in _full_values(about, wanted, questions):
        values[triple.subject].add(triple)
    for identifier, triple in _statements(about, wanted, questions):
        found[identifier] |= {triple, *values[triple.object]}
    return found


def _statements(
    about: Rows, wanted: Wanted, questions: Questions
) -> Iterator[tuple[str, ox.Triple]]:
    """The triples that lead to statements and those that these have, with the id of the entity."""
    claims = [(wikibase.claim(prop),) for prop in wanted.properties]
    rows = questions.ask("statements", {**about, "?claim": claims}, ("item", "claim", *TRIPLE))
    for item, path, statement, predicate, object_ in rows:
        for triple in _triples([(statement, predicate, object_)]):
            if _is_kept(triple, wanted):
                yield _id(item), triple
                yield from ((_id(item), each) for each in _triples([(item, path, statement)]))


def _full_values(about: Rows, wanted: Wanted, questions: Questions) -> Iterator[ox.Triple]:
    paths = [(wikibase.claim(p), wikibase.full_value(p)) for p in wanted.properties]
    rows = questions.ask("values", {**about, "(?claim ?path)": paths}, TRIPLE)
    return (t for t in _triples(rows) if t.predicate.value.startswith(wikibase.WIKIBASE))


def _is_kept(triple: ox.Triple, wanted: Wanted) -> bool:
    """Whether a triple of a statement is taken: its references and normalised values are not."""
    predicate, object_ = triple.predicate, triple.object
    if predicate == TYPE:
        return isinstance(object_, ox.NamedNode) and (
            object_ == BEST or object_.value.startswith(wikibase.NO_VALUE)
        )
    return predicate in (wikibase.RANK, *wanted.values) or is_qualifier(predicate)


def is_qualifier(predicate: ox.NamedNode) -> bool:
    """Whether it is `pq:P…`, and not one of those that lead to full or normalised values."""
    local = predicate.value.removeprefix(wikibase.QUALIFIER)
    return local != predicate.value and wikibase.PROPERTY.fullmatch(local) is not None


def _id(term: Term | None) -> str:
    return (id_of(term.value) if isinstance(term, ox.NamedNode) else None) or ""


def _triples(rows: Iterable[Sequence[Term | None]]) -> Iterator[ox.Triple]:
    """The triples in rows of subject, predicate and object; rows that are none are left out.

    They have no blank nodes: one stands for an unknown value, and gets a name that is made of its
    place, so that it is the same each time that it is fetched.
    """
    for subject, predicate, object_ in rows:
        if not isinstance(subject, ox.NamedNode) or not isinstance(predicate, ox.NamedNode):
            continue
        if isinstance(object_, ox.BlankNode):
            digest = hashlib.sha256(f"{subject.value} {predicate.value}".encode()).hexdigest()[:32]
            object_ = ox.NamedNode(f"{GENID}{digest}")
        if isinstance(object_, ox.NamedNode | ox.Literal):
            yield ox.Triple(subject, predicate, object_)
