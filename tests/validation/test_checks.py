"""Checks are queries of one form, and read what the rules derived."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from tests.validation.worlds import base, ontology

from kg.errors import QueryError
from kg.namespaces import CONSENSUS, CURATED, DERIVED, SHAPES
from kg.rdf.turtle import parse_turtle
from kg.validation import check_dataset
from kg.validation.checks import check_files, check_names, run_query, severity_of
from kg.validation.dataset import derived_store
from kg.validation.report import Severity
from kg.validation.shacl import named_shapes

FILES = check_files()


def test_no_two_checks_or_shapes_share_a_name() -> None:
    names = check_names() + [str(s).rpartition("#")[2] for s in named_shapes(ontology()[SHAPES])]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_check_has_a_header_and_selects_entity_and_message_in_order(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(r"#\+ summary: .+[^.]\n#\+ description: ", text)
    assert re.search(r"^#\+ tags: \[check, [a-z]+\]$", text, re.MULTILINE)
    assert "PREFIX" not in text
    assert "ORDER BY ?entity" in text
    store = ox.Store()
    assert list(run_query(store, path)) == []


@pytest.mark.parametrize("name", check_names())
def test_the_end_of_a_name_is_a_severity(name: str) -> None:
    assert severity_of(name) in (Severity.VIOLATION, Severity.WARNING)


def test_checks_see_consensus_and_derived() -> None:
    store = derived_store({**ontology(), CURATED: base()})
    for name in (CONSENSUS, DERIVED):
        assert list(store.quads_for_pattern(None, None, None, ox.NamedNode(str(name))))


@pytest.mark.parametrize(
    "query",
    ["SELECT ?entity WHERE {", "ASK { ?s ?p ?o }", "SELECT ?entity ?message { ?entity ?p ?o }"],
)
def test_a_check_that_cannot_be_run_is_an_error(query: str, tmp_path: Path) -> None:
    path = tmp_path / "some-violation.rq"
    path.write_text(query)
    store = derived_store({CURATED: base()})
    with pytest.raises(QueryError, match=re.escape(str(path))):
        list(run_query(store, path))


def test_the_gate_runs_shapes_and_checks_over_the_whole_dataset() -> None:
    bad = parse_turtle(
        "@prefix ckg: <https://w3id.org/conflict-kg/ns#> ."
        "@prefix event: <https://w3id.org/conflict-kg/id/event/> ."
        "event:meeting ckg:hostedBy event:nowhere ."
        "event:Bad_Name a ckg:Event ."
    )
    graphs = {**ontology(), CURATED: base() + bad}
    report = check_dataset(graphs)
    assert {result.source_shape.rpartition("#")[2] for result in report.results} == {
        "EventShape",
        "EventShape-label",
        "authored-derivation-violation",
        "undeclared-id-violation",
    }


def test_the_gate_does_not_change_what_it_is_given() -> None:
    graphs = {**ontology(), CURATED: Graph() + base()}
    check_dataset(graphs)
    assert set(graphs[CURATED]) == set(base())
    assert set(graphs) == {*ontology(), CURATED}
