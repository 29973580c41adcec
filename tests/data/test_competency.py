"""Competency questions: what the graph answers is what was worked out from the texts."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from kg.resources import queries_dir
from kg.store.values import read

FOLDER = queries_dir() / "competency"
QUESTIONS = sorted(FOLDER.glob("*.rq"))
TSV = "text/tab-separated-values"
HEADER = re.compile(
    r"""
    \#\+\ summary:\ \S.*\?\n                # a question
    \#\+\ description:(\ >\n(\#\+\ \ \ \S.*\n)+|\ [^>\n].*\n)
    \#\+\ tags:\ \[[^\[\]\n]+\]\n
    (?!\#)
    """,
    re.VERBOSE,
)
ORDERED_BY = re.compile(
    r"\bORDER\s+BY\s+((?:(?:ASC|DESC)?\s*\(?\s*\?\w+\s*\)?\s*)+)\s*(?:LIMIT.*)?$"
)


def body(question: Path) -> str:
    """The query without its header and without empty lines."""
    lines = question.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.startswith("#"))


def table(text: str) -> tuple[list[str], list[tuple[str, ...]]]:
    """The columns and the rows of a TSV file; the answer of an ASK is a table without columns."""
    first, *lines = text.removesuffix("\n").split("\n")
    if first in ("true", "false"):
        return [], [(first,)]
    return first.split("\t"), [tuple(line.split("\t")) for line in lines]


def expected(question: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    return table(question.with_suffix(".tsv").read_text(encoding="utf-8"))


def sort_keys(question: Path) -> list[str]:
    match = ORDERED_BY.search(body(question))
    return re.findall(r"\?\w+", match[1]) if match else []


def order_is_total(keys: list[str], columns: list[str], rows: list[tuple[str, ...]]) -> bool:
    """Whether the sort keys tell all rows apart, so that their order is fixed."""
    if not keys or not set(keys) <= set(columns):
        return False
    places = [columns.index(key) for key in keys]
    return len({tuple(row[place] for place in places) for row in rows}) == len(rows)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_the_answer_is_the_expected_one(seed_store, question: Path):
    query = question.read_text(encoding="utf-8")
    columns, rows = table(read(seed_store.query(query, accept=TSV)).decode())
    expected_columns, expected_rows = expected(question)
    assert columns == expected_columns
    assert Counter(rows) == Counter(expected_rows)
    if order_is_total(sort_keys(question), columns, expected_rows):
        assert rows == expected_rows


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_says_what_it_asks_and_what_is_right(question: Path):
    text = question.read_text(encoding="utf-8")
    assert HEADER.match(text), "the header has summary (a question), description and tags"
    assert max(map(len, text.splitlines())) <= 130


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_reads_as_a_newcomer_would_write_it(question: Path):
    text = body(question)
    assert "PREFIX" not in text, "all prefixes are known"
    assert not re.search(r"(?<![\w?])(claim|proposition|passage|membership|estimate):\w", text), (
        "nobody knows the names of claims, and of other nodes that are found through them"
    )
    if "SELECT" in text:
        assert sort_keys(question), "whatever people look at is sorted"


def test_each_question_has_its_expected_solutions_and_each_solution_its_question():
    questions = {path.stem for path in QUESTIONS}
    assert questions == {path.stem for path in FOLDER.glob("*.tsv")}


def test_questions_are_numbered_without_gaps():
    numbers = [int(path.stem.split("-")[0]) for path in QUESTIONS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_there_are_seventy_questions():
    assert len(QUESTIONS) >= 70


def test_three_quarters_of_the_questions_fit_in_eight_lines():
    short = [path for path in QUESTIONS if len(body(path).splitlines()) <= 8]
    assert len(short) >= 0.75 * len(QUESTIONS)
