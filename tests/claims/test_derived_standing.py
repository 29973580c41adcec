"""The standing of a content: the first value that fits."""

from __future__ import annotations

import pytest

from .world import claim, infer, prop

HOST = prop("host", "event:feast", "ckg:hostedBy", "person:mira")
DANCE = "situation:dance a ckg:Situation ; ckg:roleAgent person:mira .\n"


def standing(content: str, *turtle: str) -> set[str]:
    return infer(HOST, DANCE, *turtle).about("ckg:standing", content)


@pytest.mark.parametrize("content", ["proposition:host", "situation:dance"])
def test_what_is_asserted_and_denied_is_contested(content: str) -> None:
    no = claim("no", content, by="person:olan", polarity="negative", mode="judgement")
    assert standing(content, claim("yes", content), no) == {"standing:contested"}


@pytest.mark.parametrize("content", ["proposition:host", "situation:dance"])
@pytest.mark.parametrize("relation", ["ckg:disputes", "ckg:contradicts"])
def test_what_is_disputed_or_contradicted_is_contested(content: str, relation: str) -> None:
    other = f"situation:other a ckg:Situation . claim:other {relation} claim:yes .\n"
    said = claim("other", "situation:other", by="person:olan")
    assert standing(content, claim("yes", content), other, said) == {"standing:contested"}


def test_two_rivals_are_both_contested() -> None:
    rival = prop("rival", "event:feast", "ckg:hostedBy", "person:tove")
    found = infer(
        HOST,
        rival,
        claim("a", "proposition:host"),
        claim("b", "proposition:rival", by="person:olan"),
    )
    assert found.about("ckg:standing") == {
        "proposition:host standing:contested",
        "proposition:rival standing:contested",
    }


def test_a_denied_rival_contests_nothing() -> None:
    rival = prop("rival", "event:feast", "ckg:hostedBy", "person:tove")
    found = infer(
        HOST,
        rival,
        claim("a", "proposition:host"),
        claim("b", "proposition:rival", polarity="negative"),
    )
    assert found.about("ckg:standing") == {
        "proposition:host standing:uncontested",
        "proposition:rival standing:denied",
    }


def test_a_denied_post_of_the_same_period_contests_nothing() -> None:
    posts = "".join(
        prop(slug, "person:mira", "ckg:heldPosition", f"membership:{slug}")
        + f"membership:{slug} a org:Membership ; org:memberDuring time:2001-05-01 .\n"
        for slug in ("held", "other")
    )
    no = claim("b", "proposition:other", by="person:olan", polarity="negative")
    assert infer(posts, claim("a", "proposition:held"), no).about("ckg:standing") == {
        "proposition:held standing:uncontested",
        "proposition:other standing:denied",
    }


def test_what_is_in_consensus_is_uncontested() -> None:
    assert standing("proposition:host", claim("a", "proposition:host")) == {"standing:uncontested"}


def test_an_uncontested_proposition_that_others_hedge_stays_uncontested() -> None:
    hedged = claim("b", "proposition:host", by="person:olan", certainty="possible")
    told = claim("a", "proposition:host")
    assert standing("proposition:host", told, hedged) == {"standing:uncontested"}


def test_a_certain_fact_that_no_plain_triple_can_say_is_an_own_voice_fact() -> None:
    assert standing("situation:dance", claim("a", "situation:dance")) == {"standing:own-voice-fact"}


def test_a_certain_fact_that_the_consensus_keeps_out_is_an_own_voice_fact() -> None:
    dead = prop("dead", "event:feast", "ckg:casualties", "estimate:many")
    told = claim("a", "proposition:dead")
    assert standing("proposition:dead", dead, told) == {"standing:own-voice-fact"}


@pytest.mark.parametrize("content", ["proposition:host", "situation:dance"])
def test_what_is_only_denied_is_denied(content: str) -> None:
    assert standing(content, claim("no", content, polarity="negative")) == {"standing:denied"}


def test_a_denied_view_is_denied_too() -> None:
    no = claim("no", "situation:dance", by="person:olan", polarity="negative", mode="judgement")
    assert standing("situation:dance", no) == {"standing:denied"}


@pytest.mark.parametrize("by", ["document:gazette", "person:olan"])
def test_a_fact_of_which_nobody_is_certain_is_hedged(by: str) -> None:
    told = claim("a", "situation:dance", by=by, certainty="probable")
    assert standing("situation:dance", told) == {"standing:hedged-fact"}


def test_a_certain_judgement_does_not_make_a_hedged_fact_certain() -> None:
    told = claim("a", "situation:dance", certainty="probable")
    view = claim("b", "situation:dance", mode="judgement")
    assert standing("situation:dance", told, view) == {"standing:hedged-fact"}


def test_a_certain_fact_in_the_word_of_a_person_is_an_attributed_fact() -> None:
    told = claim("a", "situation:dance", by="person:olan")
    assert standing("situation:dance", told) == {"standing:attributed-fact"}


def test_a_fact_of_a_person_that_a_source_only_thinks_is_an_attributed_fact() -> None:
    told = claim("a", "situation:dance", by="person:olan")
    view = claim("b", "situation:dance", mode="judgement")
    assert standing("situation:dance", told, view) == {"standing:attributed-fact"}


def test_a_fact_inside_the_claim_of_a_document_is_an_attributed_fact() -> None:
    inner = claim("inner", "situation:dance", by="document:herald")
    outer = claim("outer", "claim:inner", by="document:gazette")
    assert standing("situation:dance", inner, outer) == {"standing:attributed-fact"}


@pytest.mark.parametrize("mode", ["judgement", "prediction", "commitment", "fear"])
def test_a_view_of_a_source_is_an_own_voice_view(mode: str) -> None:
    told = claim("a", "situation:dance", mode=mode)
    assert standing("situation:dance", told) == {"standing:own-voice-view"}


def test_a_view_that_a_source_shares_is_an_own_voice_view() -> None:
    shared = claim("a", "situation:dance", mode="fear", by="person:olan")
    told = claim("b", "situation:dance", mode="judgement", certainty="possible")
    assert standing("situation:dance", shared, told) == {"standing:own-voice-view"}


def test_a_view_of_a_person_is_an_attributed_view() -> None:
    told = claim("a", "situation:dance", mode="fear", by="person:olan")
    assert standing("situation:dance", told) == {"standing:attributed-view"}


def test_a_situation_that_nobody_claims_has_no_standing() -> None:
    """It is only spoken of, inside another: whoever asks for its roles is told so."""
    outer = "situation:worry a ckg:Situation ; ckg:roleTheme situation:dance .\n"
    assert standing("situation:dance", outer, claim("a", "situation:worry")) == set()


def test_a_claim_has_no_standing_not_even_one_that_is_denied() -> None:
    said = claim("said", "situation:dance", by="person:olan")
    yes = claim("a", "claim:said", by="document:herald")
    no = claim("b", "claim:said", by="person:tove", polarity="negative")
    other = "claim:b ckg:disputes claim:a .\n"
    assert standing("claim:said", said, yes) == set()
    assert standing("claim:said", said, no) == set()
    assert standing("claim:said", said, yes, no, other) == set()
