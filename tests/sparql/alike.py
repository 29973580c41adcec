"""Queries to be read with other IRIs in them; `%` is where these differ."""

from __future__ import annotations

from typing import Final

from kg.sparql.shape import STANDING

INTEGER: Final = "<http://www.w3.org/2001/XMLSchema#integer>"
X: Final = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "

AWKWARD: Final = [
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
    f"PREFIX a: #{'far ' * 40}\n<http://a.example/%> SELECT ?s {{ ?s a:% a: }}",
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
]

NAMES: Final = ("1", "2", "o", "1> <http://a.example/2", "2")
"""What stands in the place of `%` in turn."""
