"""`GRAPH ?g { … }` is the pattern asked of each graph alone, joined with its name."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from kg.errors import QueryError
from kg.sparql.each_graph import for_each_graph, is_asked
from kg.sparql.lexer import tokens
from kg.sparql.service import answer
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Dataset, Patch

GRAPHS = {
    "urn:g1": "<urn:a> <urn:p> <urn:b> . <urn:b> <urn:p> <urn:c> . <urn:c> <urn:q> <urn:g2>",
    "urn:g2": "<urn:a> <urn:p> <urn:c> . <urn:x> <urn:q> <urn:a>",
    "urn:g3": "<urn:z> <urn:r> 1",
}
WHOLE = ox.Store()
ALONE = {name: ox.Store() for name in GRAPHS}
for name, triples in GRAPHS.items():
    WHOLE.update(f"INSERT DATA {{ GRAPH <{name}> {{ {triples} }} }}")
    ALONE[name].update(f"INSERT DATA {{ {triples} }}")
WHOLE.update("INSERT DATA { <urn:d> <urn:p> <urn:e> }")

VARIABLES = st.sampled_from(["?s", "?o", "?g", "?x"])
TERMS = st.sampled_from(["<urn:a>", "<urn:g1>", "<urn:g2>", "<urn:absent>"])
TRIPLES = st.builds(
    lambda s, p, o: f"{s} {p} {o}",
    st.sampled_from(["?s", "?o", "?x", "<urn:a>", "_:b"]),
    st.sampled_from(["<urn:p>", "<urn:q>", "?p", "<urn:p>+", "<urn:p>/<urn:q>"]),
    VARIABLES | TERMS,
)
FILTERS = st.builds(
    lambda v, t: f"FILTER({v} = {t})", VARIABLES, TERMS | st.just("<urn:b>")
) | VARIABLES.map(lambda v: f"FILTER(BOUND({v}))")


def in_groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner).map(lambda x: f"{{ {x[0]} }} UNION {{ {x[1]} }}"),
        inner.map(lambda x: f"OPTIONAL {{ {x} }}"),
        st.tuples(inner, inner).map(lambda x: f"{{ {x[0]} }} MINUS {{ {x[1]} }}"),
        inner.map(lambda x: f"FILTER NOT EXISTS {{ {x} }}"),
        inner.map(lambda x: f"{{ SELECT (COUNT(*) AS ?n) {{ {x} }} }}"),
        inner.map(lambda x: f"{{ SELECT DISTINCT ?s {{ {x} }} }}"),
        st.tuples(TRIPLES, inner).map(lambda x: f"{x[0]} . {{ {x[1]} }}"),
        st.tuples(inner, FILTERS).map(lambda x: f"{{ {x[0]} {x[1]} }}"),
    )


PATTERNS = st.recursive(
    st.one_of(
        TRIPLES,
        st.just(""),
        st.tuples(VARIABLES, TERMS).map(lambda x: f"VALUES {x[0]} {{ {x[1]} UNDEF }}"),
        TERMS.map(lambda term: f"BIND({term} AS ?y)"),
    ),
    in_groups,
    max_leaves=4,
)


def rows(store: ox.Store, query: str) -> Counter[frozenset[tuple[str, str]]] | None:
    """The solutions, blank nodes alike; None for what is no query."""
    try:
        found = store.query(query)
    except SyntaxError:
        return None
    names = [variable.value for variable in found.variables]
    return Counter(frozenset((n, str(row[n])) for n in names if row[n]) for row in found)


@settings(max_examples=examples(150))
@given(PATTERNS)
def test_a_pattern_is_asked_of_each_graph_and_joined_with_its_name(pattern: str) -> None:
    wanted: Counter[frozenset[tuple[str, str]]] = Counter()
    for name, store in ALONE.items():
        found = rows(store, f"SELECT * {{ {pattern} }}")
        if found is None:
            return
        for row, times in found.items():
            if dict(row).get("g", f"<{name}>") == f"<{name}>":
                wanted[row | {("g", f"<{name}>")}] += times
    query = for_each_graph(f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}", list(GRAPHS), 100_000)
    assert rows(WHOLE, query) == wanted


@pytest.mark.parametrize(
    "pattern",
    [
        "?s ?p ?o",
        "?s <urn:p> ?o ; <urn:q> ?x FILTER(?o != ?x)",
        "?s <urn:p>+ ?o OPTIONAL { ?s <urn:q> ?x }",
        "{ ?s <urn:p> ?o } UNION { ?s <urn:q> ?o }",
        "VALUES ?s { <urn:a> } ?s ?p ?o",
        "?s ?p ?o BIND(STR(?o) AS ?text)",
    ],
)
def test_what_the_engine_answers_rightly_is_not_touched(pattern: str) -> None:
    assert not is_asked(tuple(tokens(f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}")))


def test_a_graph_in_a_graph_is_asked_for_each_pair() -> None:
    inner = "SELECT (COUNT(*) AS ?n) { GRAPH ?h { SELECT (COUNT(*) AS ?m) { ?s ?p ?o } } }"
    query = f"SELECT ?g ?n {{ GRAPH ?g {{ {inner} }} }}"
    found = WHOLE.query(for_each_graph(query, list(GRAPHS), 100_000))
    assert {(row["g"].value, row["n"].value) for row in found} == {(g, "3") for g in GRAPHS}


@pytest.mark.parametrize(
    ("pattern", "column"),
    [
        ("?s ?p ?o FILTER(?g = <urn:g1>)", 39),
        ("?s ?p ?o BIND(STR(?g) AS ?name)", 41),
        ("?s ?p ?g FILTER(?g = <urn:g1>)", None),
        ("?s ?p ?o } FILTER(?g = <urn:g1>) {", None),
    ],
)
def test_who_asks_for_the_name_inside_is_warned(
    store: EmbeddedStore, pattern: str, column: int | None
) -> None:
    warnings = answer(store, f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}").warnings
    found = [advice.column for advice in warnings if "inside GRAPH ?g" in advice.message]
    assert found == ([column] if column else [])


COUNT = "SELECT ?g ?n { GRAPH ?g { SELECT (COUNT(*) AS ?n) { ?s <urn:p> ?o } } }"
CSV = "text/csv"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    folder = tmp_path_factory.mktemp("graphs")
    store = EmbeddedStore(folder)
    _commit(store, *WHOLE.quads_for_pattern(None, None, None, ox.NamedNode("urn:g1")))
    return store


def _commit(store: EmbeddedStore, *quads: ox.Quad) -> None:
    meta = CommitMeta("a test", "a reason", datetime(2024, 1, 2, tzinfo=UTC))
    store.commit(Patch(added=quads), meta, commit_id=str(hash(quads)))


def counts(store: EmbeddedStore, query: str = COUNT, **named: object) -> list[str]:
    return sorted(b"".join(answer(store, query, accept=CSV, **named).stream).decode().split()[1:])


def test_the_store_names_its_graphs_and_a_commit_adds_one(store: EmbeddedStore) -> None:
    assert counts(store) == ["urn:g1,2"]
    _commit(store, *WHOLE.quads_for_pattern(None, None, None, ox.NamedNode("urn:g2")))
    assert counts(store) == ["urn:g1,2", "urn:g2,1"]


def test_graphs_that_the_query_or_the_request_names_are_those(store: EmbeddedStore) -> None:
    named = COUNT.replace("{", "FROM NAMED <urn:g1> FROM NAMED <urn:none> {", 1)
    assert counts(store, named) == ["urn:g1,2", "urn:none,0"]
    assert counts(store, dataset=Dataset(None, (ox.NamedNode("urn:g1"),))) == ["urn:g1,2"]
    assert counts(store, COUNT.replace("{", "FROM <urn:g1> {", 1)) == []


def test_what_gets_too_long_is_refused_with_its_place() -> None:
    query = f"SELECT * {{\n  GRAPH ?g {{ SELECT * {{ ?s ?p '{'x' * 500}' }} }} }}"
    with pytest.raises(QueryError, match="each of 300 graphs") as raised:
        for_each_graph(query, [f"urn:{n}" for n in range(300)], 100_000)
    assert (raised.value.line, raised.value.column) == (2, 3)
