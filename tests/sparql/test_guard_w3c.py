from __future__ import annotations

import pytest
from tests.sparql.w3c import FOLDERS, MISSING, cases, listed

from kg.errors import QueryError
from kg.sparql.guard import check
from kg.sparql.lexer import tokens, word
from kg.store.interface import Limits

pytestmark = pytest.mark.skipif(not all(f.is_dir() for f in FOLDERS), reason=MISSING)

KINDS = ("QueryEvaluationTest", "CSVResultFormatTest", "PositiveSyntaxTest")


def test_all_queries_of_the_manifests_are_here():
    numbers = {kind: len(cases(kind)) for kind in KINDS}
    assert [kind for kind in KINDS if numbers[kind] < listed(kind)] == []
    assert sum(numbers.values()) > 900


def test_no_well_formed_query_is_refused_but_for_asking_others():
    wrong = {}
    for case in cases(*KINDS):
        asks_others = any(word(token) == "SERVICE" for token in tokens(case.text))
        try:
            check(case.text, Limits())
        except QueryError as error:
            if not asks_others or "SERVICE is not offered" not in error.message:
                wrong[case.name] = str(error)
        else:
            if asks_others:
                wrong[case.name] = "let through"
    assert wrong == {}


def test_the_suites_ask_others_in_places():
    asking = [case.name for case in cases(*KINDS) if "SERVICE" in case.text.upper()]
    assert {name.rpartition("/")[0] for name in asking} >= {
        "sparql11/service",
        "sparql11/syntax-fed",
    }


def test_no_query_of_the_suites_comes_near_the_limits():
    limits = Limits(nesting=32, patterns=100, groups=32, operators=500, tokens=10_000)
    for case in cases(*KINDS):
        if "SERVICE" not in case.text.upper():
            check(case.text, limits)


def test_no_malformed_query_is_anything_but_let_through_or_refused_with_its_place():
    placeless = []
    for case in cases("NegativeSyntaxTest"):
        try:
            check(case.text, Limits())
        except QueryError as error:
            placeless += [case.name] if error.line is None else []
    assert placeless == []
