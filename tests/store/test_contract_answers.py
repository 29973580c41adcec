"""The contract of every home: queries and what answers them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.store.homes import ALL, JSON, names
from tests.store.toy import ex, quad

from kg.errors import (
    NotAcceptableError,
    QueryError,
    StoreError,
)
from kg.namespaces import PREFIXES
from kg.store.interface import Limits
from kg.store.values import read, solutions, triples


def test_all_our_prefixes_may_be_used_undeclared(known):
    for prefix, namespace in PREFIXES.items():
        text = f"SELECT ?iri WHERE {{ VALUES ?iri {{ {prefix}:x }} }}"
        assert solutions(known, text)[0]["iri"].value == f"{namespace}x"


def test_a_query_may_declare_a_prefix_of_ours_anew(known):
    text = "PREFIX event: <http://example.org/> SELECT ?x WHERE { VALUES ?x { event:a } }"
    assert solutions(known, text)[0]["x"] == ex("a")


def test_relative_iris_are_resolved_against_our_base(known):
    found = solutions(known, "SELECT ?x WHERE { VALUES ?x { <id/event/e> } }")
    assert found[0]["x"].value == f"{PREFIXES['event']}e"


def test_bindings_give_values_to_projected_variables(known):
    assert names(solutions(known, ALL, s=ex("c"))) == [("c", "d")]


@pytest.mark.parametrize(
    ("text", "media_type", "answered"),
    [
        ("ASK {}", JSON, JSON),
        ("SELECT * WHERE { ?s ?p ?o }", "application/sparql-results+xml", None),
        ("SELECT * WHERE { ?s ?p ?o }", "text/csv", "text/csv; charset=utf-8"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle", None),
        ("DESCRIBE <http://example.org/a>", "application/n-triples", None),
    ],
)
def test_an_answer_names_its_media_type_generation_and_engine(known, text, media_type, answered):
    stream = known.query(text, accept=media_type)
    assert stream.media_type == (answered or media_type)
    assert stream.generation == 1
    assert stream.answered_by
    assert read(stream)


@pytest.mark.parametrize("media_type", ["application/n-quads", "application/trig"])
def test_a_graph_can_be_written_in_a_format_of_datasets(known, media_type):
    data = read(known.query("DESCRIBE <http://example.org/a>", accept=media_type))
    parsed = list(ox.parse(data, format=ox.RdfFormat.from_media_type(media_type)))
    assert [q.triple for q in parsed] == [quad("a", "b").triple]


def test_a_graph_has_each_triple_once(known):
    text = "CONSTRUCT { ex:x ex:p ex:y } WHERE { ?s ex:p ?o }"
    assert len(triples(known, f"PREFIX ex: <http://example.org/> {text}")) == 1


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("SELECT * WHERE {}", "text/turtle"),
        ("ASK {}", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"),
        ("ASK {}", "image/png"),
    ],
)
def test_a_media_type_that_does_not_fit_the_answer_is_not_acceptable(known, text, media_type):
    with pytest.raises(NotAcceptableError):
        known.query(text, accept=media_type)


def test_text_that_is_no_query_is_refused_with_its_place(known):
    with pytest.raises(QueryError) as caught:
        known.query("SELECT *\nWHERE { ?s ?p }", accept=JSON)
    assert (caught.value.line, caught.value.column) == (2, 16)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://e/a> <http://e/a> <http://e/a> }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP DEFAULT",
        "LOAD <http://127.0.0.1:9/>",
        "ASK {} ; CLEAR ALL",
    ],
)
def test_a_query_never_updates(known, update):
    with pytest.raises(QueryError):
        known.query(update, accept=JSON)
    assert names(solutions(known, ALL)) == [("a", "b"), ("c", "d")]


def test_a_generation_that_is_not_there_yet_cannot_be_asked_for(known):
    assert read(known.query(ALL, accept=JSON, at_least=1))
    with pytest.raises(StoreError, match="2"):
        known.query(ALL, accept=JSON, at_least=2)


def test_a_query_longer_than_its_limit_is_refused(known):
    with pytest.raises(QueryError, match="20 bytes"):
        known.query(ALL, accept=JSON, limits=Limits(query_bytes=20))
