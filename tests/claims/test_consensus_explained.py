"""Explanations name the claims on a triple and exactly the conditions that fail."""

from __future__ import annotations

import pytest

from kg.claims.explain import Explanation, explain
from kg.claims.explanation_text import explanation_text, table
from kg.claims.names import node
from kg.claims.rules import rules
from kg.claims.uncontested import uncontested

from .world import claim, prop, store_of

HOST = prop("host", "event:feast", "ckg:hostedBy", "person:mira")
TOLD = claim("told", "proposition:host")
LABEL = 'claim:told rdfs:label "Mira hosted the feast"@en .\n'
TRIPLE = "event:feast ckg:hostedBy person:mira"


def why(triple: str, *turtle: str) -> Explanation:
    subject, predicate, object_ = map(node, triple.split(" "))
    return explain(store_of(*turtle), subject, predicate, object_)


def reasons(triple: str, *turtle: str) -> dict[str, tuple[str, ...]]:
    """The reasons of the conditions that fail, by the number of their rule."""
    found = why(triple, *turtle)
    return {c.rule[:2]: c.reasons for c in found.conditions if not c.holds}


def test_a_triple_in_consensus_breaks_no_condition_and_names_the_claims_that_carry_it() -> None:
    found = why(TRIPLE, HOST, TOLD, claim("said", "proposition:host", by="person:olan"))
    assert found.in_consensus
    assert [c.rule for c in found.conditions if not c.holds] == []
    assert [c.claim for c in found.claims if not c.lacks] == ["claim:told"]
    assert found.sources == 1


def test_every_condition_is_a_rule_file() -> None:
    found = why(TRIPLE, HOST, TOLD)
    assert [c.rule for c in found.conditions] == [r.name for r in rules("consensus") if r.failure]


@pytest.mark.parametrize(
    ("axes", "lack"),
    [
        ({"mode": "judgement"}, "it is judgement, not fact"),
        ({"certainty": "probable"}, "it is probable, not certain"),
        ({"polarity": "negative"}, "it is negative, not positive"),
        ({"by": "person:olan"}, "person:olan is neither a document nor a dataset release"),
    ],
)
def test_a_claim_that_carries_nothing_says_what_it_lacks(axes: dict[str, str], lack: str) -> None:
    found = why(TRIPLE, HOST, claim("told", "proposition:host", **axes))
    assert [c.lacks for c in found.claims] == [(lack,)]
    assert "no claim states it as a certain fact in a source's own voice" in explanation_text(found)


def test_a_nested_claim_says_what_it_is_part_of() -> None:
    found = why(TRIPLE, HOST, TOLD, claim("outer", "claim:told", by="person:olan"))
    assert [c.lacks for c in found.claims] == [("it is part of claim:outer",)]


def test_a_predicate_that_is_never_eligible_is_named() -> None:
    dead = prop("dead", "event:feast", "ckg:casualties", "person:mira")
    triple = "event:feast ckg:casualties person:mira"
    assert reasons(triple, dead, HOST, TOLD, claim("dead", "proposition:dead")) == {
        "20": ("predicate ckg:casualties is never eligible",)
    }


def test_a_denial_is_named_with_its_gloss() -> None:
    no = claim("no", "proposition:host", by="person:olan", polarity="negative")
    gloss = 'claim:no rdfs:label "Olan says that Mira did not host it"@en .\n'
    assert reasons(TRIPLE, HOST, TOLD, no, gloss) == {
        "21": ("claim:no says that it is not so (Olan says that Mira did not host it)",)
    }


def test_a_dispute_is_named() -> None:
    said = claim("said", "situation:dance", by="person:olan")
    other = "situation:dance a ckg:Situation . claim:said ckg:disputes claim:told .\n"
    assert reasons(TRIPLE, HOST, TOLD, said, other) == {
        "22": ("claim:said disputes or contradicts a claim on it",)
    }


def test_the_claim_of_a_rival_is_named() -> None:
    rival = prop("rival", "event:feast", "ckg:hostedBy", "person:tove")
    said = claim("said", "proposition:rival", by="person:olan", certainty="possible")
    assert reasons(TRIPLE, HOST, TOLD, rival, said) == {
        "33": ("claim:said says something that cannot be true beside it",)
    }


@pytest.mark.parametrize(
    ("triple", "rule", "reason"),
    [
        (
            "event:feast ckg:participant reference:a-host",
            "40",
            "reference:a-host is a Reference: what it means is not settled",
        ),
        (
            "event:feast ckg:happenedOn time:gazette-1-monday",
            "41",
            "time:gazette-1-monday is a relative time without bounds",
        ),
        ("event:feast ckg:participant estimate:many", "42", "estimate:many is an estimate"),
        (
            "person:mira ckg:heldPosition post:warden",
            "44",
            "post:warden has no period with both ends",
        ),
        (
            "event:feast ckg:before event:raid",
            "51",
            "event:raid is known from attributed claims alone",
        ),
    ],
)
def test_the_thing_that_keeps_a_triple_out_is_named(triple: str, rule: str, reason: str) -> None:
    one = prop("one", *triple.split(" ")) + claim("one", "proposition:one")
    estimate = "estimate:many a ckg:Estimate .\n"
    assert reasons(triple, HOST, TOLD, estimate, one) == {rule: (reason,)}


def test_all_conditions_that_fail_are_named_not_only_the_first() -> None:
    no = claim("no", "proposition:host", by="person:olan", polarity="negative")
    hedged = claim("told", "proposition:host", certainty="possible")
    assert set(reasons(TRIPLE, HOST, hedged, no)) == {"10", "21", "51"}


def test_a_triple_that_nobody_speaks_of_shows_what_is_claimed_instead() -> None:
    found = why("event:feast ckg:hostedBy person:nobody", HOST, TOLD)
    assert (found.in_consensus, found.propositions, found.conditions) == (False, (), ())
    assert found.unknown == ("person:nobody",)
    assert found.other_objects == ("person:mira",)
    text = explanation_text(found)
    assert "nobody claims or denies it" in text
    assert "Unknown: person:nobody." in text
    assert "instead: person:mira." in text


def test_a_proposition_without_a_claim_says_so() -> None:
    assert "there is a proposition, and no claim on it" in explanation_text(why(TRIPLE, HOST))


def test_an_explanation_fits_eighty_columns() -> None:
    rival = prop("rival", "event:feast", "ckg:hostedBy", "person:tove")
    said = claim("said", "proposition:rival", by="person:olan")
    gloss = f'claim:said rdfs:label "{"Olan says that it was Tove " * 6}"@en .\n'
    text = explanation_text(why(TRIPLE, HOST, TOLD, LABEL, rival, said, gloss))
    assert max(map(len, text.splitlines())) <= 80
    assert "Feast – ckg:hostedBy – Mira" in text
    assert "claim:told  Mira hosted the feast" in text
    assert "rule: queries/consensus/33-nobody-claims-a-rival.rq" in text
    assert "Not in consensus: 1 of 10 conditions fails." in text


def test_the_list_of_the_consensus_has_labels_and_counts_of_sources() -> None:
    other = claim("other", "proposition:host", by="document:herald")
    (row,) = uncontested(store_of(HOST, TOLD, other))
    assert row.triple == ("event:feast", "ckg:hostedBy", "person:mira")
    assert row.labels == ("Feast", "ckg:hostedBy", "Mira")
    assert row.sources == 2
    assert table([row]).splitlines() == [
        "sources  triple",
        "      2  Feast – ckg:hostedBy – Mira",
        "         event:feast ckg:hostedBy person:mira",
    ]
