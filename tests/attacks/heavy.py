"""Queries that run without end, or answer without end."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin

from tests.attacks.model import ANY, LIMIT, STOPPED, Attack, Weakness

CROSS = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(8))
TRIPLE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i ."
TEN_ROWS = "{ 0 1 2 3 4 5 6 7 8 9 }"
DIGITS = " ".join(f"VALUES ?n{n} {TEN_ROWS}" for n in range(12))


def star(points: int, step: int) -> str:
    """A closed line of which every part crosses nearly every other, as Well-Known Text."""
    angles = [2 * pi * (n * step % points) / points for n in range(points + 1)]
    return ", ".join(f"{50 * cos(angle):.2f} {50 * sin(angle):.2f}" for angle in angles)


endless = partial(Attack, weakness=Weakness.TIME, expect=STOPPED)
stream = partial(Attack, weakness=Weakness.STREAM, expect=LIMIT)

ENDLESS = [
    endless("count-of-cross-product", text=f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"),
    endless(
        "ask-for-nothing",
        text=f'ASK {{ {CROSS} FILTER(CONCAT(STR(?o0), STR(?o3), STR(?o7)) = "no") }}',
    ),
    endless(
        "ask-for-a-comparison",
        text=f"ASK {{ {CROSS} FILTER(STRLEN(CONCAT(STR(?o0), STR(?o7))) < 0) }}",
        note="no row comes out, so nothing is written that could fail",
    ),
    endless(
        "sum-over-values",
        text=f"SELECT (SUM(?n0 * ?n11) AS ?n) {{ {DIGITS} }}",
        note="10^12 rows that no store holds",
    ),
    endless(
        "maximum-over-cross-product",
        text=f"SELECT (MAX(STR(?o0)) AS ?m) (AVG(?o3) AS ?a) {{ {CROSS} }}",
    ),
    endless(
        "offset-beyond-the-end", text=f"SELECT * {{ {CROSS} }} OFFSET 9223372036854775807 LIMIT 1"
    ),
    endless(
        "paths-both-ways",
        text="SELECT (COUNT(*) AS ?n) { ?a (!<p:p>|^!<p:p>)* ?b . "
        "?b (!<p:p>|^!<p:p>)* ?c . ?c (!<p:p>|^!<p:p>)* ?d }",
    ),
    endless(
        "nested-stars",
        text="SELECT (COUNT(*) AS ?n) { ?a (((!<p:p>)*|^(!<p:p>)*)*)* ?b . "
        "?b ((!<p:p>)+/(^!<p:p>)+)+ ?c }",
    ),
    endless(
        "steps-that-leave-anywhere",
        text="SELECT (COUNT(*) AS ?n) { ?a " + "/".join(["(!<p:p>|^!<p:p>)"] * 40) + " ?b }",
    ),
    endless(
        "alternatives-of-stars",
        text="SELECT (COUNT(*) AS ?n) { ?a (!<p:p>*/!<p:q>*)*/(^!<p:p>*/!<p:q>*)* ?b . "
        "?c !<p:r>* ?d }",
    ),
    endless(
        "filter-after-join",
        text=f"SELECT * {{ {TRIPLE} ?j ?k ?l . "
        "FILTER(RAND() * STRLEN(CONCAT(STR(?a), STR(?f), STR(?i), STR(?l))) < 0) }",
    ),
    endless(
        "minus-of-cross-product",
        text=f"SELECT (COUNT(*) AS ?n) {{ {CROSS} MINUS {{ {CROSS} FILTER(?o1 < ?o2) }} }}",
    ),
    endless(
        "correlated-subqueries",
        text="SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER NOT EXISTS { ?d ?e ?f "
        "FILTER NOT EXISTS { ?g ?h ?i . ?j ?k ?l "
        "FILTER(?c = ?f && ?f = ?i && ?i = ?l && ?a != ?a) } } }",
    ),
    endless("random-never-equal", text=f"ASK {{ {CROSS} FILTER(UUID() = UUID()) }}", expect=ANY),
    endless(
        "hashes-over-cross-product",
        text="SELECT (MIN(SHA512(CONCAT(STR(?a), STR(?f), STR(?i)))) AS ?x) "
        f"{{ {TRIPLE} ?x1 ?x2 ?x3 }}",
    ),
    endless(
        "graphs-times-graphs",
        text="SELECT (COUNT(*) AS ?n) { GRAPH ?g1 { ?a ?b ?c } GRAPH ?g2 { ?d ?e ?f } "
        "GRAPH ?g3 { ?g ?h ?i } GRAPH ?g4 { ?j ?k ?l } }",
    ),
    endless(
        "geometries-that-cross-everywhere",
        text="SELECT (geof:dimension(geof:union(?star, ?triangle)) AS ?x) { "
        f'BIND("POLYGON(({star(3001, 1499)}))"^^geo:wktLiteral AS ?star) '
        'BIND("POLYGON((0 0, 40 1, 3 40, 0 0))"^^geo:wktLiteral AS ?triangle) }',
        note="4.5 million crossings in 40 kB",
    ),
    endless(
        "geometries-in-geometries",
        text='SELECT (geof:isEmpty(?w) AS ?x) { BIND("GEOMETRYCOLLECTION(" AS ?a0) '
        + " ".join(f"BIND(CONCAT(?a{n}, ?a{n}, ?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(10))
        + " BIND(STRDT(?a10, geo:wktLiteral) AS ?w) }",
        note="a million brackets: the engine's reader of geometries recurses",
    ),
    endless(
        "lateral",
        text=f"SELECT (COUNT(*) AS ?n) {{ {TRIPLE} "
        f"LATERAL {{ SELECT * {{ ?x ?y ?z . ?u ?v ?w }} LIMIT 1000000 }} }}",
        note="an extension of the engine",
    ),
]

STREAMS = [
    stream("select-cross-product", text=f"SELECT * {{ {CROSS} }}"),
    stream("select-huge-limit", text=f"SELECT * {{ {CROSS} }} LIMIT 9223372036854775807"),
    stream(
        "select-limit-beyond-64-bits",
        text=f"SELECT * {{ {CROSS} }} LIMIT 99999999999999999999999",
        expect=STOPPED,
    ),
    stream("select-values", text=f"SELECT * {{ {DIGITS} }}"),
    stream(
        "select-as-csv",
        text=f"SELECT * {{ {CROSS} }}",
        params=(("format", "csv"),),
        note="text formats have no closing bracket that shows their end",
    ),
    stream("select-as-tsv", text=f"SELECT * {{ {CROSS} }}", params=(("format", "tsv"),)),
    stream("select-as-xml", text=f"SELECT * {{ {CROSS} }}", params=(("format", "xml"),)),
    stream(
        "select-as-page",
        text=f"SELECT * {{ {CROSS} }}",
        params=(("format", "html"),),
        expect=ANY,
        note="a page may show the first rows, if it says so",
    ),
    stream(
        "construct-cross-product",
        text=f"CONSTRUCT {{ ?s0 ?p1 ?o2 . ?s3 ?p4 ?o5 . ?s6 ?p7 ?o0 }} WHERE {{ {CROSS} }}",
    ),
    stream(
        "construct-blank-nodes",
        text="CONSTRUCT { [] ?p [ ?p1 [ ?p2 () ] ] . ( ?o3 ?o4 ?o5 ) ?p6 ?o7 } "
        f"WHERE {{ {CROSS} ?s ?p ?o }}",
    ),
    stream(
        "construct-as-ntriples",
        text=f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} WHERE {{ {CROSS} }}",
        params=(("format", "nt"),),
    ),
    stream(
        "construct-as-jsonld",
        text=f"CONSTRUCT {{ ?s0 ?p1 ?o2 }} WHERE {{ {CROSS} }}",
        params=(("format", "jsonld"),),
    ),
    stream("describe-everything", text="DESCRIBE * { ?s ?p ?o }", expect=ANY),
    stream("describe-cross-product", text=f"DESCRIBE * {{ {CROSS} }}", expect=STOPPED),
    stream(
        "rows-of-long-text",
        text=f'SELECT (CONCAT(?x, ?x, ?x, ?x) AS ?y) {{ BIND("{"x" * 20_000}" AS ?x) {DIGITS} }}',
    ),
    stream("rows-without-columns", text=f"SELECT ?none {{ {CROSS} }}"),
]
