"""A query as a tree agrees with the grammar that it is read by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sparql.grammar import stop
from kg.sparql.lexer import tokens
from kg.sparql.tree import tree

WORDS = ["SELECT", "*", "{", "}", "?a", "<urn:p>", "'x'", ".", "(", ")", "GRAPH", "UNION", "a", ";"]


def test_parts_are_where_their_tokens_are() -> None:
    text = "SELECT ?s { ?s <urn:p>*/<urn:q> 1 ; a ?t . GRAPH ?g { ?s ?p ?o } FILTER(?s > 1) }"
    found = tuple(tokens(text))
    root = tree(found)
    assert root is not None

    def words(name: str) -> list[str]:
        return [" ".join(t.text for t in found[p.start : p.end]) for p in root.all(name)]

    assert words("Path") == ["<urn:p> * / <urn:q>", "a"]
    assert words("PathMod") == ["*"]
    assert words("NotTriples") == ["GRAPH ?g { ?s ?p ?o }", "FILTER ( ?s > 1 )"]
    assert words("SelectClause") == ["SELECT ?s"]
    assert words("Query") == [" ".join(token.text for token in found)]


@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_there_is_a_tree_exactly_where_the_grammar_does_not_stop(words: list[str]) -> None:
    found = tuple(tokens(" ".join(words)))
    assert (tree(found) is None) == (stop(found) is not None)


@pytest.mark.parametrize("depth", [1, 500])
def test_depth_needs_no_stack(depth: int) -> None:
    found = tuple(tokens("SELECT * " + "{ " * depth + "} " * depth))
    root = tree(found)
    assert root is not None
    assert sum(1 for _ in root.all("GroupGraphPattern")) == depth
