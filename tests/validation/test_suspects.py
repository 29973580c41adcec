"""A check that is asked about suspects alone finds what it finds among everything."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.validation.worlds import base, ontology

import kg.validation.suspects
from kg.namespaces import CURATED
from kg.rdf.turtle import parse_turtle
from kg.validation.checks import check_files, run_checks, run_query
from kg.validation.dataset import derived_store
from kg.validation.suspects import SUSPECTS, suspects

BAD = """
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix event: <https://w3id.org/conflict-kg/id/event/> .
event:meeting ckg:hostedBy event:nowhere ; ckg:invented "text" .
event:untyped ckg:hostedBy event:meeting ; ckg:note "text"@en .
event:odd a ckg:Invented , <http://example.org/Thing> .
event:both a ckg:Event ; ckg:hostedBy <http://example.org/elsewhere> .
"""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    return derived_store({**ontology(), CURATED: base() + parse_turtle(BAD)})


@pytest.mark.parametrize("most", [0, kg.validation.suspects.MOST], ids=["all", "suspects"])
def test_suspects_are_all_that_a_check_finds(store, monkeypatch, most) -> None:
    expected = {
        finding
        for path in check_files()
        if path.stem in SUSPECTS
        for finding in run_query(store, path)
    }
    monkeypatch.setattr(kg.validation.suspects, "MOST", most)
    found = run_checks(store, dict.fromkeys(SUSPECTS))
    assert {finding.focus_node.rpartition("/")[2] for finding in found} >= {
        *("nowhere", "untyped", "odd", "ns#invented", "ns#Invented"),
    }
    assert set(found) == expected
    assert len(found) == len(expected)


def test_what_no_set_narrows_is_asked_of_everything(store) -> None:
    assert suspects(store, "blank-node-violation") is None
