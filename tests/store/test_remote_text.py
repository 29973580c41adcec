from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.namespaces import BASE, PREFIXES
from kg.store.remote_text import form_of, has_from, with_bindings, with_prologue

X = ox.NamedNode("http://example.org/x")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ASK\nPREFIX ask: <http://e/SELECT> construct {} where {}", "CONSTRUCT"),
        ("BASE <http://e/> describe <ask>", "DESCRIBE"),
        ("INSERT DATA { <a:s> <a:p> 'SELECT' }", ""),
        ("PREFIX select: <http://e/> ASK { select:SELECT select:p ?ask }", "ASK"),
    ],
)
def test_the_form_of_a_query_is_its_first_word_of_that_sort(text, form):
    assert form_of(text) == form


def test_from_is_a_word_and_not_part_of_a_string_a_name_or_a_comment():
    assert has_from("SELECT * FROM graph:curated {}")
    assert not has_from("SELECT ?from { ?from a <http://from>, 'from', ckg:from } # from")


def test_only_prefixes_that_are_used_are_declared_and_those_of_the_query_come_later():
    sent = with_prologue("PREFIX event: <http://e/> SELECT ?x { VALUES ?x { event:a state:b } }")
    assert f"BASE <{BASE}>" in sent
    assert f"PREFIX state: <{PREFIXES['state']}>" in sent
    assert "PREFIX ckg:" not in sent
    [row] = [r for r in ox.Store().query(sent) if "example" not in str(r) and "e/a" in str(r["x"])]
    assert row["x"].value == "http://e/a"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x ?o { ?x <http://example.org/p> ?o }",
        "SELECT ?x ?o { { ?x <http://example.org/p> ?o } UNION { ?s <http://example.org/q> ?x } }",
        "SELECT ?x ?o { ?y ?p ?o FILTER(?y = ?x) }",
        "SELECT ?x ?o { ?y ?p ?o OPTIONAL { ?y ?q ?o FILTER(?y != ?x) } }",
        "SELECT ?x (COUNT(?o) AS ?n) { ?x ?p ?o } GROUP BY ?x",
        "SELECT ?x ?o { { SELECT ?x ?o { ?x ?p ?o } ORDER BY ?o LIMIT 1 } }",
        "SELECT ?x ?o { VALUES ?o { 1 2 } FILTER EXISTS { ?x ?p ?o } }",
        "SELECT ?x ?o { ?x ?p ?o MINUS { ?x <http://example.org/q> ?o } }",
        "SELECT ?x { VALUES ?x { <http://example.org/y> } }",
    ],
)
def test_values_in_the_text_do_what_values_beside_it_do(text):
    store = ox.Store()
    data = "PREFIX : <http://example.org/> :x :p 1, 3 ; :q 2 . :y :p 2 ; :q :x ."
    store.load(data.encode(), format=ox.RdfFormat.TURTLE)
    beside = store.query(text, substitutions={ox.Variable("x"): X})
    inside = store.query(with_bindings(text, {"x": X}))
    rows = [
        [sorted(str(row[v]) for v in found.variables) for row in found]
        for found in (beside, inside)
    ]
    assert sorted(rows[0]) == sorted(rows[1])


def test_templates_and_data_are_left_alone():
    text = "CONSTRUCT { ?x <http://example.org/r> ?o } WHERE { VALUES (?o) { (1) } ?x ?p ?o }"
    assert with_bindings(text, {"x": X}) == text.replace(
        "WHERE {", f"WHERE {{ VALUES ?x {{ {X} }} "
    )
