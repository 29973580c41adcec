from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import EdtfError
from kg.rdf.edtf import Bounds, bounds

DAYS = st.dates(date(2, 1, 1), date(9998, 12, 31))


def span(first: str, last: str) -> Bounds:
    return Bounds(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023-04-11", "2023-04-11", "2023-04-11"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("1990", "1990-01-01", "1990-12-31"),
        ("199X", "1990-01-01", "1999-12-31"),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("000X", "0001-01-01", "0009-12-31"),
        ("1990-XX", "1990-01-01", "1990-12-31"),
        ("1990-XX-XX", "1990-01-01", "1990-12-31"),
        ("1990-02-XX", "1990-02-01", "1990-02-28"),
    ],
)
def test_an_instant_is_bounded_by_its_first_and_last_day(text: str, first: str, last: str) -> None:
    assert bounds(text) == span(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023-01-01~", "2022-12-31", "2023-01-02"),
        ("2023-01?", "2022-12-01", "2023-02-28"),
        ("2023-12%", "2023-11-01", "2024-01-31"),
        ("1990~", "1989-01-01", "1991-12-31"),
        ("199X~", "1980-01-01", "2009-12-31"),
        ("0001-01-01~", "0001-01-01", "0001-01-02"),
        ("9999~", "9998-01-01", "9999-12-31"),
    ],
)
def test_a_qualifier_widens_by_one_unit_of_what_is_written(
    text: str, first: str, last: str
) -> None:
    assert bounds(text) == span(first, last)


def test_an_interval_also_bounds_its_start_and_its_end() -> None:
    assert bounds("2010/2013-05") == Bounds(
        earliest=date(2010, 1, 1),
        latest_start=date(2010, 12, 31),
        earliest_end=date(2013, 5, 1),
        latest=date(2013, 5, 31),
    )


def test_an_open_side_of_an_interval_has_no_bounds() -> None:
    assert bounds("../2020") == Bounds(
        earliest=None, latest_start=None, earliest_end=date(2020, 1, 1), latest=date(2020, 12, 31)
    )
    assert bounds("1991-09/..") == Bounds(
        earliest=date(1991, 9, 1), latest_start=date(1991, 9, 30), earliest_end=None, latest=None
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "../..",
        "/2020",
        "2020/",
        "2010/2011/2012",
        "2013/2010",
        "2023-13",
        "2023-02-29",
        "0000",
        "2023-00",
        "20X3",
        "XXXX",
        "199X-01",
        "2023-XX-01",
        "2023-4-11",
        "2023-04-11T10:00:00",
        "~2023",
        "2023~?",
        " 2023",
        "2023\n",
        "٢٠٢٣",
        "-0050",
        "2023-21",
        "on Tuesday",
    ],
)
def test_what_is_not_read_is_an_error_that_quotes_the_text(text: str) -> None:
    with pytest.raises(EdtfError) as caught:
        bounds(text)
    assert repr(text) in caught.value.message
    assert caught.value.hint


@given(DAYS, st.sampled_from(["", "~", "?", "%"]))
def test_coarser_or_qualified_times_contain_the_finer_ones(day: date, qualifier: str) -> None:
    forms = [
        day.isoformat(),
        f"{day:%Y-%m}".rjust(7, "0"),
        f"{day.year:04}",
        f"{day.year:04}"[:3] + "X",
        f"{day.year:04}"[:2] + "XX",
    ]
    inner = bounds(forms[0])
    for form in forms:
        outer = bounds(form + qualifier)
        assert outer.earliest is not None
        assert outer.latest is not None
        assert inner.earliest is not None
        assert outer.earliest <= inner.earliest <= day <= outer.latest
        inner = bounds(form)


@given(DAYS, DAYS)
def test_the_bounds_of_an_interval_are_those_of_its_ends(one: date, other: date) -> None:
    start, end = sorted((one, other))
    last_of_month = calendar.monthrange(end.year, end.month)[1]
    found = bounds(f"{start.isoformat()}/{end.year:04}-{end.month:02}")
    assert found == Bounds(start, end.replace(day=last_of_month), start, end.replace(day=1))
