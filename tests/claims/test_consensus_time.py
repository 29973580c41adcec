"""Times, periods and the attestation of events in the consensus."""

from __future__ import annotations

import pytest

from .world import claim, infer, prop

ATTESTED = prop("there", "event:feast", "ckg:participant", "person:olan") + claim(
    "there", "proposition:there"
)


def in_consensus(s: str, p: str, o: str, *turtle: str) -> bool:
    """Is a triple in consensus when the gazette states it as a certain fact?"""
    one = prop("one", s, p, o) + claim("one", "proposition:one")
    return f"{s} {p} {o}" in infer(ATTESTED, one, *turtle).consensus


def also(s: str, p: str, o: str) -> str:
    """Somebody else says this, and is not sure."""
    return prop("also", s, p, o) + claim(
        "also", "proposition:also", by="person:tove", certainty="possible"
    )


def test_a_time_with_bounds_is_in_consensus() -> None:
    assert in_consensus("event:feast", "ckg:happenedOn", "time:2001-05-01")


def test_a_relative_time_without_bounds_keeps_a_triple_out() -> None:
    assert not in_consensus("event:feast", "ckg:happenedOn", "time:gazette-1-monday")


def test_a_relative_time_with_one_bound_keeps_a_triple_out() -> None:
    half = 'time:gazette-1-monday ckg:latest "2001-05-07"^^xsd:date .\n'
    assert not in_consensus("event:feast", "ckg:happenedOn", "time:gazette-1-monday", half)


def test_a_relative_time_with_both_bounds_is_in_consensus() -> None:
    both = (
        'time:gazette-1-monday ckg:earliest "2001-05-07"^^xsd:date ; '
        'ckg:latest "2001-05-07"^^xsd:date .\n'
    )
    assert in_consensus("event:feast", "ckg:happenedOn", "time:gazette-1-monday", both)


def test_times_whose_bounds_overlap_are_not_rivals() -> None:
    year = also("event:feast", "ckg:happenedOn", "time:2001")
    assert in_consensus("event:feast", "ckg:happenedOn", "time:2001-05-01", year)


@pytest.mark.parametrize(("one", "other"), [("2001-05-01", "2002"), ("2002", "2001-05-01")])
def test_times_whose_bounds_are_disjoint_are_rivals(one: str, other: str) -> None:
    rival = also("event:feast", "ckg:happenedOn", f"time:{other}")
    assert not in_consensus("event:feast", "ckg:happenedOn", f"time:{one}", rival)


def test_a_time_without_bounds_is_no_rival() -> None:
    monday = also("event:feast", "ckg:happenedOn", "time:gazette-1-monday")
    assert in_consensus("event:feast", "ckg:happenedOn", "time:2002", monday)


def test_days_that_are_both_claimed_to_be_wrong_are_no_rivals() -> None:
    wrong = also("event:feast", "ckg:happenedOn", "time:2002").replace(
        "polarity:positive", "polarity:negative"
    )
    assert in_consensus("event:feast", "ckg:happenedOn", "time:2001", wrong)


def membership(slug: str, *bounds: str) -> str:
    """A membership of Mira with the bounds that are given as `name=date`."""
    pairs = (bound.split("=") for bound in bounds)
    return (
        f"membership:{slug} a org:Membership ; org:member person:mira ; org:role post:warden ; "
        f"org:memberDuring time:{slug} .\ntime:{slug} a ckg:Time .\n"
        + "".join(f'time:{slug} ckg:{name} "{date}"^^xsd:date .\n' for name, date in pairs)
    )


CLOSED = membership(
    "closed", "earliest=2010-01-01", "latestStart=2010-12-31",
    "earliestEnd=2013-01-01", "latest=2013-12-31",
)  # fmt: skip


def holds(slug: str, *turtle: str) -> bool:
    return in_consensus("person:mira", "ckg:heldPosition", f"membership:{slug}", *turtle)


def test_a_membership_with_a_closed_period_is_in_consensus() -> None:
    assert holds("closed", CLOSED)


@pytest.mark.parametrize("bound", ["earliest=2010-01-01", "latest=2013-12-31"])
def test_a_membership_with_an_open_period_is_not_in_consensus(bound: str) -> None:
    assert not holds("open", membership("open", bound))


def test_a_membership_without_a_period_is_not_in_consensus() -> None:
    assert not holds("bare", "membership:bare a org:Membership ; org:member person:mira .\n")


def test_a_fluent_without_a_membership_is_not_in_consensus() -> None:
    bounded = "post:warden org:memberDuring time:2001 .\n"
    assert not in_consensus("person:mira", "ckg:heldPosition", "post:warden", bounded)


def test_a_fluent_of_an_overlapping_period_is_a_rival() -> None:
    other = membership(
        "other", "earliest=2012-01-01", "latestStart=2012-12-31",
        "earliestEnd=2014-01-01", "latest=2014-12-31",
    )  # fmt: skip
    rival = also("person:mira", "ckg:heldPosition", "membership:other")
    assert not holds("closed", CLOSED, other, rival)


LATER = membership(
    "later", "earliest=2013-01-01", "latestStart=2013-12-31",
    "earliestEnd=2015-01-01", "latest=2015-12-31",
)  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [("closed", "later"), ("later", "closed")])
def test_a_fluent_of_a_period_that_may_follow_or_precede_is_no_rival(one: str, other: str) -> None:
    rival = also("person:mira", "ckg:heldPosition", f"membership:{other}")
    assert holds(one, CLOSED, LATER, rival)


def test_a_fluent_of_an_overlapping_period_that_is_denied_is_no_rival() -> None:
    within = membership("within", "earliest=2011-05-01", "latest=2011-05-01")
    rival = also("person:mira", "ckg:heldPosition", "membership:within")
    assert not holds("closed", CLOSED, within, rival)
    assert holds("closed", CLOSED, within, rival.replace("polarity:positive", "polarity:negative"))


def test_an_event_known_from_attributed_claims_alone_keeps_a_triple_out() -> None:
    attributed = also("event:raid", "ckg:participant", "person:tove")
    assert not in_consensus("event:raid", "ckg:before", "event:feast", attributed)


def test_an_order_of_events_known_from_one_side_only_is_not_in_consensus() -> None:
    assert not in_consensus("event:feast", "ckg:before", "event:raid")


def test_an_order_of_two_attested_events_is_in_consensus() -> None:
    raid = prop("raid", "event:raid", "ckg:participant", "person:tove")
    told = claim("raid", "proposition:raid", by="document:herald")
    assert in_consensus("event:feast", "ckg:before", "event:raid", raid, told)


def test_an_event_attested_only_by_a_hedged_claim_is_not_attested() -> None:
    raid = prop("raid", "event:raid", "ckg:participant", "person:tove")
    told = claim("raid", "proposition:raid", certainty="probable")
    assert not in_consensus("event:feast", "ckg:before", "event:raid", raid, told)


def test_being_the_object_of_a_claim_does_not_attest_an_event() -> None:
    raid = prop("raid", "event:feast", "ckg:participant", "event:raid")
    assert not in_consensus(
        "event:feast", "ckg:before", "event:raid", raid, claim("raid", "proposition:raid")
    )


def test_a_conflict_is_an_event() -> None:
    assert not in_consensus("event:feast", "ckg:before", "conflict:long-feud")


def test_what_is_no_event_needs_no_attestation() -> None:
    assert in_consensus("document:gazette", "ckg:publishedBy", "person:olan")
