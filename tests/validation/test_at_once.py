"""A check that is asked about everything finds what it finds when it is asked thing by thing."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
import pytest
from rdflib import Graph
from tests.validation.worlds import bad_files, read_bad, store_with

from kg.namespaces import CURATED
from kg.validation.computed import COMPUTED

TWINS = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix p: <https://w3id.org/conflict-kg/id/proposition/> .
p:00000000000a rdf:subject p:x ; rdf:predicate ckg:near ; rdf:object "1", 1 .
p:00000000000b rdf:subject p:x ; rdf:predicate ckg:near ; rdf:object "1" .
p:00000000000c rdf:subject p:x ; rdf:predicate ckg:near ; rdf:object "Δ\\t\\"x\\""@EL .
p:00000000000d rdf:subject p:x ; rdf:predicate ckg:near ; rdf:object "2", "3" .
"""
"""Two with a part in common, of which one has another; one with odd text; one with two objects."""


@cache
def bad_world() -> ox.Store:
    """Everything that is wrong in a file of a computed check, at once."""
    wrong = {CURATED: Graph().parse(data=TWINS, format="turtle")}
    for path in bad_files():
        for name, graph in read_bad(path).items() if path.stem in COMPUTED else ():
            wrong[name] = wrong.get(name, Graph()) + graph
    return store_with(wrong)


@pytest.mark.parametrize("name", COMPUTED)
@pytest.mark.sample(5)
def test_everything_at_once_is_the_same_as_thing_by_thing(name: str) -> None:
    store, check = bad_world(), COMPUTED[name]
    things = frozenset(q.subject for q in store if isinstance(q.subject, ox.NamedNode))
    found = set(check(store, None))
    assert found == set(check(store, things))
    assert found
