"""A document sentence by sentence, without its words."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from rdflib.namespace import RDF

from kg.namespaces import CKG, OA
from kg.web import rows as read
from kg.web.asking import Asking
from kg.web.claims import natural
from kg.web.facts import Facts, Thing
from kg.web.listing import listed
from kg.web.paging import Page
from kg.web.rows import Row


@dataclass(frozen=True)
class Clause:
    """Part of a sentence: whose words it holds, and its claims or the reason for having none."""

    thing: Thing
    start: int | None
    end: int | None
    holders: tuple[Thing, ...]
    claims: tuple[Thing, ...]
    reasons: tuple[Thing, ...]


@dataclass(frozen=True)
class Resting:
    """A claim that rests on a sentence, with its claimant."""

    thing: Thing
    claimant: Thing | None


@dataclass(frozen=True)
class Sentence:
    """A sentence: where it stands, what role it has, which claims rest on it."""

    thing: Thing
    number: int | None
    role: Thing | None
    start: int | None
    end: int | None
    digest: str | None
    clauses: tuple[Clause, ...]
    claims: tuple[Resting, ...]


def sentences(facts: Facts) -> list[Sentence]:
    """All sentences in the facts, in the order of their numbers."""
    found = [sentence(facts, s) for s in facts.subjects(str(RDF.type), str(CKG.Sentence))]
    return sorted(found, key=lambda s: (s.number is None, s.number or 0, s.thing.iri))


def page_of_sentences(asking: Asking, iri: str) -> Page[Sentence]:
    """The page that is asked for of the sentences of a document."""
    page = listed(asking, "sentences-of", "sentences", _by_number, entity=ox.NamedNode(iri))
    nodes = [row["sentence"] for row in page.items]
    facts = asking.labelled(asking.facts("document", sentence=nodes)) if nodes else Facts(())
    return page.showing(sentence(facts, node.value) for node in nodes)


def _by_number(row: Row) -> tuple[int, str]:
    return read.number(row, "number") or 0, row["sentence"].value


def sentence(facts: Facts, iri: str) -> Sentence:
    """One sentence with its clauses."""
    role = facts.iri(iri, CKG.sentenceRole)
    clauses = [
        clause(facts, part)
        for part in facts.subjects(CKG.inSentence, iri)
        if str(CKG.Clause) in facts.iris(part, str(RDF.type))
    ]
    return Sentence(
        thing=facts.thing(iri),
        number=facts.number(iri, CKG.number),
        role=facts.thing(role) if role else None,
        start=facts.number(iri, OA.start),
        end=facts.number(iri, OA.end),
        digest=facts.text(iri, CKG.sha256),
        clauses=tuple(sorted(clauses, key=lambda c: (c.start or 0, c.thing.iri))),
        claims=tuple(
            resting(facts, c) for c in sorted(facts.subjects("urn:kg:restsOn", iri), key=natural)
        ),
    )


def clause(facts: Facts, iri: str) -> Clause:
    """One clause."""
    return Clause(
        thing=facts.thing(iri),
        start=facts.number(iri, OA.start),
        end=facts.number(iri, OA.end),
        holders=tuple(facts.thing(h) for h in facts.iris(iri, CKG.holder)),
        claims=tuple(facts.thing(c) for c in facts.iris(iri, CKG.encodedAs)),
        reasons=tuple(facts.thing(r) for r in facts.iris(iri, CKG.notEncoded)),
    )


def resting(facts: Facts, iri: str) -> Resting:
    """One claim on a sentence."""
    claimant = facts.iri(iri, CKG.claimant)
    return Resting(facts.thing(iri), facts.thing(claimant) if claimant else None)
