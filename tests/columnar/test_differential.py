"""Random queries have the same solutions from the copy and from the engine."""

from __future__ import annotations

import pytest
from tests.columnar.differential import run


@pytest.mark.parametrize(
    ("queries", "seed"), [(200, 1), pytest.param(20_000, 2, marks=pytest.mark.long)]
)
def test_random_queries_have_the_same_solutions(queries: int, seed: int) -> None:
    outcome = run(queries, seed)
    assert outcome.differences == []
    assert outcome.answered > queries / 3
    assert outcome.full > queries / 10
    assert outcome.stars > queries / 100
