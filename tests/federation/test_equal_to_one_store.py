"""A query that asks endpoints means what it means where their data are graphs of one store."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import event, given, settings
from hypothesis import strategies as st
from tests.federation.near import (
    OTHER,
    REMOTE,
    UNPUSHED,
    Far,
    replaced,
    solutions,
    store,
    together,
)

THINGS = [f"<http://e/{name}>" for name in "abc"]
WORDS = ['"a"', '"b"@en', "1", '"a b\\n\\"q\\" \\\\u0041 é"']
LINKS = [f"<http://e/{name}>" for name in "pq"]
NAMES = ["?x", "?y", "?z"]

data = st.lists(
    st.tuples(st.sampled_from(THINGS), st.sampled_from(LINKS), st.sampled_from(THINGS + WORDS)),
    min_size=6,
    max_size=10,
).map(lambda rows: store("".join(f"{' '.join(row)} .\n" for row in rows)))

variable = st.sampled_from(NAMES)
triple = st.builds(
    "{} {} {} .".format,
    variable,
    st.sampled_from([*LINKS, "?p"]),
    st.one_of(variable, st.sampled_from(THINGS)),
)
triples = st.lists(triple, min_size=1, max_size=2).map(" ".join)
values = st.builds("VALUES (?x ?y) {{ ({} {}) ({} UNDEF) }}".format, *[st.sampled_from(THINGS)] * 3)
condition = st.sampled_from(
    ["?x != ?y", "isIRI(?x)", "BOUND(?z)", "?x = <http://e/a>", "?p = <http://e/p>"]
)
filtered = st.builds("FILTER({})".format, condition)
inside = st.one_of(
    triples,
    st.builds("{} OPTIONAL {{ {} }}".format, triples, triple),
    st.builds("{} {}".format, triples, filtered),
    st.builds("{{ {} }} UNION {{ {} }}".format, triples, triple),
    st.builds("{} {}".format, triples, values),
    st.builds("SELECT ?x (COUNT(*) AS ?n) {{ {} }} GROUP BY ?x".format, triples),
    st.builds("{} MINUS {{ {} }}".format, triples, triple),
)
service = st.builds("@{} {{ {} }}".format, st.sampled_from([f"<{REMOTE}>", f"<{OTHER}>"]), inside)
local = st.one_of(
    triples,
    filtered,
    values,
    st.builds("OPTIONAL {{ {} }}".format, triples),
    st.builds("MINUS {{ {} }}".format, triples),
    st.builds("{{ {} }} UNION {{ {} }}".format, triples, triples),
)
around = st.one_of(
    service,
    service,
    st.builds("OPTIONAL {{ {} }}".format, service),
    st.builds("MINUS {{ {} }}".format, service),
    st.builds("{{ {} }} UNION {{ {} }}".format, service, triples),
    st.builds("{{ SELECT ?x ?y {{ {} {} }} }}".format, triples, service),
    st.builds("FILTER NOT EXISTS {{ @<%s> {{ {} }} }}".replace("%s", REMOTE).format, triples),
    st.builds(
        "FILTER EXISTS {{ {} @<%s> {{ {} }} }}".replace("%s", REMOTE).format, triple, triples
    ),
)
queries = st.lists(st.one_of(local, local, around), min_size=1, max_size=4).flatmap(
    lambda parts: around.map(lambda last: f"SELECT * {{ {' '.join([*parts, last])} }}")
)

start = st.builds(
    "{0[0]} {1} {0[1]} .".format,
    st.sampled_from([("?x", "?y"), ("?y", "?x"), ("?x", "?z"), ("?y", "?z")]),
    st.sampled_from(LINKS),
)
before = st.one_of(
    filtered,
    st.just("VALUES ?x { <http://e/a> <http://e/b> <http://e/c> }"),
    st.just("GRAPH <http://e/graph> { ?x ?q ?y }"),
    st.builds("OPTIONAL {{ {} }}".format, start),
    st.builds("MINUS {{ {} }}".format, triple),
    st.just('BIND("w" AS ?w)'),
    start,
)
wanted = st.one_of(start, start, inside)
directed = st.builds(
    "SELECT * {{ {} {} @<%s> {{ {} }} {} }}".replace("%s", REMOTE).format,
    start,
    st.lists(before, max_size=2, unique=True).map(" ".join),
    wanted,
    st.lists(st.one_of(local, around), max_size=1).map("".join),
)


def as_graphs(text: str) -> str:
    return text.replace("@", "GRAPH ")


def as_services(text: str) -> str:
    return text.replace("@", "SERVICE ")


@settings(max_examples=200)
@given(queries, data, data, data)
def test_a_query_has_the_solutions_that_it_has_over_one_store(text, here, there, elsewhere):
    far = Far({REMOTE: there, OTHER: elsewhere})
    expected = solutions(together(here, far), as_graphs(text))
    pushed, _ = replaced(as_services(text), here, far)
    unpushed, _ = replaced(as_services(text), here, far, UNPUSHED)
    assert solutions(here, unpushed.text) == expected
    assert solutions(here, pushed.text) == expected


@settings(max_examples=200)
@given(directed, data, data, data)
def test_bindings_that_are_sent_along_change_no_solution(text, here, there, elsewhere):
    here.extend(ox.Quad(*quad.triple, ox.NamedNode("http://e/graph")) for quad in list(here)[:3])
    far = Far({REMOTE: there, OTHER: elsewhere})
    expected = solutions(together(here, far), as_graphs(text))
    pushed, near = replaced(as_services(text), here, far)
    event(f"bindings asked for: {bool(near.asked)}")
    event(f"bindings sent: {any('WHERE { VALUES (?' in asked for asked in far.asked)}")
    event(f"solutions: {bool(expected[1])}")
    assert solutions(here, pushed.text) == expected
