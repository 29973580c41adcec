"""A time that is more precise than what it is taken from is told."""

from __future__ import annotations

import pytest
from tests.validation.beyond import found, named

from kg.validation import Kind, Severity
from kg.validation.beyond.precision import FIRST_DAY, PRECISE

DAY = 'ckg:earliest "2022-05-03"^^xsd:date ; ckg:latest "2022-05-03"^^xsd:date'
WEEK = 'ckg:earliest "2022-05-03"^^xsd:date ; ckg:latest "2022-05-09"^^xsd:date'


def relative(words: str, bounds: str, anchor: str = "document:new") -> str:
    said = f'ckg:expression "{words}"@en ; ckg:anchor {anchor}'
    return f"time:x a ckg:RelativeTime ; {said} ; {bounds} ."


@pytest.mark.parametrize("words", ["last week", "two months earlier", "the year before"])
def test_bounds_that_are_narrower_than_the_words_are_told(words: str) -> None:
    [finding] = found(relative(words, DAY))
    assert (finding.source_shape, finding.kind) == (PRECISE, Kind.PRECISION)
    assert words in finding.message


@pytest.mark.parametrize(
    ("words", "bounds"),
    [
        ("on Tuesday", DAY),
        ("the day after", DAY),
        ("on Tuesday of last week", DAY),
        ("last week", WEEK),
        ("soon", DAY),
        ("last year", 'ckg:latest "2022-05-03"^^xsd:date'),
        ("last week", 'ckg:earliest "May"^^xsd:date ; ckg:latest "June"^^xsd:date'),
    ],
)
def test_bounds_that_follow_from_the_words_are_not_told(words: str, bounds: str) -> None:
    assert found(relative(words, bounds)) == ()


@pytest.mark.parametrize(
    ("issued", "told"),
    [
        ('"2022"^^xsd:gYear', {PRECISE}),
        ('"2022-05"^^xsd:gYearMonth', {PRECISE}),
        ('"2022-05-05"^^xsd:date', set()),
        ('"some day"', set()),
    ],
)
def test_a_day_after_a_document_of_which_the_year_is_known_is_told(
    issued: str, told: set[str]
) -> None:
    document = f"document:new dcterms:issued {issued} ."
    assert named(found(f"{document} {relative('on Tuesday', DAY)}")) == told


def test_a_day_that_counts_from_an_event_of_a_month_is_told_unless_it_is_a_period() -> None:
    month = 'time:m ckg:earliest "2022-05-01"^^xsd:date ; ckg:latest "2022-05-31"^^xsd:date'
    when = "proposition:p rdf:subject event:clash ; rdf:object time:m ."
    text = f"{when} {relative('on Tuesday', DAY, 'event:clash')} {month}"
    assert named(found(f"{text} .")) == {PRECISE}
    assert found(f'{text} ; ckg:latestStart "2022-05-01"^^xsd:date .') == ()


def test_the_first_of_january_is_asked_about() -> None:
    [finding] = found('time:x ckg:edtf "2022-01-01" .')
    assert (finding.source_shape, finding.severity) == (FIRST_DAY, Severity.INFO)
    for text in ("2022", "2022-01", "2022-01-02", "2022-01-01/2022-02-01"):
        assert found(f'time:x ckg:edtf "{text}" .') == ()
