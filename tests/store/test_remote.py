"""What is special about a store at an endpoint of others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from tests.store.endpoints import endpoint
from tests.store.homes import ALL, META, commit, names
from tests.store.toy import SETUP, curated, imported, quad

from kg.errors import StoreError, UnsupportedError
from kg.store.interface import Patch
from kg.store.live import Mark
from kg.store.remote import RemoteStore
from kg.store.remote_mark import HEAD, LOG, UNION, entry_for, entry_from
from kg.store.remote_place import Place
from kg.store.remote_probe import Probed
from kg.store.values import solutions

ABLE = Probed(queries=True, merges=True, updates=True, conditional=True)


@pytest.fixture
def place(home: Path) -> Iterator[Place]:
    with endpoint(home) as found:
        yield found


def test_an_endpoint_is_probed_and_left_as_it_was(place: Place, tmp_path: Path) -> None:
    store = RemoteStore(place, SETUP, tmp_path)
    assert store.probe() == ABLE
    assert store.capabilities.writable
    assert list(store.ask_raw("SELECT ?g { GRAPH ?g { ?s ?p ?o } }")) == []


def test_without_an_address_for_updates_nothing_is_written(place: Place, tmp_path: Path) -> None:
    store = RemoteStore(replace(place, update=None), SETUP, tmp_path)
    assert store.probe() == Probed(queries=True)
    with pytest.raises(UnsupportedError) as caught:
        commit(store, quad("a", "b"))
    assert "no address" in (caught.value.hint or "")


def test_updates_that_are_refused_are_no_way_to_write(place: Place, tmp_path: Path) -> None:
    access = replace(place.access, authorization=None)
    store = RemoteStore(replace(place, access=access), SETUP, tmp_path)
    assert store.probe().updates is False
    assert not store.capabilities.writable


class Forgetful(RemoteStore):
    """Hears of no update that it was made."""

    def update_raw(self, text: str) -> None:
        super().update_raw(text)
        raise StoreError("the connection broke")


def test_a_commit_whose_acknowledgement_is_lost_is_made_once(place: Place, tmp_path: Path) -> None:
    receipt = commit(Forgetful(place, SETUP, tmp_path, ABLE), quad("a", "b"), commit_id="one")
    assert receipt.generation == 1
    again = commit(RemoteStore(place, SETUP, tmp_path, ABLE), quad("c", "d"), commit_id="one")
    assert (again.repeated, again.generation) == (True, 1)


class Late(RemoteStore):
    """Is overtaken by others just before its first update."""

    other: RemoteStore | None = None

    def update_raw(self, text: str) -> None:
        if self.other is not None:
            other, self.other = self.other, None
            commit(other, quad("o", "o"), commit_id="other")
        super().update_raw(text)


def test_a_commit_that_is_overtaken_is_prepared_again(place: Place, tmp_path: Path) -> None:
    store = Late(place, SETUP, tmp_path, ABLE)
    store.other = RemoteStore(place, SETUP, tmp_path, ABLE)
    assert commit(store, quad("a", "b"), commit_id="mine").generation == 2
    assert [entry.commit_id for entry in store.log()] == ["other", "mine"]
    assert names(solutions(store, ALL)) == [("a", "b"), ("o", "o")]


def test_what_others_have_written_there_stops_our_commits(place: Place, tmp_path: Path) -> None:
    store = RemoteStore(place, SETUP, tmp_path, ABLE)
    commit(store, quad("a", "b"))
    store.update_raw(f"INSERT DATA {{ GRAPH {curated} {{ <a:s> <a:p> 1 }} }}")
    with pytest.raises(StoreError, match="the last commit"):
        commit(RemoteStore(place, SETUP, tmp_path, ABLE), quad("c", "d"))


def test_data_that_kg_has_not_written_is_read_as_a_generation_of_its_time(
    place: Place, tmp_path: Path
) -> None:
    store = RemoteStore(place, SETUP, tmp_path, ABLE)
    store.update_raw(f"INSERT DATA {{ GRAPH {curated} {{ <a:s> <http://example.org/p> 1 }} }}")
    assert len(solutions(store, ALL)) == 1
    assert store.generation() > 0
    with pytest.raises(StoreError, match="kg has written"):
        commit(store, quad("a", "b"))


def test_a_dataset_larger_than_the_copy_may_be_is_not_written(place: Place, tmp_path: Path) -> None:
    commit(RemoteStore(place, SETUP, tmp_path, ABLE), quad("a", "b"), quad("c", "d"))
    store = RemoteStore(replace(place, copy_quads=1), SETUP, tmp_path, ABLE)
    with pytest.raises(UnsupportedError, match="more than 1 quads"):
        commit(store, quad("e", "f"))


def test_where_graphs_are_not_merged_their_union_is_kept(place: Place, tmp_path: Path) -> None:
    store = RemoteStore(place, SETUP, tmp_path, replace(ABLE, merges=False))
    commit(store, quad("a", "b"), quad("a", "b", imported))
    assert names(solutions(store, ALL)) == [("a", "b")]
    commit(store, quad("c", "d"), removed=[quad("a", "b", imported)])
    assert names(solutions(store, ALL)) == [("a", "b"), ("c", "d")]
    store.commit(Patch((), (quad("a", "b"),)), META, commit_id="away")
    assert names(solutions(store, ALL)) == [("c", "d")]


def test_what_kg_keeps_for_itself_is_in_no_graph_that_is_asked_for(
    place: Place, tmp_path: Path
) -> None:
    store = RemoteStore(place, SETUP, tmp_path, replace(ABLE, merges=False))
    commit(store, quad("a", "b"))
    kept = {row["g"] for row in store.ask_raw("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    assert {HEAD, LOG, UNION} <= kept
    found = solutions(store, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert {row["g"] for row in found} == kept - {HEAD, LOG, UNION}
    assert set(store.snapshot().graphs()) == kept - {HEAD, LOG, UNION}


def test_an_entry_says_that_it_was_not_validated_and_older_ones_that_they_were() -> None:
    meta = replace(META, validated=False)
    waived = entry_for(Mark(), Patch(), "e", meta, "c")
    assert entry_from(json.dumps(asdict(waived))) == waived
    older = {name: value for name, value in asdict(waived).items() if name != "validated"}
    assert entry_from(json.dumps(older)).validated
    assert entry_for(Mark(), Patch(), "e", META, "c").hash != waived.hash
