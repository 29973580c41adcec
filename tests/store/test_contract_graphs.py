"""What every home does with changes of whole graphs."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.store.homes import ALL, META, commit, names, rows
from tests.store.toy import consensus, curated, imported, quad

from kg.errors import (
    ConflictError,
    InputError,
    NotFoundError,
    RefusedError,
    StaleError,
    UnsupportedMediaError,
)
from kg.rdf.skolem import GENID
from kg.store.interface import Dataset, GraphChange, Receipt, Store, Update, Upload
from kg.store.live import MARK
from kg.store.values import solutions

TURTLE = "text/turtle"


def upload(*lines: str, media_type: str = TURTLE) -> Upload:
    prefix = "PREFIX : <http://example.org/>\n"
    return Upload((prefix + "\n".join(lines)).encode(), media_type)


def change(store: Store, made: GraphChange) -> Receipt:
    return store.commit(made, META, commit_id=f"graph {store.generation() + 1}")


def told(store: Store) -> list[tuple[str, ...]]:
    return [row for row in names(solutions(store, ALL)) if row[0] != "consensus"]


def test_a_graph_is_replaced_as_a_whole_and_no_other_is(store: Store) -> None:
    commit(store, quad("a", "x"), quad("b", "x"), quad("c", "x", imported))
    uploads = (upload(":b :p :x ."), upload(":d :p :x ."))
    receipt = change(store, GraphChange(curated, uploads, replaces=True))
    assert (receipt.generation, receipt.added, receipt.removed) == (2, 1, 1)
    assert told(store) == [("b", "x"), ("c", "x"), ("d", "x")]


def test_a_graph_is_added_to_and_deleted(store: Store) -> None:
    commit(store, quad("a", "x"))
    assert change(store, GraphChange(curated, (upload(":b :p :x ."),))).added == 1
    assert change(store, GraphChange(curated, replaces=True)).removed == 2
    assert told(store) == []
    with pytest.raises(NotFoundError):
        change(store, GraphChange(curated, replaces=True))


def test_the_default_graph_is_always_there_and_cannot_be_written(store: Store) -> None:
    for graph in (ox.DefaultGraph(), consensus):
        with pytest.raises(ConflictError):
            change(store, GraphChange(graph, (upload(":a :p :x ."),)))
    assert store.generation() == 0


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (upload(":a :p"), InputError),
        (upload(":a :p :x .", media_type="text/plain"), UnsupportedMediaError),
        (upload(":evil :p :x ."), RefusedError),
    ],
)
def test_what_is_wrong_with_one_upload_keeps_all_of_them_out(
    store: Store, sent: Upload, error: type[Exception]
) -> None:
    commit(store, quad("a", "x"))
    with pytest.raises(error):
        change(store, GraphChange(curated, (upload(":b :p :x ."), sent), replaces=True))
    assert told(store) == [("a", "x")]
    assert store.generation() == 1


def test_a_change_for_another_state_is_stale(store: Store) -> None:
    commit(store, quad("a", "x"))
    for generations in ((), (0,), (2, 3)):
        with pytest.raises(StaleError):
            change(store, GraphChange(curated, replaces=True, generations=generations))
    assert change(store, GraphChange(curated, replaces=True, generations=(0, 1))).removed == 1


@pytest.mark.parametrize("present", [True, False])
def test_a_change_may_ask_whether_its_graph_is_there(store: Store, present: bool) -> None:
    commit(store, quad("a", "x", curated if present else imported))
    sent = (upload(":b :p :x ."),)
    with pytest.raises(StaleError):
        change(store, GraphChange(curated, sent, present=not present))
    assert change(store, GraphChange(curated, sent, present=present)).added == 1


def test_blank_nodes_of_each_upload_become_iris_of_their_own(store: Store) -> None:
    sent = (upload("_:a :p :x ."), upload("_:a :p :y ."))
    change(store, GraphChange(curated, sent))
    found = [row["s"].value for row in solutions(store, ALL) if row["o"].value != "0"]
    assert len(set(found)) == 2
    assert all(iri.startswith(GENID) for iri in found)


def test_the_same_commit_id_again_changes_nothing(store: Store) -> None:
    made = GraphChange(curated, (upload(":a :p :x ."),), replaces=True)
    first = store.commit(made, META, commit_id="once")
    commit(store, quad("b", "x"))
    again = store.commit(made, META, commit_id="once")
    assert (again.generation, again.repeated) == (first.generation, True)
    assert told(store) == [("a", "x"), ("b", "x")]


def test_a_graph_that_has_lost_its_triples_is_no_graph_any_more(store: Store) -> None:
    commit(store, quad("a", "x"), quad("b", "x", imported))
    change(store, GraphChange(imported, replaces=True))
    listed = "SELECT ?g WHERE { GRAPH ?g { } } ORDER BY ?g"
    assert names(solutions(store, listed)) == [("curated",), ("derived",)]
    assert imported not in store.snapshot().graphs()


def test_the_mark_of_the_store_is_neither_read_nor_written_by_its_name(store: Store) -> None:
    commit(store, quad("a", "x"))
    everything = "SELECT ?s WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    for dataset in (Dataset((MARK,), ()), Dataset((), (MARK,)), Dataset((MARK, MARK), (MARK,))):
        assert rows(store, everything, dataset) == 0
    if store.capabilities.merges:
        assert rows(store, everything, Dataset((MARK, curated), ())) == 1
    assert list(store.snapshot().quads(MARK)) == []
    with pytest.raises(NotFoundError):
        change(store, GraphChange(MARK, replaces=True))
    for made in (
        GraphChange(MARK, (upload(":a :p :x ."),), replaces=True),
        Update(f"INSERT DATA {{ GRAPH {MARK} {{ <http://x/a> <http://x/b> <http://x/c> }} }}"),
    ):
        with pytest.raises(ConflictError):
            store.commit(made, META, commit_id="mark")
    copied = store.commit(Update(f"COPY SILENT {MARK} TO {curated}"), META, commit_id="copied")
    assert (copied.added, store.generation()) == (0, 2)
