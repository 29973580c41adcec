"""Queries that differ in IRIs alone: what is read of one, with the IRIs of another put in."""

from __future__ import annotations

import random

import pytest
from tests.columnar.generator import Generator
from tests.columnar.worlds import EX

from kg.columnar.algebra import Query, refuse_uncertain
from kg.columnar.engine import refuse_unreadable
from kg.columnar.handing_over import HandedOver
from kg.columnar.parse import parse
from kg.columnar.prepared import STANDING, prepared

INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"
X = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "


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


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s { ?s <http://a.example/p> <http://a.example/%> }",
        "SELECT ?s { VALUES ?s { <http://a.example/1> <http://a.example/%> } ?s ?p ?o }",
        "SELECT ?s { VALUES ?s { <http://a.example/%><http://a.example/%> } ?s ?p ?o }",
        "SELECT * { values ?s {<http://a.example/%> } ?s a ?o VALUES ?o { <http://a.example/%> } }",
        "SELECT ?s { VALUES (?s ?o) { (<http://a.example/%> <http://a.example/2>) } ?s ?p ?o }",
        "SELECT ?s { VALUES ?s { <http://a.example/%> UNDEF <http://a.example/2> } ?s ?p ?o }",
        "SELECT ?s { VALUES ?s { <http://a.example/%> 5 } ?s ?p ?o }",
        "SELECT ?s { VALUES ?s { } ?s ?p <http://a.example/%> }",
        "SELECT ?s { ?s ?p 'VALUES ?s { <http://a.example/%> }' }",
        "SELECT ?s { ?s ?p <http://a.example/%> } VALUES ?s { <http://a.example/%> }",
        "SELECT ?s { VALUES () { () () } ?s ?p <http://a.example/%> }",
        "SELECT ?s { VALUES ?s { UNDEF } ?s ?p <http://a.example/%> }",
        "SELECT ?s { ?s ?p ?o FILTER(" + "?o = <http://a.example/%> || " * 180 + "?o = 5) }",
        "SELECT ?s { " + "{ ?s ?p <http://a.example/%> } UNION " * 60 + "{ ?s ?p ?o } }",
        "SELECT ?s " + "{ " * 60 + "?s ?p <http://a.example/%>" + " }" * 60,
        "SELECT ?s { ?s ?p ?o FILTER(" + "!(" * 60 + "?o = <http://a.example/%>" + ")" * 60 + ") }",
        "SELECT ?s { GRAPH <http://a.example/%> { ?s ?p ?o } }",
        "SELECT ?s { ?s ?p ?o FILTER(?o != <http://a.example/%>) }",
        "SELECT ?s { ?s ?p ?o FILTER(?o IN (<http://a.example/%>, <http://a.example/2>)) }",
        "SELECT ?s { ?s ?p ?o FILTER(STR(?o) = 'see <http://a.example/%>') }",
        "SELECT ?s { ?s <http://a.example/p>/<http://a.example/%>* ?o . ?s ?p ?o }",
        "SELECT ?s { ?s ?p 'see <http://a.example/%>' }",
        "SELECT ?s { ?s ?p '5'^^<http://a.example/%> }",
        f"SELECT ?s {{ ?s ?p '05'^^ {INTEGER}, <http://a.example/%> }}",
        f"SELECT ?s {{ ?s ?p ?o FILTER(?o = '05' ^^ #\n {INTEGER}) }}",
        "PREFIX a: #c\n <http://a.example/%/> SELECT ?s { ?s a:p <http://a.example/%> }",
        "PREFIX a: <http://a.example/%/> SELECT ?s { ?s a:p a:% ; a:q <http://a.example/%> }",
        "BASE <http://a.example/%/> SELECT ?s { ?s <p> <http://a.example/%> }",
        f"{X}SELECT (xsd:integer(?o) AS ?n) {{ ?s <http://a.example/%> ?o }}",
        f"SELECT ({INTEGER} (?o) AS ?n) {{ ?s <http://a.example/%> ?o }}",
        "SELECT (<http://a.example/%> #c\n (?o) AS ?n) { ?s <http://a.example/p> ?o }",
        "SELECT ?s { ?s <http://A.example/%> <HTTP://a.example/%> }",
        "SELECT ?s { ?s ?p ?o # <http://a.example/%>\n FILTER(?o > <http://a.example/%>) }",
        "SELECT ?prefix ?base { ?prefix <http://a.example/%> ?base }",
        "CONSTRUCT { ?s <http://a.example/%> <http://a.example/o> } { ?s <http://a.example/p> ?o }",
        f"SELECT ?s {{ ?s ?p <{STANDING}0> , <http://a.example/%> }}",
        "SELECT ?s { ?s !<http://a.example/%> ?o }",
        "DESCRIBE <http://a.example/%>",
        "SELECT ?s WHERE { <http://a.example/%> <http://a.example/1> <http://a.example/%> }",
    ],
)
def test_a_query_is_what_it_is_by_itself_also_after_others_of_its_shape(text: str) -> None:
    for name in ("1", "2", "o", "1> <http://a.example/2", "2"):
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
