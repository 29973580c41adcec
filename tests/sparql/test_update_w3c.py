from __future__ import annotations

import pytest
from tests.sparql.plain_target import PlainTarget, shape
from tests.sparql.w3c import FOLDERS, MF, MISSING, cases, listed

from kg.errors import QueryError
from kg.sparql.guard import check_update
from kg.sparql.lexer import tokens, word
from kg.sparql.update import read_update
from kg.sparql.updating import run
from kg.store.interface import Update

pytestmark = pytest.mark.skipif(not all(f.is_dir() for f in FOLDERS), reason=MISSING)

FETCHING = {
    "sparql11/syntax-update-1/test_1",
    "sparql11/syntax-update-1/test_2",
    "sparql11/syntax-update-1/test_3",
    "sparql11/syntax-update-1/test_4",
    "sparql11/syntax-update-1/test_37",
    "sparql11/update-silent/load-into-silent",
    "sparql11/update-silent/load-silent",
}
"""Tests of LOAD, which is not offered."""


def fetches(case) -> bool:
    return bool({word(token) for token in tokens(case.text)} & {"LOAD", "SERVICE"})


def test_all_updates_of_the_manifests_are_here():
    kinds = ("UpdateEvaluationTest", "PositiveUpdateSyntaxTest", "NegativeUpdateSyntaxTest")
    numbers = {kind: len(cases(kind)) for kind in kinds}
    assert numbers == {kind: listed(kind) for kind in kinds}
    assert min(numbers.values()) > 10


def test_what_fetches_from_elsewhere_is_all_that_is_left_out():
    found = cases("UpdateEvaluationTest", "PositiveUpdateSyntaxTest")
    assert {case.name for case in found if fetches(case)} == FETCHING
    for case in found:
        if fetches(case):
            with pytest.raises(QueryError, match="LOAD is not offered"):
                check_update(case.text)


def test_each_update_of_the_w3c_leaves_what_it_has_to():
    wrong = {}
    for case in cases("UpdateEvaluationTest"):
        if case.name in FETCHING:
            continue
        target = PlainTarget(case.dataset(MF.action))
        run(Update(case.text), target)
        expected = PlainTarget(case.dataset(MF.result))
        if shape(target.store) != shape(expected.store):
            wrong[case.name] = case.text
    assert wrong == {}


def test_each_update_that_is_well_formed_is_read():
    refused = {}
    for case in cases("PositiveUpdateSyntaxTest"):
        try:
            read_update(case.text)
        except QueryError as error:
            refused[case.name] = error
    assert set(refused) == {name for name in FETCHING if "syntax" in name}


def test_each_update_that_is_not_well_formed_is_refused_with_its_place():
    for case in cases("NegativeUpdateSyntaxTest"):
        with pytest.raises(QueryError) as caught:
            read_update(case.text)
        assert caught.value.line, case.name
