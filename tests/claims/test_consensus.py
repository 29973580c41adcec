"""Each condition of the consensus takes out the one triple that it should."""

from __future__ import annotations

import pytest

from .world import claim, infer, prop

HOST = "event:feast ckg:hostedBy person:mira"
GUEST = "event:feast ckg:participant person:olan"
BASE = (
    prop("host", "event:feast", "ckg:hostedBy", "person:mira")
    + prop("guest", "event:feast", "ckg:participant", "person:olan")
    + claim("host", "proposition:host")
    + claim("guest", "proposition:guest")
)


def consensus(*turtle: str) -> set[str]:
    return set(infer(*turtle).consensus)


def taken_out(*turtle: str) -> set[str]:
    """What is in consensus without this Turtle and no longer with it; nothing may come in."""
    before, after = consensus(BASE), consensus(BASE, *turtle)
    assert after <= before
    return before - after


def stated(s: str, p: str, o: str, *turtle: str) -> bool:
    """Is a triple in consensus when the gazette states it as a certain fact?"""
    one = prop("one", s, p, o) + claim("one", "proposition:one")
    return f"{s} {p} {o}" in consensus(BASE, one, *turtle)


def test_what_a_document_states_as_a_certain_fact_is_in_consensus() -> None:
    assert consensus(BASE) == {HOST, GUEST}


def test_what_a_dataset_release_states_is_in_consensus() -> None:
    told = claim("raid", "proposition:raid", by="dataset-release:tally-1")
    raid = prop("raid", "event:raid", "ckg:participant", "person:tove")
    assert "event:raid ckg:participant person:tove" in consensus(raid, told)


def test_a_photograph_is_a_document() -> None:
    photo = "document:photo a ckg:Photograph .\n"
    told = claim("raid", "proposition:raid", by="document:photo")
    raid = prop("raid", "event:raid", "ckg:participant", "person:tove")
    assert "event:raid ckg:participant person:tove" in consensus(photo, raid, told)


@pytest.mark.parametrize(
    ("certainty", "mode"), [("possible", "fact"), ("certain", "judgement"), ("probable", "fear")]
)
def test_a_negative_claim_takes_a_triple_out_however_it_is_meant(certainty: str, mode: str) -> None:
    no = claim(
        "no", "proposition:host", by="person:olan",
        polarity="negative", certainty=certainty, mode=mode,
    )  # fmt: skip
    assert taken_out(no) == {HOST}


def test_a_nested_negative_claim_takes_a_triple_out() -> None:
    no = claim("no", "proposition:host", by="person:olan", polarity="negative")
    assert taken_out(no, claim("says", "claim:no", by="person:tove")) == {HOST}


def test_a_denial_that_somebody_said_so_does_not_take_the_triple_out() -> None:
    """Tove denies that Olan says it; she does not deny it."""
    said = claim("said", "proposition:host", by="person:olan")
    no = claim("no", "claim:said", by="person:tove", polarity="negative")
    assert taken_out(said, no) == set()


def test_a_disputed_claim_takes_its_triple_out() -> None:
    other = "situation:elsewhere a ckg:Situation . claim:other ckg:disputes claim:host .\n"
    assert taken_out(other, claim("other", "situation:elsewhere", by="person:olan")) == {HOST}


def test_a_dispute_of_another_claim_on_the_triple_takes_it_out() -> None:
    second = claim("second", "proposition:host", by="person:olan")
    other = "situation:elsewhere a ckg:Situation . claim:other ckg:disputes claim:second .\n"
    assert taken_out(second, other, claim("other", "situation:elsewhere")) == {HOST}


@pytest.mark.parametrize(
    "order", ["claim:other ckg:contradicts claim:host", "claim:host ckg:contradicts claim:other"]
)
def test_a_contradiction_confirmed_by_a_person_takes_the_triple_out(order: str) -> None:
    other = f"situation:elsewhere a ckg:Situation . {order} .\n"
    assert taken_out(other, claim("other", "situation:elsewhere", by="person:olan")) == {HOST}


RIVAL = prop("rival", "event:feast", "ckg:hostedBy", "person:tove")


def test_a_rival_of_an_exclusive_predicate_takes_both_out() -> None:
    assert taken_out(RIVAL, claim("rival", "proposition:rival", by="document:herald")) == {HOST}


