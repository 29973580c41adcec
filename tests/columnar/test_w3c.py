"""The queries of the W3C's tests have the same solutions from the copy and from the engine."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.columnar.differential import Outcome, compare
from tests.columnar.worlds import world
from tests.sparql.w3c import MISSING, cases
from tests.w3c.evaluation import based, data_of

QUERIES = cases("QueryEvaluationTest")


@pytest.mark.long
@pytest.mark.skipif(not QUERIES, reason=MISSING)
def test_queries_of_the_w3c_have_the_same_solutions(tmp_path: Path) -> None:
    outcome = Outcome()
    worlds = {}
    for case in QUERIES:
        data = data_of(case)
        if data not in worlds:
            store = ox.Store()
            store.extend(data)
            worlds[data] = world(store, tmp_path / str(len(worlds)), union=())
        compare(based(case), worlds[data], outcome)
    assert outcome.differences == []
    assert outcome.answered > len(QUERIES) / 4
