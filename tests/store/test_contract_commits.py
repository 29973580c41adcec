"""The contract of every home: commits, computed graphs and the gate."""

from __future__ import annotations

import threading

import pyoxigraph as ox
import pytest
from tests.store.homes import ALL, commit, names
from tests.store.toy import consensus, curated, derived, ex, imported, quad

from kg.errors import (
    InputError,
    RefusedError,
)
from kg.store.interface import Store
from kg.store.values import solutions


def test_a_home_is_a_store(store):
    assert isinstance(store, Store)
    assert store.capabilities.home in ("embedded", "served", "remote")


def test_an_empty_store_has_generation_zero_and_no_quads(store):
    assert store.generation() == 0
    assert list(store.snapshot().quads()) == []
    assert solutions(store, ALL) == []


def test_a_commit_makes_the_next_generation_with_its_quads(store):
    receipt = commit(store, quad("a", "b"))
    assert (receipt.generation, store.generation()) == (1, 1)
    assert names(solutions(store, ALL)) == [("a", "b")]


def test_a_receipt_counts_what_really_changed(store):
    commit(store, quad("a", "b"))
    receipt = commit(store, quad("a", "b"), quad("c", "d"), removed=[quad("x", "y")])
    assert (receipt.added, receipt.removed) == (1, 0)
    receipt = commit(store, removed=[quad("a", "b")])
    assert (receipt.added, receipt.removed) == (0, 1)
    assert names(solutions(store, ALL)) == [("c", "d")]


def test_removing_comes_before_adding(store):
    commit(store, quad("a", "b"))
    commit(store, quad("a", "b"), removed=[quad("a", "b")])
    assert names(solutions(store, ALL)) == [("a", "b")]


def test_a_blank_node_keeps_its_name_so_that_it_can_be_removed(open_home):
    blank = ox.Quad(ox.BlankNode("b1"), ex("p"), ox.BlankNode("b2"), curated)
    if not open_home().capabilities.blank_nodes:
        with pytest.raises(InputError, match="blank node"):
            commit(open_home(), blank)
        assert open_home().generation() == 0
        return
    commit(open_home(), blank, quad("a", "b"))
    kept = [q for q in open_home().snapshot().quads(curated) if q.predicate == ex("p")]
    assert blank in kept
    assert commit(open_home(), removed=[blank]).removed == 1
    assert names(solutions(open_home(), ALL)) == [("a", "b")]


def test_a_commit_is_seen_by_those_who_had_opened_the_store_before(open_home):
    reader, writer = open_home(), open_home()
    assert solutions(reader, ALL) == []
    commit(writer, quad("a", "b"))
    assert names(solutions(reader, ALL)) == [("a", "b")]
    assert reader.generation() == 1


def test_a_commit_is_there_when_the_store_is_opened_again(open_home):
    literal = ox.Literal('a "quoted"\nline \\ and an Հայ', language="hy")
    commit(open_home(), quad("a", literal))
    assert [row["o"] for row in solutions(open_home(), ALL)] == [literal]


def test_the_same_commit_id_changes_nothing_and_gives_the_same_receipt(open_home):
    first = commit(open_home(), quad("a", "b"), commit_id="one")
    store = open_home()
    again = commit(store, quad("c", "d"), commit_id="one")
    assert again.repeated
    assert not first.repeated
    assert (again.generation, again.added, again.digest) == (1, 1, first.digest)
    assert names(solutions(store, ALL)) == [("a", "b")]


@pytest.mark.sample(1)
def test_commits_of_several_writers_are_all_kept(open_home):
    def write(writer: int) -> None:
        store = open_home()
        for number in range(5):
            commit(store, quad(f"w{writer}", f"n{number}"), commit_id=f"{writer}/{number}")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = open_home()
    assert store.generation() == 20
    assert len(solutions(store, ALL)) == 20


def test_the_log_tells_who_committed_what_and_when(open_home):
    store = open_home()
    commit(store, quad("a", "b"), commit_id="one")
    receipt = commit(store, quad("c", "d"), removed=[quad("a", "b")], commit_id="two")
    first, second = open_home().log()
    assert (first.generation, first.commit_id) == (1, "one")
    assert (second.author, second.message) == ("a curator", "a reason")
    assert second.time == "2024-01-02T12:00:00+00:00"
    assert (second.added, second.removed, second.digest) == (1, 1, receipt.digest)


def test_computed_graphs_follow_each_commit(store):
    commit(store, quad("a", "b"), quad("a", "b", imported))
    size = "SELECT ?n WHERE { <http://example.org/consensus> <http://example.org/size> ?n }"
    assert solutions(store, size)[0]["n"].value == "1"
    assert [q.subject for q in store.snapshot().quads(consensus)] == [ex("a")]
    commit(store, removed=[quad("a", "b", imported)])
    assert list(store.snapshot().quads(consensus)) == []
    assert [row["n"].value for row in solutions(store, size)] == ["0"]


@pytest.mark.parametrize("graph", [consensus, derived])
def test_nobody_writes_a_computed_graph(store, graph):
    with pytest.raises(InputError, match="by hand") as caught:
        commit(store, quad("a", "b"), quad("a", "b", graph))
    assert "claims" in caught.value.hint
    with pytest.raises(InputError):
        commit(store, removed=[quad("a", "b", graph)])
    assert store.generation() == 0


def test_the_unnamed_graph_of_a_union_cannot_be_written(store):
    with pytest.raises(InputError, match="unnamed graph") as caught:
        commit(store, ox.Quad(ex("a"), ex("p"), ex("b")))
    assert "graph/curated" in caught.value.hint
    assert store.generation() == 0


def test_what_the_gate_refuses_changes_nothing_and_brings_the_report(store):
    commit(store, quad("a", "b"))
    with pytest.raises(RefusedError) as caught:
        commit(store, quad("evil", "b"), quad("good", "b"), commit_id="refused")
    assert caught.value.report == "a report about evil"
    assert names(solutions(store, ALL)) == [("a", "b")]
    assert commit(store, quad("good", "b"), commit_id="refused").generation == 2


def test_what_the_gate_only_remarks_is_in_the_receipt(store):
    assert commit(store, quad("odd", "b")).findings == ("odd things happen",)
