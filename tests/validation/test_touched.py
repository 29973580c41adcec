"""On our data and shapes, what a change touches is all that it breaks or mends."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest

from kg.namespaces import AUTHORED, CURATED, SHAPES
from kg.validation import Report, read_files, seed_files
from kg.validation.files import dataset_of
from kg.validation.shacl import Rules, load, rules_of, view_of

GRAPH = ox.NamedNode(str(CURATED))
CHANGED = 25


@pytest.fixture(scope="module")
def seed() -> tuple[Rules, ox.Store]:
    store = ox.Store()
    for name, graph in dataset_of(read_files(seed_files())).items():
        load(store, name, graph)
    shapes = store.quads_for_pattern(None, None, None, ox.NamedNode(str(SHAPES)))
    return rules_of(quad.triple for quad in shapes), store


def random_change(store: ox.Store, chance: random.Random) -> tuple[list[ox.Quad], list[ox.Quad]]:
    """Quads to add, made of parts of others, and quads to remove."""
    quads = sorted(store.quads_for_pattern(None, None, None, GRAPH), key=str)
    removed = chance.sample(quads, CHANGED)
    added = {
        ox.Quad(chance.choice(quads).subject, other.predicate, other.object, GRAPH)
        for other in chance.sample(quads, CHANGED)
    }
    return sorted(added - set(quads), key=str), removed


@pytest.mark.parametrize("number", range(8))
@pytest.mark.sample(1)
def test_what_is_touched_is_all_that_changes(seed: tuple[Rules, ox.Store], number: int) -> None:
    rules, store = seed
    added, removed = random_change(store, random.Random(number))
    before = rules.validate(view_of(store, AUTHORED))
    for quad in removed:
        store.remove(quad)
    store.extend(added)
    view = view_of(store, AUTHORED)
    touched = rules.dependencies.touched(
        view, (q.triple for q in added), (q.triple for q in removed)
    )
    after, near = rules.validate(view), rules.validate(view, touched)
    for quad in added:
        store.remove(quad)
    store.extend(removed)
    was_near = rules.validate(view_of(store, AUTHORED), touched)
    assert after.results
    assert set(near.results) <= set(after.results)
    assert apart(after, near) == apart(before, was_near)


def apart(whole: Report, near: Report) -> set[object]:
    return set(whole.results) - set(near.results)
