"""Claims about conflicts that keep every shape of ours: any number, always the same.

Each document has sentences, each sentence passages, and on each passage rests a claim with a
proposition of its own. States are few and claimants of many claims.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.namespaces import CURATED, PREFIXES

TRIPLES_A_CLAIM: Final = 27
STATES: Final = 200
CLAIMS_A_SENTENCE: Final = 3
SENTENCES_A_DOCUMENT: Final = 10
GRAPH: Final = ox.NamedNode(str(CURATED))
PREDICATES: Final = ("initiatedBy", "participant", "hostedBy")
DIGEST: Final = "0" * 64

_Value = ox.NamedNode | ox.Literal


def iri(name: str) -> ox.NamedNode:
    """The IRI of a prefixed name."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def quads(triples: int, seed: int = 2023) -> Iterator[ox.Quad]:
    """About so many quads, in an order that a source would have them in."""
    chance = random.Random(seed)  # noqa: S311 - nobody is to be kept from guessing
    claims = max(1, round(triples / TRIPLES_A_CLAIM))
    for number in range(STATES):
        yield from about(f"state:state-{number}", "ckg:State", f"state {number}")
    for number in range(claims // 10 + 1):
        event = f"event:event-{number}"
        yield from about(event, "ckg:Event", f"event {number}", {"ckg:kind": iri("kind:agree")})
    for number in range(claims):
        yield from _claim(number, claims, chance)


def about(
    name: str, kind: str, label: str, values: dict[str, _Value] | None = None
) -> Iterator[ox.Quad]:
    """A thing with its class, its label and its properties."""
    node = iri(name)
    yield ox.Quad(node, iri("rdf:type"), iri(kind), GRAPH)
    yield ox.Quad(node, iri("rdfs:label"), ox.Literal(label, language="en"), GRAPH)
    for predicate, value in (values or {}).items():
        yield ox.Quad(node, iri(predicate), value, GRAPH)


def _claim(number: int, claims: int, chance: random.Random) -> Iterator[ox.Quad]:
    sentence, place = divmod(number, CLAIMS_A_SENTENCE)
    document, position = divmod(sentence, SENTENCES_A_DOCUMENT)
    source, line = f"document:article-{document}", f"{document}-{position + 1}"
    if not position and not place:
        yield from about(source, "ckg:Document", f"article {document}")
    if not place:
        yield from about(
            f"sentence:article-{line}",
            "ckg:Sentence",
            f"sentence {line}",
            {
                "ckg:inDocument": iri(source),
                "ckg:number": ox.Literal(position + 1),
                "ckg:sentenceRole": iri("sentence-role:body"),
                "ckg:sha256": ox.Literal(DIGEST),
                "oa:start": ox.Literal(position * 100),
                "oa:end": ox.Literal(position * 100 + 99),
            },
        )
    passage = f"passage:article-{line}-{place}"
    yield from _passage(passage, f"sentence:article-{line}", source, position * 100 + place)
    yield from claim(number, passage, chance.randrange(claims // 10 + 1), chance)


def _passage(name: str, sentence: str, source: str, start: int) -> Iterator[ox.Quad]:
    yield from about(
        name,
        "ckg:Passage",
        f"passage {name[8:]}",
        {
            "oa:hasSource": iri(source),
            "oa:hasSelector": iri(f"{name}-position"),
            "ckg:inSentence": iri(sentence),
            "ckg:sha256": ox.Literal(DIGEST),
        },
    )
    yield from about(
        f"{name}-position",
        "oa:TextPositionSelector",
        f"position of {name[8:]}",
        {
            "oa:start": ox.Literal(start),
            "oa:end": ox.Literal(start + 40),
        },
    )


def claim(number: int, passage: str, event: int, chance: random.Random) -> Iterator[ox.Quad]:
    """A claim on a passage, and its proposition about an event."""
    digest = hashlib.sha256(str(number).encode()).hexdigest()[:12]
    yield from about(
        f"claim:{number}-1-1",
        "ckg:Claim",
        f"the gloss of claim {number}",
        {
            "ckg:claimant": iri(f"state:state-{chance.randrange(STATES)}"),
            "ckg:content": iri(f"proposition:{digest}"),
            "ckg:mode": iri("mode:fact"),
            "ckg:certainty": iri("certainty:certain"),
            "ckg:polarity": iri("polarity:positive"),
            "ckg:evidence": iri(passage),
        },
    )
    yield from about(
        f"proposition:{digest}",
        "ckg:Proposition",
        f"proposition {number}",
        {
            "rdf:subject": iri(f"event:event-{event}"),
            "rdf:predicate": iri(f"ckg:{chance.choice(PREDICATES)}"),
            "rdf:object": iri(f"state:state-{chance.randrange(STATES)}"),
        },
    )
