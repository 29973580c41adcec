"""Which claims may contradict each other, and relations that hold both ways."""

from __future__ import annotations

from .world import claim, infer, prop

HOST = prop("host", "event:feast", "ckg:hostedBy", "person:mira")


def test_opposite_polarity_on_one_content_may_contradict() -> None:
    situation = "situation:dance a ckg:Situation .\n"
    no = claim("no", "situation:dance", by="person:olan", polarity="negative")
    found = infer(situation, claim("yes", "situation:dance"), no)
    assert found.about("ckg:mayContradict") == {"claim:yes claim:no", "claim:no claim:yes"}


def test_two_who_agree_do_not_contradict() -> None:
    found = infer(HOST, claim("a", "proposition:host"), claim("b", "proposition:host"))
    assert found.about("ckg:mayContradict") == set()


def test_different_values_of_an_exclusive_predicate_may_contradict() -> None:
    rival = prop("rival", "event:feast", "ckg:hostedBy", "person:tove")
    found = infer(HOST, rival, claim("a", "proposition:host"), claim("b", "proposition:rival"))
    assert found.about("ckg:mayContradict") == {"claim:a claim:b", "claim:b claim:a"}


def test_two_relative_times_without_bounds_do_not_contradict() -> None:
    friday = "time:gazette-2-friday a ckg:RelativeTime .\n"
    one = prop("one", "event:feast", "ckg:happenedOn", "time:gazette-1-monday")
    two = prop("two", "event:feast", "ckg:happenedOn", "time:gazette-2-friday")
    found = infer(friday, one, two, claim("a", "proposition:one"), claim("b", "proposition:two"))
    assert found.about("ckg:mayContradict") == set()


def test_a_time_and_something_that_is_no_time_do_not_contradict() -> None:
    one = prop("one", "event:feast", "ckg:happenedOn", "time:2001")
    two = prop("two", "event:feast", "ckg:happenedOn", "reference:a-host")
    found = infer(one, two, claim("a", "proposition:one"), claim("b", "proposition:two"))
    assert found.about("ckg:mayContradict") == set()


def test_a_denied_value_does_not_contradict_another_value() -> None:
    rival = prop("rival", "event:feast", "ckg:hostedBy", "person:tove")
    no = claim("b", "proposition:rival", polarity="negative")
    assert (
        infer(HOST, rival, claim("a", "proposition:host"), no).about("ckg:mayContradict") == set()
    )


def test_relations_between_claims_hold_both_ways() -> None:
    for relation in ("ckg:inTensionWith", "ckg:contradicts", "ckg:compatibleWith"):
        found = infer(f"claim:a {relation} claim:b .\n")
        assert found.about(relation) == {"claim:b claim:a"}
