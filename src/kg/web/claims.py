"""Claims as pages show them: who holds it, how firmly, where it stands, and what is against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kg.documents.passages import text_fragment_url
from kg.messages import marked
from kg.namespaces import CKG, OA, SCHEMA
from kg.web.addresses import is_web_address
from kg.web.facts import Facts, Thing

OPPOSITIONS: Final[tuple[tuple[str, str, str], ...]] = (
    (str(CKG.contradicts), marked("contradict each other"), marked("confirmed by a person")),
    (str(CKG.disputes), marked("the second disputes the first"), marked("said by the claimant")),
    (
        str(CKG.mayContradict),
        marked("may contradict each other"),
        marked("computed, not yet confirmed"),
    ),
    (str(CKG.inTensionWith), marked("are in tension"), marked("noted by a curator")),
)
"""Relation, what it says of the pair, how we know; a pair is shown under the first that fits."""


@dataclass(frozen=True)
class Passage:
    """Where a claim stands: its document, and a link to the place or to our sentence page."""

    passage: Thing
    document: Thing
    sentences: tuple[Thing, ...]
    address: str | None
    start: int | None
    end: int | None
    locator: str | None


@dataclass(frozen=True)
class Claim:
    """One claim in a list; `holders` are the claimants of the claims around it, outermost first."""

    thing: Thing
    claimant: Thing | None
    holders: tuple[Thing, ...]
    around: tuple[Thing, ...]
    mode: Thing | None
    certainty: Thing | None
    polarity: Thing | None
    content: Thing | None
    standing: Thing | None
    statement: Thing | None
    passages: tuple[Passage, ...]

    @property
    def places(self) -> tuple[Passage, ...]:
        """The passages, one for each place that a link can lead to."""
        return tuple({(p.document, p.sentences, p.address): p for p in self.passages}.values())

    @property
    def negative(self) -> bool:
        """Whether the claim denies its content."""
        return self.polarity is not None and self.polarity.iri.endswith("/negative")

    @property
    def hedged(self) -> bool:
        """Whether the claimant is not certain."""
        return self.certainty is not None and not self.certainty.iri.endswith("/certain")


@dataclass(frozen=True)
class Opposition:
    """Two claims that stand against each other, in what way, and how we know."""

    first: Claim
    second: Claim
    words: str
    basis: str


def claim(facts: Facts, iri: str) -> Claim:
    """One claim out of the facts of `claim-list.rq`."""
    content = facts.iri(iri, CKG.content)
    around = sorted(facts.iris(iri, CKG.nestedIn), key=lambda o: (_depth(facts, o), o))
    holders = (facts.iri(outer, CKG.claimant) for outer in around)
    return Claim(
        thing=facts.thing(iri),
        claimant=_thing(facts, iri, CKG.claimant),
        holders=tuple(facts.thing(holder) for holder in holders if holder),
        around=tuple(facts.thing(outer) for outer in around),
        mode=_thing(facts, iri, CKG["mode"]),
        certainty=_thing(facts, iri, CKG.certainty),
        polarity=_thing(facts, iri, CKG.polarity),
        content=facts.thing(content) if content else None,
        standing=_thing(facts, content, CKG.standing) if content else None,
        statement=_thing(facts, iri, CKG.madeIn),
        passages=tuple(passage(facts, p) for p in facts.iris(iri, CKG.evidence)),
    )


def opposed(facts: Facts, claims: Iterable[str]) -> list[Opposition]:
    """The pairs in which one of some claims stands against another, each pair once.

    A pair that a person dismissed (`compatibleWith`) is left out.
    """
    found: dict[frozenset[str], Opposition] = {}
    in_order = sorted(claims, key=natural)
    for predicate, words, basis in OPPOSITIONS:
        for mine in in_order:
            for first, second in _pairs(facts, mine, predicate):
                pair = frozenset((first, second))
                if len(pair) == 2 and pair not in found and not _dismissed(facts, first, second):
                    found[pair] = Opposition(
                        claim(facts, first), claim(facts, second), words, basis
                    )
    return list(found.values())


def passage(facts: Facts, iri: str) -> Passage:
    """One passage with its place in the document."""
    document = facts.iri(iri, OA.hasSource)
    selector = facts.iri(iri, OA.hasSelector)
    return Passage(
        passage=facts.thing(iri),
        document=facts.thing(document or iri),
        sentences=tuple(facts.thing(s) for s in facts.iris(iri, CKG.inSentence)),
        address=_address(facts, iri, document) if document else None,
        start=facts.number(selector, OA.start) if selector else None,
        end=facts.number(selector, OA.end) if selector else None,
        locator=facts.text(iri, CKG.locator),
    )


def _address(facts: Facts, iri: str, document: str) -> str | None:
    url = document_address(facts, document)
    if url is None:
        return None
    first, last = facts.text(iri, CKG.firstWords), facts.text(iri, CKG.lastWords)
    return text_fragment_url(url, first, last) if first and last else url


def document_address(facts: Facts, document: str) -> str | None:
    """Where a document is online, if it is and if that is an address of the web."""
    found = (node.value for node in facts.objects(document, SCHEMA.url))
    return next((url for url in found if is_web_address(url)), None)


def natural(iri: str) -> tuple[tuple[int, str], ...]:
    """Sort key by which `004-10-1` follows `004-9-1`."""
    words = iri.replace("/", "-").split("-")
    return tuple((int(w), "") if w.isdecimal() else (-1, w) for w in words)


def _pairs(facts: Facts, mine: str, predicate: str) -> list[tuple[str, str]]:
    others = facts.iris(mine, predicate)
    if predicate == str(CKG.disputes):
        disputed_by = [(mine, other) for other in facts.subjects(predicate, mine)]
        return [(other, mine) for other in others] + disputed_by
    return [tuple(sorted((mine, other), key=natural)) for other in others]  # type: ignore[misc]


def _dismissed(facts: Facts, first: str, second: str) -> bool:
    compatible = str(CKG.compatibleWith)
    return second in facts.iris(first, compatible) or first in facts.iris(second, compatible)


def _depth(facts: Facts, claim_iri: str) -> int:
    return len(facts.iris(claim_iri, CKG.nestedIn))


def _thing(facts: Facts, subject: str, predicate: str) -> Thing | None:
    iri = facts.iri(subject, predicate)
    return facts.thing(iri) if iri else None
