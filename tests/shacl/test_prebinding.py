"""A pre-bound variable has its value in every scope, whatever kind of term that is."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import ShaclFailure
from kg.shacl.prebinding import BindableQuery
from kg.shacl.terms import Term

P = ox.NamedNode("urn:p")
IRI = ox.NamedNode("urn:a")
BLANK = ox.BlankNode("a")
LITERAL = ox.Literal('"a"\n')
THIS = frozenset({"this"})


def solutions(text: str, this: Term) -> int:
    store = ox.Store()
    for node in (IRI, BLANK):
        store.add(ox.Quad(node, P, ox.Literal(1)))
        store.add(ox.Quad(node, P, LITERAL))
    query = BindableQuery(text, THIS).bind({"this": this})
    found = store.query(query.text, **query.options)
    assert isinstance(found, ox.QuerySolutions)
    return sum(1 for _ in found)


@pytest.mark.parametrize("this", [IRI, BLANK], ids=["iri", "blank"])
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("SELECT $this { $this <urn:p> ?o }", 2),
        ("SELECT $this { { $this <urn:p> 1 } UNION { $this <urn:p> 2 } }", 1),
        ("SELECT $this { { FILTER(BOUND($this)) } FILTER bound ( ?this ) }", 1),
        ("SELECT $this { BIND($this AS ?that) ?that <urn:p> ?o }", 2),
        ("SELECT $this { { SELECT $this { $this <urn:p> ?o } } }", 2),
        ("SELECT $this { FILTER NOT EXISTS { $this <urn:q> ?o } }", 1),
        ("SELECT $this { FILTER EXISTS { $this <urn:p> ?o FILTER(?o = 1) } }", 1),
        ("SELECT $this { ?s <urn:p> 1 FILTER(SAMETERM(?s, $this)) }", 1),
        ("SELECT $this { OPTIONAL { $this <urn:q> ?o } FILTER(!BOUND(?o)) }", 1),
        ("SELECT $this (COUNT(?o) AS ?n) { $this <urn:p> ?o } GROUP BY $this", 1),
        ("SELECT $this { $this <urn:p> ?o } ORDER BY ?o # $this MINUS", 2),
        ("SELECT $this { $this <urn:p> ?o FILTER(STR(?o) != '$this VALUES') }", 2),
    ],
)
def test_a_node_is_bound_in_every_scope(text: str, count: int, this: Term) -> None:
    assert solutions(text, this) == count


def test_a_literal_is_bound_as_an_object_and_in_expressions() -> None:
    assert solutions("SELECT $this { ?s <urn:p> $this FILTER(STRLEN($this) = 4) }", LITERAL) == 2


@pytest.mark.parametrize(
    "text",
    [
        "SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }",
        "SELECT $this { VALUES ?o { 1 } }",
        "SELECT $this { service <http://a.example> { $this ?p ?o } }",
        "SELECT $this { BIND(1 AS $this) }",
        "SELECT (1 AS ?this) { }",
        "SELECT $this { { SELECT ?o { $this ?p ?o } } }",
        "SELECT $this { { SELECT * { $this ?p ?o } } }",
    ],
)
def test_what_cannot_be_pre_bound_is_a_failure(text: str) -> None:
    with pytest.raises(ShaclFailure):
        BindableQuery(text, THIS)
