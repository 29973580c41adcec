"""The contract of every home: snapshots and artefacts."""

from __future__ import annotations

import pytest
from tests.store.homes import commit
from tests.store.toy import consensus, curated, derived, ex, imported, quad

from kg.errors import NotFoundError, StaleError


def test_a_snapshot_stays_as_it_was(store):
    commit(store, quad("a", "b"))
    before = store.snapshot()
    commit(store, quad("c", "d"))
    assert before.generation == 1
    if not store.capabilities.isolated:
        with pytest.raises(StaleError):
            list(before.quads(curated))
        return
    assert [q.subject for q in before.quads(curated)] == [ex("a")]
    assert len(list(store.snapshot().quads(curated))) == 2


def test_a_snapshot_shows_each_quad_in_its_named_graph_only(store):
    commit(store, quad("a", "b"), quad("a", "b", imported))
    graphs = [q.graph_name for q in store.snapshot().quads() if q.subject == ex("a")]
    assert sorted(graphs, key=str) == [consensus, curated, imported]
    assert store.snapshot().graphs() == (consensus, curated, derived, imported)


def test_an_older_generation_is_there_while_it_is_kept(open_home):
    store = open_home()
    commit(store, quad("a", "b"))
    commit(store, quad("c", "d"))
    if not store.capabilities.isolated:
        with pytest.raises(NotFoundError, match="not kept"):
            open_home().snapshot(at=1)
        return
    older = open_home().snapshot(at=1)
    assert [q.subject for q in older.quads(curated)] == [ex("a")]


@pytest.mark.parametrize("generation", [99, -1])
def test_a_generation_that_is_not_kept_is_not_found(store, generation):
    with pytest.raises(NotFoundError):
        store.snapshot(at=generation)


def test_an_artefact_is_built_once_per_generation_and_opened_by_all(open_home):
    built = []

    def build(snapshot, folder):
        built.append(snapshot.generation)
        count = sum(1 for _ in snapshot.quads(curated))
        (folder / "count").write_text(str(count))

    def opened(home):
        home.register_artefact("count", build, lambda folder: (folder / "count").read_text())
        return home.artefact("count")

    store = open_home()
    assert opened(store) == "0"
    commit(store, quad("a", "b"))
    assert opened(store) == "1"
    assert opened(store) == "1"
    assert opened(open_home()) == "1"
    assert built == [0, 1]


def test_an_artefact_that_nobody_declared_is_not_found(store):
    with pytest.raises(NotFoundError, match="nothing-of-ours"):
        store.artefact("nothing-of-ours")
