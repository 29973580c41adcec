"""The contract of every home: the graphs that a query sees, of one store that nobody changes."""

from __future__ import annotations

import pytest
from tests.store.homes import ALL, JSON, rows
from tests.store.toy import consensus, curated, derived, imported

from kg.errors import UnsupportedError
from kg.store.interface import Dataset
from kg.store.values import solutions


@pytest.mark.parametrize(
    ("dataset", "default", "named"),
    [
        (Dataset(), 2, 2),
        (Dataset(default=(curated,)), 1, 2),
        (Dataset(default=(imported,)), 2, 2),
        (Dataset(default=(curated, imported)), 2, 2),
        (Dataset(default=()), 0, 2),
        (Dataset(named=(imported,)), 2, 1),
        (Dataset(named=()), 2, 0),
        (Dataset(default=(curated,), named=(imported,)), 1, 1),
    ],
)
def test_a_dataset_that_is_handed_in_decides_what_is_seen(known, dataset, default, named):
    if len(dataset.default or ()) > 1 and not known.capabilities.merges:
        with pytest.raises(UnsupportedError, match="merge"):
            known.query(ALL, accept=JSON, dataset=dataset)
        return
    pattern = "?s <http://example.org/p> ?o"
    assert rows(known, f"SELECT * WHERE {{ {pattern} }}", dataset) == default
    graphs = (
        f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {pattern} }} FILTER(?g != graph:consensus) }}"
    )
    assert rows(known, graphs, dataset) == named


@pytest.mark.parametrize("word", ['"from"', "'''from'''", "?from", "<http://from>"])
def test_what_the_store_notes_for_itself_is_in_no_graph(known, word):
    text = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} OPTIONAL {{ ?s ?p {word} }} }}"
    assert {row["g"] for row in solutions(known, text)} == {curated, imported, consensus, derived}
