"""Candidates for links: what their types, names and evidence make of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.links.cases import FIRST, cases

from kg.errors import InputError
from kg.links.authorities import AUTHORITIES, CATEGORIES
from kg.suggestions.extract import Extract, read
from kg.suggestions.scoring import CERTAIN, OPEN, suggestions
from kg.suggestions.things import Other, Thing
from kg.suggestions.types import HEADS, WHOLE, category

WIKIDATA = AUTHORITIES["wikidata"]
TEGRAD = Thing("place:tegrad", ("Tegrad",), types=("city",), point=(41.69, 44.83))
THERE = Other(f"Q{FIRST}", ("Tegrad", "Теград"), ("big city", "capital"), (41.7, 44.8))


def test_name_type_and_place_together_are_certain() -> None:
    (found,) = suggestions(TEGRAD, [THERE])
    assert found.verdict == CERTAIN
    assert found.says(1) == {"type", "coordinates"}
    assert "coordinates: 3 km apart" in [e.words for e in found.evidence]


def test_a_person_is_certain_by_the_day_of_birth() -> None:
    ours = Thing("person:ilan-kellim", ("Ilan Kellim",), day="1961-04-02")
    (found,) = suggestions(ours, [Other("Q1", ("Ilan Kellim",), ("human",), day="1961-04-02")])
    assert found.verdict == CERTAIN


def test_no_hard_negative_is_certain() -> None:
    known = cases()
    assert len(known) >= 80
    wrong = [
        (case.why, found.other.identifier)
        for case in known
        for found in suggestions(case.thing, case.others)
        if found.verdict == CERTAIN
    ]
    assert wrong == []


def test_what_contradicts_puts_a_candidate_behind_the_right_one() -> None:
    region = Other("Q1", ("Tegrad",), ("region",), (41.69, 44.83))
    namesake = Other("Q2", ("Tegrad",), ("city",), (12.0, 13.0))
    found = suggestions(TEGRAD, [region, namesake, THERE])
    assert (found[0].other, found[0].verdict) == (THERE, CERTAIN)


def test_two_that_fit_alike_are_both_open() -> None:
    twin = Other("Q995", ("Tegrad",), ("city",), (41.7, 44.8))
    assert {s.verdict for s in suggestions(TEGRAD, [THERE, twin])} == {OPEN}


def test_the_name_in_another_script_counts() -> None:
    (found,) = suggestions(Thing("place:x", ("Теград",), types=("city",)), [THERE])
    assert found.exact


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("city in Georgia", "city"),
        ("big city", "city"),
        ("city-state", ""),
        ("sovereign state", "country"),
        ("country of the United Realm", ""),
        ("constituent country", ""),
        ("former country", "historical state"),
        ("fictional city", ""),
        ("province of Ardenia", "region"),
        ("human", "person"),
        ("city hall", "building"),
        ("city council", ""),
        ("war film", ""),
        ("", ""),
    ],
)
def test_the_words_of_a_type_say_what_it_is_or_nothing(name: str, expected: str) -> None:
    assert category(name) == expected


def test_every_category_of_types_is_one_of_links() -> None:
    assert {*HEADS.values(), *WHOLE.values()} <= set(CATEGORIES)


def test_an_extract_finds_by_any_name_in_any_script(tmp_path: Path) -> None:
    path = tmp_path / "extract.jsonl"
    path.write_text(
        '{"id": "Q990000001", "names": ["Tegrad", "Теград"], "types": ["city"],'
        ' "point": [41.7, 44.8], "day": "1200"}\n\n{"id": "Q990000002", "names": ["Velma"]}\n',
        encoding="utf-8",
    )
    extract = read(path, WIKIDATA)
    asked = [Thing("place:a", ("Теград",)), Thing("place:b", ("Velma",)), Thing("place:c", ("X",))]
    found = extract.ask(asked)
    assert [[o.identifier for o in others] for others in found] == [
        ["Q990000001"],
        ["Q990000002"],
        [],
    ]
    assert found[0][0] == Other("Q990000001", ("Tegrad", "Теград"), ("city",), (41.7, 44.8), "1200")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "no line of an extract"),
        ("[1]", "no object"),
        ('{"id": "Q1"}', "names"),
        ('{"id": "Q1", "names": []}', "no names"),
        ('{"id": "Q1", "names": "Ada"}', "list of strings"),
        ('{"id": "X1", "names": ["Ada"]}', "no identifier of Wikidata"),
        ('{"id": "Q1", "names": ["Ada"], "point": [91, 0]}', "degrees"),
        ('{"id": "Q1", "names": ["Ada"], "point": [NaN, 0]}', "degrees"),
        ('{"id": "Q1", "names": ["Ada"], "day": "last week"}', "no day"),
        ('{"id": "Q1", "names": ["Ada"], "classes": []}', "classes is not known"),
        ('{"id": "Q2", "names": ["Again"]}', "stands in line 1 already"),
    ],
)
def test_a_bad_line_of_an_extract_is_named(line: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "extract.jsonl"
    path.write_text('{"id": "Q2", "names": ["Ada"]}\n' + line, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path, WIKIDATA)
    assert words in str(caught.value)
    assert caught.value.line == 2


def test_a_word_of_very_many_names_finds_nothing_alone() -> None:
    many = [Other(f"Q{n}", (f"River Number {n}",)) for n in range(2_001)]
    assert Extract(many).ask([Thing("place:x", ("River",))]) == [[]]
