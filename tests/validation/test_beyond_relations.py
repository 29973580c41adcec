"""What others claim about the content of a new claim is told as information."""

from __future__ import annotations

import pytest
from tests.validation.beyond import found

from kg.validation import Finding, Kind, Severity
from kg.validation.beyond.relations import FIGURES, OPPOSES, RIVALS, SUPPORTS

CLAIM = """claim:new a ckg:Claim ; ckg:claimant document:undated ; ckg:mode mode:fact ;
    ckg:certainty certainty:certain ; ckg:polarity polarity:%s ; ckg:content %s ."""
CASUALTIES = """proposition:%(name)s rdf:subject event:clash ; rdf:predicate ckg:casualties ;
    rdf:object estimate:%(name)s . estimate:%(name)s %(figures)s ."""
HAPPENED = """proposition:%(name)s a ckg:Proposition ; rdf:subject event:meeting ;
    rdf:predicate ckg:happenedOn ; rdf:object time:%(name)s .
    time:%(name)s a ckg:Time ;
    ckg:earliest "%(first)s"^^xsd:date ; ckg:latest "%(last)s"^^xsd:date .
    """


def claimed(name: str, proposition: str) -> str:
    return (CLAIM % ("positive", proposition)).replace("claim:new", f"claim:{name}")


def told(turtle: str, before: str = "") -> list[Finding]:
    findings = found(turtle, before=before)
    assert all(f.kind is Kind.RELATION and f.severity is Severity.INFO for f in findings)
    return list(findings)


@pytest.mark.parametrize(("polarity", "name"), [("positive", SUPPORTS), ("negative", OPPOSES)])
def test_a_claim_on_a_content_that_is_claimed_is_told(polarity: str, name: str) -> None:
    [finding] = told(CLAIM % (polarity, "proposition:0810755a6a09"))
    assert finding.source_shape == name
    assert "claim:900-1-1" in finding.message
    assert finding.related[0].endswith("/claim/900-1-1")


def test_a_claim_on_a_content_of_its_own_is_not_told() -> None:
    assert told(CLAIM % ("positive", "situation:new")) == []


@pytest.mark.parametrize(
    ("first", "last", "excluded"),
    [("2003-01-01", "2003-12-31", True), ("2001-05-03", "2001-05-03", False)],
)
def test_another_value_is_told_where_the_rules_say_that_one_is_true(
    first: str, last: str, excluded: bool
) -> None:
    year = {"name": "a", "first": "2001-01-01", "last": "2001-12-31"}
    old = HAPPENED % year + claimed("old", "proposition:a")
    new = HAPPENED % {"name": "b", "first": first, "last": last} + claimed("new", "proposition:b")
    findings = told(new, old)
    assert [f.source_shape for f in findings] == [RIVALS] * excluded
    assert all("claim:old" in finding.message for finding in findings)
    assert told(old + new) == []  # nothing of it was there before


@pytest.mark.parametrize(
    ("figures", "excluded"),
    [
        ('ckg:best 30 ; ckg:unit "person"@en', True),
        ('ckg:low 1 ; ckg:high 9 ; ckg:unit "person"@en', True),
        ('ckg:best 15 ; ckg:unit "person"@en', False),
        ('ckg:low 20 ; ckg:high 40 ; ckg:unit "person"@en', False),
        ('ckg:best 30 ; ckg:unit "village"@en', False),
        ('ckg:best 30 ; ckg:unit "person"@en ; ckg:scope "elsewhere"@en', False),
        ('ckg:best 30 ; ckg:unit "person"@en ; ckg:qualifier qualifier:around', False),
    ],
)
def test_figures_that_exclude_each_other_are_told(figures: str, excluded: bool) -> None:
    ten_to_twenty = 'ckg:low 10 ; ckg:high 20 ; ckg:unit "person"@en'
    old = CASUALTIES % {"name": "a", "figures": ten_to_twenty} + claimed("old", "proposition:a")
    new = CASUALTIES % {"name": "b", "figures": figures} + claimed("new", "proposition:b")
    findings = told(new, old)
    assert [f.source_shape for f in findings] == [FIGURES] * excluded
    assert all("claim:old" in finding.message for finding in findings)


def test_of_many_claims_three_are_named_and_ten_are_kept() -> None:
    old = "".join(claimed(f"old-{n:02}", "situation:new") for n in range(20))
    [finding] = told(claimed("new", "situation:new"), old)
    assert finding.source_shape == SUPPORTS
    assert "claim:old-02 and 17 more." in finding.message
    assert len(finding.related) == 10
