"""What is changed before the engine sees it answers as SPARQL says, and nothing else changes."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.sparql.guard import check
from kg.sparql.rewrites import rewritten
from kg.sparql.service import LIMITS, answer
from kg.store.embedded import EmbeddedStore

VALUES = "VALUES (?g ?t) { (1 'a'@en) (1 'b'@en) (2 'c'@en) (2 'd'@de) (3 'e') }"


def changed(text: str) -> str:
    return rewritten(text, check(text, LIMITS).tokens)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(GROUP_CONCAT(?t) AS ?x)", "(STR(GROUP_CONCAT(?t)) AS ?x)"),
        (
            "(group_concat(DISTINCT STR(?t); separator=')') AS ?x)",
            "(STR(group_concat(DISTINCT STR(?t); separator=')')) AS ?x)",
        ),
        (
            "(CONCAT(GROUP_CONCAT((?t)), GROUP_CONCAT(?t)) AS ?x)",
            "(CONCAT(STR(GROUP_CONCAT((?t))), STR(GROUP_CONCAT(?t))) AS ?x)",
        ),
        ("(GROUP\\u005fCONCAT(?t) AS ?x)", "(STR(GROUP\\u005fCONCAT(?t)) AS ?x)"),
        ("(TRUE AS ?x)", "(true AS ?x)"),
        ("(IF(True, 'TRUE', FALSE) AS ?x)", "(IF(true, 'TRUE', false) AS ?x)"),
        ("('GROUP_CONCAT(' AS ?x)", "('GROUP_CONCAT(' AS ?x)"),
        ("(<urn:GROUP_CONCAT(> AS ?x)", "(<urn:GROUP_CONCAT(> AS ?x)"),
        ("?GROUP_CONCAT # GROUP_CONCAT(\n", "?GROUP_CONCAT # GROUP_CONCAT(\n"),
    ],
)
def test_the_aggregate_alone_is_changed(before: str, after: str) -> None:
    assert changed(f"SELECT {before} {{ {VALUES} }}") == f"SELECT {after} {{ {VALUES} }}"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?g (GROUP_CONCAT(?t) AS ?x) {{ {VALUES} }} GROUP BY ?g",
        f"SELECT ?g (CONCAT(GROUP_CONCAT(?t), '') AS ?x) {{ {VALUES} }} GROUP BY ?g",
        f"SELECT ?g ?x {{ {{ SELECT ?g (GROUP_CONCAT(?t) AS ?x) {{ {VALUES} }} GROUP BY ?g }} }}",
    ],
)
def test_a_joined_text_has_no_language(tmp_path, query: str) -> None:
    found = answer(EmbeddedStore(tmp_path), query, accept="application/sparql-results+json")
    rows = ox.parse_query_results(b"".join(found.stream), ox.QueryResultsFormat.JSON)
    texts = {(row["g"].value, row["x"].value, row["x"].language) for row in rows}
    assert {text for text in texts if text[0] != "2"} == {("1", "a b", None), ("3", "e", None)}


@pytest.mark.parametrize("where", ["HAVING GROUP_CONCAT(?t) = 'e'", "ORDER BY GROUP_CONCAT(?t)"])
def test_it_may_stand_wherever_an_aggregate_may(tmp_path, where: str) -> None:
    query = f"SELECT ?g {{ {VALUES} }} GROUP BY ?g {where}"
    original = _outcome(query)
    assert _outcome(changed(query)) == original


def _outcome(query: str) -> object:
    try:
        return [str(row) for row in ox.Store().query(query)]
    except SyntaxError:
        return "refused"


def test_an_error_has_its_place_in_the_text_as_it_was_given(tmp_path) -> None:
    query = "SELECT (GROUP_CONCAT(?t) AS ?x) { ?s ?p } "
    with pytest.raises(QueryError) as raised:
        answer(EmbeddedStore(tmp_path), query)
    assert raised.value.column == query.index("}") + 1


@given(st.text("GROUP_CONCAT(){}?x ';#\n", max_size=60))
def test_brackets_that_do_not_fit_are_left_to_the_engine(text: str) -> None:
    query = f"SELECT * {{ {text} }}"
    try:
        tokens = check(query, LIMITS).tokens
    except QueryError:
        return
    found = rewritten(query, tokens)
    assert found.replace("STR(GROUP_CONCAT", "GROUP_CONCAT").count("(") <= query.count("(")