@pytest.mark.parametrize("certainty", ["possible", "underspecified"])
def test_a_rival_that_is_only_possible_takes_a_triple_out(certainty: str) -> None:
    rival = claim("rival", "proposition:rival", by="unnamed-source:someone", certainty=certainty)
    assert taken_out(RIVAL, rival) == {HOST}


def test_a_rival_that_is_only_denied_takes_nothing_out() -> None:
    assert taken_out(RIVAL, claim("rival", "proposition:rival", polarity="negative")) == set()


def test_a_rival_that_nobody_claims_takes_nothing_out() -> None:
    assert taken_out(RIVAL) == set()


def test_another_value_of_a_predicate_that_is_not_exclusive_is_no_rival() -> None:
    more = prop("more", "event:feast", "ckg:participant", "person:tove")
    assert consensus(BASE, more, claim("more", "proposition:more")) == {
        HOST, GUEST, "event:feast ckg:participant person:tove",
    }  # fmt: skip


def test_the_same_predicate_of_another_subject_is_no_rival() -> None:
    assert stated("event:raid", "ckg:hostedBy", "person:tove")
    assert taken_out(RIVAL.replace("event:feast", "event:raid")) == set()


@pytest.mark.parametrize("by", ["person:tove", "unnamed-source:someone", "state:lowland"])
def test_what_is_only_attributed_is_not_in_consensus(by: str) -> None:
    more = prop("more", "event:feast", "ckg:participant", "person:tove")
    assert consensus(BASE, more, claim("more", "proposition:more", by=by)) == {HOST, GUEST}


def test_what_a_document_says_inside_the_claim_of_another_is_not_in_consensus() -> None:
    more = prop("more", "event:feast", "ckg:participant", "person:tove")
    inner = claim("inner", "proposition:more", by="document:herald")
    outer = claim("outer", "claim:inner", by="document:gazette")
    assert consensus(BASE, more, inner, outer) == {HOST, GUEST}


@pytest.mark.parametrize(
    "axes",
    [
        {"certainty": "probable"},
        {"certainty": "possible"},
        {"certainty": "underspecified"},
        {"mode": "judgement"},
        {"mode": "prediction"},
        {"mode": "commitment"},
        {"mode": "fear"},
        {"polarity": "negative"},
    ],
)
def test_a_claim_that_is_no_certain_positive_fact_carries_nothing(axes: dict[str, str]) -> None:
    more = prop("more", "event:feast", "ckg:participant", "person:tove")
    assert consensus(BASE, more, claim("more", "proposition:more", **axes)) == {HOST, GUEST}


def test_a_hedged_claim_beside_a_certain_one_takes_nothing_out() -> None:
    hedged = claim("hedged", "proposition:host", by="document:herald", certainty="possible")
    assert taken_out(hedged) == set()


def test_a_predicate_that_is_not_eligible_is_not_in_consensus() -> None:
    assert not stated("event:feast", "ckg:casualties", "person:tove")


def test_a_predicate_that_is_not_declared_is_not_in_consensus() -> None:
    assert not stated("event:feast", "ckg:ruinedBy", "person:tove")


def test_a_reference_as_object_keeps_a_triple_out() -> None:
    assert not stated("event:feast", "ckg:participant", "reference:a-host")


def test_a_reference_as_subject_keeps_a_triple_out() -> None:
    assert not stated("reference:a-host", "ckg:participant", "person:tove")


def test_an_estimate_as_object_keeps_a_triple_out_of_any_predicate() -> None:
    estimate = "estimate:many a ckg:CasualtyEstimate .\n"
    assert not stated("event:feast", "ckg:participant", "estimate:many", estimate)


def test_a_situation_is_never_in_consensus() -> None:
    told = "situation:dance a ckg:Situation ; ckg:roleAgent person:mira .\n"
    assert consensus(BASE, told, claim("dance", "situation:dance")) == {HOST, GUEST}


@pytest.mark.parametrize("kind", ["Reference", "RelativeTime", "Estimate", "Event"])
def test_a_thing_of_a_subclass_is_kept_out_like_one_of_the_class(kind: str) -> None:
    some = f"ckg:Special rdfs:subClassOf ckg:{kind} . place:ford a ckg:Special .\n"
    assert stated("event:feast", "ckg:participant", "place:ford")
    assert not stated("event:feast", "ckg:participant", "place:ford", some)
