"""BNODE with a text: one node for one text in one solution, another in the next."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sparql.guard import check
from kg.sparql.rewrites import rewritten_for_ours
from kg.sparql.service import LIMITS

LITERALS = st.sampled_from(["'x'", "'y'", "''", "'xy'", "'x'@en", "3", "<urn:a>", "UNDEF"])


def changed(text: str) -> str:
    scan = check(text, LIMITS)
    return rewritten_for_ours(text, scan.tokens, scan.prologue)


def ask(query: str) -> list[ox.QuerySolution]:
    return list(ox.Store().query(changed(query)))


def is_text(written: str) -> bool:
    return written.startswith("'") and not written.endswith("@en")


@given(st.lists(st.tuples(LITERALS, LITERALS), max_size=5))
def test_equal_texts_are_one_node_within_a_solution_only(pairs: list[tuple[str, str]]) -> None:
    values = " ".join(f"({a} {b})" for a, b in pairs)
    query = (
        f"SELECT ?a ?b (BNODE(?a) AS ?m) (bnode( ?b ) AS ?n) {{ VALUES (?a ?b) {{ {values} }} }}"
    )
    rows = ask(query)
    assert len(rows) == len(pairs)
    seen: set[ox.BlankNode] = set()
    for (a, b), row in zip(pairs, rows, strict=True):
        assert [row["m"] is not None, row["n"] is not None] == [is_text(a), is_text(b)]
        if is_text(a) and is_text(b):
            assert (row["m"] == row["n"]) == (a == b)
        nodes = {node for node in (row["m"], row["n"]) if node is not None}
        assert not nodes & seen
        seen |= nodes


def test_a_subquery_has_its_own_solutions() -> None:
    rows = ask("SELECT * { { SELECT (BNODE('x') AS ?n) { VALUES ?a { 1 2 } } } }")
    assert len({row["n"] for row in rows}) == 2


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (BNODE() AS ?n) { VALUES ?a { 1 2 } }",
        "SELECT (BNODE('x') AS ?n) { VALUES ?a { 1 2 } } GROUP BY ?a",
        "SELECT (BNODE(MAX(?a)) AS ?n) { VALUES ?a { 'x' } }",
        "SELECT (BNODE('x') AS ?n) { } VALUES ?a { 1 2 }",
        "SELECT ?n (BNODE('x') AS ?m) { BIND(BNODE('x') AS ?n) }",
        "SELECT (BNODE(STR(RAND())) AS ?n) { }",
    ],
)
def test_what_cannot_be_told_apart_stays_as_it_is(query: str) -> None:
    assert changed(query) == query


def test_the_new_variable_is_one_that_nobody_has() -> None:
    text = "SELECT ?kg0 (BNODE(?a) AS ?n) { VALUES (?kg0 ?a) { (1 'x') } }"
    assert "AS ?kg1" in changed(text)
    assert ask(text)[0]["kg0"].value == "1"
