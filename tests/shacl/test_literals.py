"""Comparison, datatypes and patterns are those of SPARQL, and no value makes them slow."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import ShaclFailure
from kg.shacl.literals import check_pattern, has_datatype, in_languages, is_less, matches
from kg.shacl.terms import XSD


def literal(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("text", "datatype", "is_typed"),
    [
        ("127", "byte", True),
        ("128", "byte", False),
        ("-128", "byte", True),
        ("-129", "byte", False),
        ("32767", "short", True),
        ("32768", "short", False),
        ("-32768", "short", True),
        ("-32769", "short", False),
        ("2147483647", "int", True),
        ("2147483648", "int", False),
        ("-2147483648", "int", True),
        ("-2147483649", "int", False),
        ("9223372036854775807", "long", True),
        ("9223372036854775808", "long", False),
        ("-9223372036854775808", "long", True),
        ("-9223372036854775809", "long", False),
        ("255", "unsignedByte", True),
        ("256", "unsignedByte", False),
        ("65535", "unsignedShort", True),
        ("65536", "unsignedShort", False),
        ("4294967295", "unsignedInt", True),
        ("4294967296", "unsignedInt", False),
        ("18446744073709551615", "unsignedLong", True),
        ("18446744073709551616", "unsignedLong", False),
        ("-1", "unsignedByte", False),
        ("0", "positiveInteger", False),
        ("0", "negativeInteger", False),
        ("-1", "negativeInteger", True),
        ("1", "nonPositiveInteger", False),
        ("0", "nonNegativeInteger", True),
        ("-1", "nonNegativeInteger", False),
        ("+0", "nonPositiveInteger", True),
        ("9" * 60, "integer", True),
        ("9" * 60, "positiveInteger", True),
        ("9" * 60, "long", False),
        ("-" + "9" * 60, "positiveInteger", False),
        ("1.0", "integer", False),
        ("1e3", "decimal", False),
        ("1e3", "double", True),
        ("yes", "boolean", False),
        ("2023-02-30", "date", False),
        ("2024-02-29", "date", True),
        ("2023-01-01T25:00:00", "dateTime", False),
        ("P1Y", "duration", True),
        ("anything", "anyURI", True),
    ],
)
def test_a_text_is_of_its_datatype_or_not(text: str, datatype: str, is_typed: bool) -> None:
    value = literal(text, datatype)
    assert has_datatype(value, value.datatype, canonical=False) is is_typed


def test_in_a_store_a_derived_type_is_its_range() -> None:
    byte = ox.NamedNode(f"{XSD}byte")
    assert has_datatype(ox.Literal(5), byte, canonical=True)
    assert not has_datatype(ox.Literal(500), byte, canonical=True)
    assert not has_datatype(ox.Literal(5), byte, canonical=False)


@pytest.mark.parametrize(
    ("left", "right", "less"),
    [
        (ox.Literal(9), ox.Literal(10), True),
        (ox.Literal(2), literal("1.5", "decimal"), False),
        (
            literal("2020-01-01T00:00:00Z", "dateTime"),
            literal("2020-01-02T00:00:00Z", "dateTime"),
            True,
        ),
        (
            literal("2020-01-01T00:00:00", "dateTime"),
            literal("2020-01-01T01:00:00Z", "dateTime"),
            False,
        ),
        (ox.Literal("a"), ox.Literal("b"), True),
        (ox.Literal("a"), ox.Literal(1), False),
        (ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), False),
    ],
)
def test_values_compare_as_in_sparql(left: ox.Literal, right: ox.Literal, less: bool) -> None:
    assert is_less(left, right) is less


def test_a_pattern_that_would_backtrack_for_ever_is_matched() -> None:
    assert not matches("a" * 50_000 + "!", "^(a+)+$", "")
    assert matches("a" * 50_000, "^(a|aa)+$", "")


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "found"),
    [
        ("ABC", "b", "i", True),
        ("a\nb", "^b$", "m", True),
        ("a\nb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("ab", "a b", "x", True),
        ("a.b", ".", "q", True),
        ("ab", ".", "q", False),
        ('say "a\\b"', r'"a\\b"$', "", True),
        ("Հայաստան", r"^\p{L}+$", "", True),
    ],
)
def test_flags_are_those_of_xpath(text: str, pattern: str, flags: str, found: bool) -> None:
    check_pattern(pattern, flags)
    assert matches(text, pattern, flags) is found


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)", "a{1000}{1000}{1000}", "("])
def test_what_the_engine_cannot_match_is_a_failure(pattern: str) -> None:
    with pytest.raises(ShaclFailure):
        check_pattern(pattern, "")


@pytest.mark.parametrize(
    ("language", "ranges", "fits"),
    [
        ("en-GB", ["en"], True),
        ("EN", ["en"], True),
        ("eng", ["en"], False),
        ("en", ["en-GB"], False),
        ("de", ["*"], True),
        ("de", [], False),
    ],
)
def test_languages_are_matched_by_their_first_subtags(
    language: str, ranges: list[str], fits: bool
) -> None:
    assert in_languages(ox.Literal("x", language=language), ranges) is fits
