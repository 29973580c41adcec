"""What is counted in one pass is what queries count."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.seeded import Seeded

from kg.namespaces import PREFIXES
from kg.processes.opening import open_embedded
from kg.publication.counts import MANY, Counts, counts_of
from kg.store.interface import Store

WHOLE = {
    "documents": "SELECT (COUNT(DISTINCT ?d) AS ?n) { ?p a ckg:Passage ; oa:hasSource ?d }",
    "claims": "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a ckg:Claim }",
    "statements": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ckg:Statement }",
    "entities": "SELECT (COUNT(DISTINCT ?e) AS ?n) { ?claim ckg:about ?e }",
    "consensus": "SELECT (COUNT(*) AS ?n) { GRAPH graph:consensus { ?s ?p ?o } }",
    "contradictions": "SELECT (COUNT(*) / 2 AS ?n) {"
    " SELECT DISTINCT ?a ?b { { ?a ckg:contradicts ?b } UNION { ?b ckg:contradicts ?a } } }",
    "candidates": "SELECT (COUNT(*) / 2 AS ?n) { SELECT DISTINCT ?a ?b {"
    " { ?a ckg:mayContradict ?b } UNION { ?b ckg:mayContradict ?a } } }",
}
ABOUT = "SELECT ?x (COUNT(DISTINCT ?c) AS ?n) { ?c ckg:about ?x } GROUP BY ?x"
BY = "SELECT ?x (COUNT(DISTINCT ?c) AS ?n) { ?c ckg:claimant ?x } GROUP BY ?x"
PREDICATES = "SELECT ?x (COUNT(?c) AS ?n) { ?c rdf:predicate ?x } GROUP BY ?x"
OPPOSED = """SELECT ?x (COUNT(DISTINCT ?c) AS ?n) {
  ?x a ckg:Conflict . ?c ckg:about ?x .
  ?c ckg:contradicts|ckg:mayContradict|ckg:inTensionWith|ckg:disputes|^ckg:disputes ?other
} GROUP BY ?x"""


@pytest.fixture(scope="module")
def store(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Store:
    home = tmp_path_factory.mktemp("counted") / "home"
    seeded.copy_to(home)
    return open_embedded(home)


@pytest.fixture(scope="module")
def counted(store: Store) -> Counts:
    return counts_of(store)


def asked(store: Store, query: str) -> list[dict[str, str]]:
    data = b"".join(store.query(query, accept="application/sparql-results+json"))
    found = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: row[name].value for name in names} for row in found]


def by_thing(store: Store, query: str) -> dict[str, int]:
    return {row["x"]: int(row["n"]) for row in asked(store, query)}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_the_whole_is_counted_as_a_query_counts_it(
    name: str, store: Store, counted: Counts
) -> None:
    assert counted.whole[name] == float(asked(store, WHOLE[name])[0]["n"])
    assert counted.whole[name] > 0


def test_claims_of_conflicts_and_of_what_has_many_are_counted(
    store: Store, counted: Counts
) -> None:
    for relation, query in (("about", ABOUT), ("claimant", BY)):
        expected = {
            iri: count
            for iri, count in by_thing(store, query).items()
            if count > MANY or iri.startswith(PREFIXES["conflict"])
        }
        assert counted.claims[relation] == expected


def test_opposed_claims_and_uses_of_predicates_are_counted(store: Store, counted: Counts) -> None:
    assert counted.opposed == by_thing(store, OPPOSED)
    assert counted.predicates == by_thing(store, PREDICATES)
    assert counted.opposed


def test_counts_are_read_again_as_they_were_written(store: Store, counted: Counts) -> None:
    again = open_embedded(Path(store.folder.path))  # type: ignore[attr-defined]
    assert counts_of(again) == counted
