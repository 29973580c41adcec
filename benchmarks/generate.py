"""Claims as a collection of reports about conflicts would make them: any number, always the same.

Every claim states who took part in, started, or saw an event at a place; several claimants speak of
each event, and some disagree.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.namespaces import CURATED, PREFIXES

PERSONS: Final = 0.02
PLACES: Final = 0.01
EVENTS: Final = 0.1
"""So many there are for each claim."""

TRIPLES_A_CLAIM: Final = 11 + 2 * (PERSONS + PLACES) + 3 * EVENTS
GRAPH: Final = ox.NamedNode(str(CURATED))
_TYPE: Final = ox.NamedNode(f"{PREFIXES['rdf']}type")
_PREDICATES: Final = ("initiatedBy", "participant", "witnessedBy", "locatedIn")


def quads(triples: int) -> Iterator[ox.Quad]:
    """About so many quads, in an order that a source would have them in."""
    claims = round(triples / TRIPLES_A_CLAIM)
    chance = random.Random(2023)  # noqa: S311 - nobody is to be kept from guessing
    persons, places, events = (max(1, round(claims * share)) for share in (PERSONS, PLACES, EVENTS))
    for number in range(persons):
        yield from _thing("person", "Person", number)
    for number in range(places):
        yield from _thing("place", "Place", number)
    for number in range(events):
        yield from _thing("event", "Event", number)
        yield _quad(_id("event", number), _term("kind"), _iri("kind", "fight"))
    for number in range(claims):
        someone = _id("person", chance.randrange(persons))
        predicate = chance.choice(_PREDICATES)
        place = _id("place", chance.randrange(places))
        about = (
            _id("event", chance.randrange(events)),
            _term(predicate),
            place if predicate == "locatedIn" else _id("person", chance.randrange(persons)),
        )
        yield from _claim(number, someone, about)


def _thing(kind: str, name: str, number: int) -> Iterator[ox.Quad]:
    thing = _id(kind, number)
    yield _quad(thing, _TYPE, _term(name))
    yield _quad(thing, _rdfs("label"), ox.Literal(f"{kind} number {number}", language="en"))


def _claim(
    number: int, someone: ox.NamedNode, about: tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]
) -> Iterator[ox.Quad]:
    claim, content = _id("claim", number), _id("proposition", number)
    yield _quad(claim, _TYPE, _term("Claim"))
    yield _quad(claim, _rdfs("label"), ox.Literal(f"the gloss of claim {number}", language="en"))
    yield _quad(claim, _term("claimant"), someone)
    yield _quad(claim, _term("content"), content)
    yield _quad(claim, _term("mode"), _iri("mode", "fact"))
    yield _quad(claim, _term("certainty"), _iri("certainty", "certain"))
    yield _quad(claim, _term("polarity"), _iri("polarity", "positive"))
    yield _quad(content, _TYPE, _term("Proposition"))
    for name, term in zip(("subject", "predicate", "object"), about, strict=True):
        yield _quad(content, _iri("rdf", name), term)


def _quad(
    subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal
) -> ox.Quad:
    return ox.Quad(subject, predicate, value, GRAPH)


def _iri(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{PREFIXES[prefix]}{name}")


def _id(kind: str, number: int) -> ox.NamedNode:
    return _iri(kind, f"generated-{number}")


def _term(name: str) -> ox.NamedNode:
    return _iri("ckg", name)


def _rdfs(name: str) -> ox.NamedNode:
    return _iri("rdfs", name)
