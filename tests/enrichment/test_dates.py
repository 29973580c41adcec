"""Which days a time of Wikidata's may be."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.enrichment.dates import JULIAN, Span, gregorian, julian, span

GREGORIAN = "http://www.wikidata.org/entity/Q1985727"
G, J = gregorian, julian

PRECISIONS = {
    "second": (14, G(2020, 9, 27), G(2020, 9, 27)),
    "day": (11, G(2020, 9, 27), G(2020, 9, 27)),
    "month": (10, G(2020, 9, 1), G(2020, 9, 30)),
    "year": (9, G(2020, 1, 1), G(2020, 12, 31)),
    "decade": (8, G(2020, 1, 1), G(2029, 12, 31)),
    "century": (7, G(2000, 1, 1), G(2100, 12, 31)),
    "millennium": (6, G(2000, 1, 1), G(3000, 12, 31)),
    "ten thousand years": (5, G(-7980, 1, 1), G(12020, 12, 31)),
}


@pytest.mark.parametrize("name", PRECISIONS)
def test_a_time_spans_what_its_precision_says(name):
    precision, first, last = PRECISIONS[name]
    assert span("2020-09-27T00:00:00Z", precision, GREGORIAN) == Span(first, last)


@pytest.mark.parametrize(
    ("value", "precision", "years"),
    [
        ("1900-01-01T00:00:00Z", 7, (1801, 1999)),
        ("1901-01-01T00:00:00Z", 7, (1900, 2000)),
        ("1990-01-01T00:00:00Z", 8, (1990, 1999)),
        ("0000-01-01T00:00:00Z", 9, (0, 0)),
        ("-0099-01-01T00:00:00Z", 9, (-99, -99)),
        ("-0099-01-01T00:00:00Z", 7, (-100, 0)),
    ],
)
def test_a_century_is_counted_in_both_ways_and_there_is_a_year_0(value, precision, years):
    first, last = years
    assert span(value, precision, GREGORIAN) == Span(G(first, 1, 1), G(last, 12, 31))


def test_of_the_julian_calendar_a_day_was_converted_before_and_a_month_was_not():
    assert span("1717-03-12T00:00:00Z", 11, JULIAN) == Span(G(1717, 3, 12), G(1717, 3, 12))
    assert span("1717-03-01T00:00:00Z", 10, JULIAN) == Span(G(1717, 3, 12), G(1717, 4, 11))
    assert span("1717-01-01T00:00:00Z", 9, JULIAN) == Span(G(1717, 1, 12), G(1718, 1, 11))


def test_december_ends_with_the_year():
    assert span("1999-12-01T00:00:00Z", 10, GREGORIAN) == Span(G(1999, 12, 1), G(1999, 12, 31))


@pytest.mark.parametrize(
    ("value", "precision"),
    [("+2020-09-27T00:00:00Z", 11), ("2020-00-00T00:00:00Z", 9), ("some day", 9),
     ("2020-09-27T00:00:00Z", 15), ("2020-13-01T00:00:00Z", 10)],
)  # fmt: skip
def test_what_cannot_be_read_is_no_span(value, precision):
    assert span(value, precision, GREGORIAN) is None


@given(st.dates())
def test_days_are_numbered_as_python_numbers_them(day: date):
    assert gregorian(day.year, day.month, day.day) - day.toordinal() == 1721425


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ((1582, 10, 5), (1582, 10, 15)),
        ((-4712, 1, 1), (-4713, 11, 24)),
        ((1900, 2, 29), (1900, 3, 13)),
    ],
)
def test_the_calendars_differ_by_the_days_that_they_differ_by(theirs, ours):
    assert julian(*theirs) == gregorian(*ours)


def test_open_spans_meet_whatever_does_not_end_before():
    since, day, before = Span(10, None), Span(12, 12), Span(None, 9)
    assert since.meets(day)
    assert day.meets(since)
    assert not since.meets(before)
    assert not before.meets(day)
    assert Span.of(date(1, 1, 1), None) == Span(1721426, None)
