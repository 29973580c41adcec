"""Letters of two scripts in a word, and words in a number, are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.validation.beyond import found

from kg.validation import Kind
from kg.validation.beyond.characters import MIXED, mixed_words
from kg.validation.beyond.numbers import WITH_WORDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Аrmenia", ["Аrmenia"]),
        ("the Armеnian army", ["Armеnian"]),
        ("Нагoрный Карабах", ["Нагoрный"]),
        ("Εrevan", ["Εrevan"]),
    ],
)
def test_a_word_of_two_scripts_is_found(text: str, words: list[str]) -> None:
    assert mixed_words(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Armenia",
        "Нагорный Карабах",
        "Արցախյան հակամարտություն",
        "COVID-пандемия",
        "Erdoğan, Əliyev, Zürich",
        "10 µm, α-helix",
        "Т-72",
        "東京Tower",
        "Armenia (Армения)",
    ],
)
def test_words_of_one_script_each_are_not_found(text: str) -> None:
    assert mixed_words(text) == []


@pytest.mark.hypothesis
@given(st.text(alphabet="abcdeoéğ -'", max_size=30), st.text(alphabet="абвгдеор -'", max_size=30))
def test_texts_of_one_script_side_by_side_have_no_mixed_words(latin: str, cyrillic: str) -> None:
    assert mixed_words(f"{latin} {cyrillic}") == []


def test_a_letter_is_named_and_the_word_is_offered_in_latin() -> None:
    [finding] = found('person:ann rdfs:comment "Armеnia"@en .')
    assert (finding.source_shape, finding.kind) == (MIXED, Kind.CHARACTERS)
    assert "е (U+0435, cyrillic small letter ie)" in finding.message
    assert "Perhaps it is Armenia." in finding.message


def test_an_iri_of_ours_with_another_letter_is_told_once() -> None:
    [finding] = found("person:Аnn a ckg:Person ; ckg:kind kind:other .")
    assert finding.value == "https://w3id.org/conflict-kg/id/person/Аnn"
    assert found("person:ann rdfs:seeAlso <https://ru.wikipedia.org/wiki/Армения> .") == ()


@pytest.mark.parametrize(
    "value", ['"20 killed"', '"20 km"^^xsd:integer', '"50 %"', '"1,200 dead"@en']
)
def test_words_in_a_number_are_told(value: str) -> None:
    [finding] = found(f"estimate:x ckg:best {value} .")
    assert (finding.source_shape, finding.kind) == (WITH_WORDS, Kind.CHARACTERS)


@pytest.mark.parametrize(
    "value", ["20", '"twenty"', '"10 to 20 killed"', '"2022-10-31"', '"1,200"']
)
def test_numbers_and_texts_without_one_number_are_not_told(value: str) -> None:
    assert found(f"estimate:x ckg:best {value} .") == ()


def test_an_exponent_is_no_word_and_a_label_no_number() -> None:
    assert found('place:town wgs84:lat "1.5e1"^^xsd:double ; rdfs:comment "20 km away"@en .') == ()
