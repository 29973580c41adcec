"""Solutions that are equal by all keys come in one order, so that pages never overlap."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.sparql.lexer import tokens
from kg.sparql.service import answer
from kg.sparql.ties import may_tie, with_ties_ordered
from kg.store.embedded import EmbeddedStore


def ordered(text: str) -> str:
    return with_ties_ordered(text, tuple(tokens(text)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SELECT ?a ?b { } ORDER BY ?b LIMIT 1", "SELECT ?a ?b { } ORDER BY ?b ?a LIMIT 1"),
        (
            "SELECT ?a (COUNT(?b) AS ?n) { } GROUP BY ?a ORDER BY DESC(?n) # most\n OFFSET 1",
            "SELECT ?a (COUNT(?b) AS ?n) { } GROUP BY ?a ORDER BY DESC(?n) ?a # most\n OFFSET 1",
        ),
        (
            "SELECT * { ?b ?c $a FILTER(?b > ?c) } ORDER BY STR(?b) LIMIT 1",
            "SELECT * { ?b ?c $a FILTER(?b > ?c) } ORDER BY STR(?b) ?a ?b ?c LIMIT 1",
        ),
        (
            "SELECT DISTINCT ?a { } ORDER BY ASC(?a) LIMIT 1",
            "SELECT DISTINCT ?a { } ORDER BY ASC(?a) LIMIT 1",
        ),
    ],
)
def test_what_is_selected_is_what_ties_are_ordered_by(before: str, after: str) -> None:
    assert ordered(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?a { } ORDER BY ?b",
        "SELECT ?a { } LIMIT 1",
        "SELECT ?a { { SELECT ?a ?b { } ORDER BY ?b LIMIT 1 } }",
        "CONSTRUCT { ?a ?b ?c } { ?a ?b ?c } ORDER BY ?a LIMIT 1",
        "SELECT ?a { } ORDER BY ?b LIMIT 1 nonsense",
    ],
)
def test_other_queries_stay_as_they_are(text: str) -> None:
    assert ordered(text) == text


def test_words_that_matter_are_noticed() -> None:
    assert may_tie(tuple(tokens("select ?a {} order by ?a offset 1")))
    assert not may_tie(tuple(tokens("SELECT ?limit {} ORDER BY ?limit")))


def test_pages_have_all_solutions_once(tmp_path: Path) -> None:
    rows = " ".join(f"({number} {number % 2})" for number in (3, 1, 4, 6, 5, 9, 2, 8))
    query = "SELECT ?n {{ VALUES (?n ?odd) {{ {} }} }} ORDER BY ?odd LIMIT 2 OFFSET {}"
    found = []
    for page in range(4):
        text = query.format(rows, 2 * page)
        accept = "application/sparql-results+json"
        data = b"".join(answer(EmbeddedStore(tmp_path), text, accept=accept).stream)
        found += [int(row["n"]["value"]) for row in json.loads(data)["results"]["bindings"]]
    assert found == [2, 4, 6, 8, 1, 3, 5, 9]
