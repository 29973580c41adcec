"""Our own queries concatenate texts, never IRIs."""

from __future__ import annotations

import pytest
from tests.validation.worlds import BAD, ontology

from kg.namespaces import ONTOLOGY
from kg.resources import queries_dir
from kg.validation.querylint import LITERAL_PROPERTIES, NAME, concatenated_iris, lint_queries


def test_the_bad_query_is_found() -> None:
    path = BAD / f"{NAME}.rq"
    (finding,) = lint_queries([path], ontology()[ONTOLOGY])
    assert finding.source_shape == NAME
    assert finding.file == str(path)
    assert (
        finding.message
        == "GROUP_CONCAT in a query of ours takes STR(?claimant), not the IRI ?claimant."
    )


def test_none_of_our_queries_concatenates_an_iri() -> None:
    queries = sorted(queries_dir().rglob("*.rq"))
    assert queries
    assert lint_queries(queries, ontology()[ONTOLOGY]) == []


@pytest.mark.parametrize(
    ("argument", "pattern"),
    [
        ("?s", "?s rdfs:label ?label"),
        ("DISTINCT ?o", "?s ckg:claimant ?o"),
        ("?p", "?s ?p ?label"),
        ("?o", "OPTIONAL { ?s ckg:claimant ?o }"),
        ("?o", "?s rdfs:label ?o . FILTER EXISTS { ?o ckg:claimant ?x }"),
        ("?o", "?s rdfs:label ?x . { ?o ckg:claimant ?x } UNION { ?x ckg:claimant ?o }"),
    ],
)
def test_an_iri_is_found_wherever_it_is_bound(argument: str, pattern: str) -> None:
    query = f"SELECT (GROUP_CONCAT({argument}) AS ?all) WHERE {{ {pattern} }}"
    assert concatenated_iris(query, LITERAL_PROPERTIES)


@pytest.mark.parametrize(
    ("argument", "pattern"),
    [
        ("?label", "?s rdfs:label ?label"),
        ("STR(?s)", "?s rdfs:label ?label"),
        ("DISTINCT STR(?o)", "?s ckg:claimant ?o"),
        ("?text", "?s ckg:claimant ?o . BIND(STR(?o) AS ?text)"),
    ],
)
def test_a_text_is_no_iri(argument: str, pattern: str) -> None:
    query = f"SELECT (GROUP_CONCAT({argument}) AS ?all) WHERE {{ {pattern} }}"
    assert concatenated_iris(query, LITERAL_PROPERTIES) == set()
