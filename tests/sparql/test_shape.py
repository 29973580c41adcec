"""Queries that differ in IRIs alone: what is found of one holds for the others, in their words."""

from __future__ import annotations

import random

import pytest
from tests.columnar.generator import Generator
from tests.columnar.worlds import EX
from tests.sparql.alike import AWKWARD, NAMES

from kg.errors import QueryError
from kg.sparql import guard, service
from kg.sparql.advice import advise
from kg.sparql.guard import Scan, check
from kg.sparql.shape import taken_out
from kg.store.interface import Limits

LIMITS = Limits()
TERMS = {"https://example.org/": ["nothing"]}

More = tuple[str, ...]
MORE: More = (
    "SELECT ?s { ?s ?p <http://a.example/%> } ORDER BY ?p LIMIT 3",
    "SELECT ?g ?s { GRAPH ?g { ?s ?p <http://a.example/%> FILTER(?g != <http://a.example/%>) } }",
    "SELECT ?s { GRAPH ?g { { SELECT ?s { ?s ?p <http://a.example/%> } LIMIT 1 } } }",
    "SELECT ?s { ?s <http://a.example/%>* ?o FILTER(TRUE) } ORDER BY DESC(?s) OFFSET 2",
    "SELECT (GROUP_CONCAT(?o) AS ?x) { <http://a.example/%> <http://a.example/%>? ?o }",
    "SELECT (BNODE('<http://a.example/%>') AS ?x) { ?s ?p <http://a.example/%> }",
    "SELECT ?s FROM <http://a.example/%> FROM NAMED <http://a.example/%> { ?s ?p ?o }",
    "SELECT ?s { ?s ?p ?o FILTER(?o <http://a.example/%>) }",
    "SELECT ?s { ?s ?p <http://a.example/%> . INSERT }",
    "SELECT ?s { ?s ?p <http://a.example/%> ",
    "SELECT ?s { ?s ?p <http://a.example/%>, 'a\\u0053ERVICE' }",
    f"PREFIX a: #{'far ' * 40}\n<http://a.example/%> ASK {{ a:% a: <http://a.example/%> }}",
    "ASK { <http://a.example/%> <https://example.org/o#a> ?o } # <http://a.example/%>",
)


def looked_at(text: str, scan: Scan) -> tuple[object, ...]:
    """All that is found of a query."""
    alone = Scan(text, scan.tokens, scan.form, scan.prologue, scan.body)
    assert alone.shape is None
    assert scan.text == text
    return (
        scan.tokens,
        scan.form,
        scan.prologue,
        scan.body,
        scan.words(),
        *(scan.of_shape(scan.once(made)[0]) for made in (service._for_any, service._for_ours)),
        scan.once(service._for_ours)[1],
        list(advise(scan, TERMS)),
    )


def found(text: str, *, alone: bool) -> tuple[object, ...] | str:
    try:
        scan = guard._checked(text, LIMITS, False) if alone else check(text, LIMITS)
    except QueryError as error:
        return repr((error.message, error.hint, error.line, error.column))
    return looked_at(text, scan)


@pytest.mark.parametrize("text", [*AWKWARD, *MORE])
def test_a_query_is_what_it_is_by_itself_also_after_others_of_its_shape(text: str) -> None:
    for name in NAMES:
        one = text.replace("%", name)
        assert found(one, alone=False) == found(one, alone=True)


@pytest.mark.parametrize("seed", range(300))
def test_any_query_is_what_it_is_by_itself(seed: int) -> None:
    text = Generator(seed).query()
    choose = random.Random(seed)
    names = [f"<{EX}{name}>" for name in ("e1", "e2", "p", "other/longer")]
    others = text
    for name in names:
        others = others.replace(name, choose.choice(names))
    for each in (text, others, text):
        assert found(each, alone=False) == found(each, alone=True)


def test_the_second_query_of_a_shape_is_not_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "SELECT ?never ?before { ?never <http://a.example/%> ?before } ORDER BY ?never LIMIT 2"
    first = check(text.replace("%", "1"), LIMITS)
    assert first.once(service._for_ours)[0] != first.text
    monkeypatch.setattr(guard, "_checked_tokens", None)
    monkeypatch.setattr(service, "rewritten_for_ours", None)
    second = check(text.replace("%", "longer"), LIMITS)
    assert second.tokens != first.tokens
    assert "<http://a.example/longer>" in second.of_shape(second.once(service._for_ours)[0])


def test_a_limit_holds_for_the_text_and_not_for_its_shape() -> None:
    text = "SELECT ?a { ?a <http://a.example/%s> ?b }"
    check(text % "1", LIMITS)
    with pytest.raises(QueryError, match="bytes"):
        check(text % ("1" * LIMITS.query_bytes), LIMITS)
    values = "SELECT ?a { VALUES ?a { %s } ?a ?b ?c }"
    few = Limits(tokens=40)
    check(values % "<http://a.example/1> <http://a.example/2>", few)
    with pytest.raises(QueryError, match="40 words"):
        check(values % " ".join(f"<http://a.example/{n}>" for n in range(40)), few)


@pytest.mark.parametrize(
    "part", ["PREFIX ", "PREFIX a:<", "VALUES ?x { ", "<http://a/", "^^ ", "BASE <"]
)
def test_no_text_takes_longer_than_it_is_long(part: str) -> None:
    """It would be hours here."""
    shape, _ = taken_out(part * 300_000)
    assert shape == part * 300_000
