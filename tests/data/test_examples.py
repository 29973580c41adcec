"""The queries that show the graph off do run, find something, and say what they are about."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from tests.data.asking import found

from kg.resources import queries_dir
from kg.sparql.examples import examples
from kg.sparql.service import answer
from kg.store.values import read

FOLDER = queries_dir() / "examples"
EXAMPLES = sorted(FOLDER.glob("*.rq"))
HEADER = re.compile(
    r"""
    \#\+\ summary:\ \S.+\n
    \#\+\ description:\ >\n(?:\#\+\ \ \ \S.*\n)+
    \#\+\ tags:\ \[[a-z][a-z ]*(?:,\ [a-z][a-z ]*)*\]\n
    \n(?!\#)
    """,
    re.VERBOSE,
)

each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)


@each_example
def test_an_example_finds_something(seed_store, example: Path):
    assert found(seed_store, example.read_text(encoding="utf-8")) > 0


@each_example
def test_an_example_raises_no_warning(seed_store, example: Path):
    assert answer(seed_store, example.read_text(encoding="utf-8")).warnings == ()


@each_example
def test_an_example_says_what_it_shows(example: Path):
    text = example.read_text(encoding="utf-8")
    assert HEADER.match(text), "the header has summary, description and tags"
    assert max(map(len, text.splitlines())) <= 110


@each_example
def test_an_example_needs_nothing_that_a_newcomer_does_not_know(example: Path):
    text = example.read_text(encoding="utf-8")
    assert "PREFIX" not in text, "all prefixes are known"
    assert not re.search(r"(?<![\w?])(claim|proposition|passage|membership|estimate):\w", text)
    if re.search(r"^SELECT", text, re.MULTILINE):
        assert "ORDER BY" in text, "whatever people look at is sorted"


def test_the_examples_are_numbered_in_the_order_in_which_they_are_read():
    names = [path.stem for path in EXAMPLES]
    assert [int(name.split("-")[0]) for name in names] == list(range(1, len(names) + 1))
    assert len(names) >= 12


def test_each_example_is_listed_with_a_summary_of_its_own():
    listed = examples(FOLDER)
    assert [example.name for example in listed] == [path.stem for path in EXAMPLES]
    assert all(example.summary != example.name and example.description for example in listed)
    assert len({example.summary for example in listed}) == len(listed)


def test_figures_of_wars_are_of_these_their_parties_or_a_conflict_of_the_same(seed_store):
    query = next(FOLDER.glob("*-deaths-in-the-years-of-each-war.rq")).read_text(encoding="utf-8")
    rows = csv.DictReader(
        read(answer(seed_store, query, accept="text/csv").stream).decode().split("\n")
    )
    of = {tuple(row[name].rpartition("/id/")[2] for name in ("war", "of")) for row in rows}
    assert {thing for war, thing in of if war == "conflict/second-nagorno-karabakh-war"} == {
        "conflict/second-nagorno-karabakh-war",
        "conflict/nagorno-karabakh-conflict",
        "state/armenia",
        "state/azerbaijan",
    }
    assert ("conflict/first-nagorno-karabakh-war", "event/fighting-1990-1994") in of


def test_nothing_found_counts_as_nothing(seed_store):
    assert found(seed_store, "SELECT ?x WHERE { ?x ckg:hostedBy state:ukraine }") == 0
    assert found(seed_store, "ASK { event:tegh-firefight ckg:initiatedBy ?who }") == 0
    assert found(seed_store, "CONSTRUCT WHERE { ?x ckg:hostedBy state:ukraine }") == 0
