"""Queries that differ in IRIs alone: what is read of one, with the IRIs of another put in."""

from __future__ import annotations

import random

import pytest
from tests.columnar.generator import Generator
from tests.columnar.worlds import EX
from tests.sparql.alike import AWKWARD, NAMES

from kg.columnar.algebra import Query, refuse_uncertain
from kg.columnar.engine import refuse_unreadable
from kg.columnar.handing_over import HandedOver
from kg.columnar.parse import parse
from kg.columnar.prepared import prepared


def read(text: str) -> Query | str:
    """What a query is without anything that was read before, or why it is handed over."""
    try:
        query = parse(text)
        refuse_uncertain(query.where)
        refuse_unreadable(text)
    except HandedOver as refusal:
        return str(refusal)
    return query


def read_again(text: str) -> Query | str:
    try:
        return prepared(text).query
    except HandedOver as refusal:
        return str(refusal)


@pytest.mark.parametrize("text", AWKWARD)
def test_a_query_is_what_it_is_by_itself_also_after_others_of_its_shape(text: str) -> None:
    for name in NAMES:
        one = text.replace("%", name)
        assert read_again(one) == read(one)


@pytest.mark.parametrize("seed", range(300))
def test_any_query_is_what_it_is_by_itself(seed: int) -> None:
    text = Generator(seed).query()
    choose = random.Random(seed)
    names = [f"<{EX}{name}>" for name in ("e1", "e2", "p", "other")]
    others = text
    for name in names:
        others = others.replace(name, choose.choice(names))
    for each in (text, others, text):
        assert read_again(each) == read(each)
