"""Which of many lines come again, told by halves of their digests."""

from __future__ import annotations

import numpy as np
import pytest

from kg.store.distinct import ordered


@pytest.mark.parametrize(
    ("first", "second", "again"),
    [
        ([], [], []),
        ([7], [1], [False]),
        ([5, 2, 5, 9, 5], [1, 2, 1, 3, 1], [False, False, True, False, True]),
        ([5, 5, 5, 2, 5], [1, 2, 1, 9, 2], [False, False, True, False, True]),
        ([3, 3, 3], [2**64 - 1, 0, 1], [False, False, False]),
    ],
)
def test_a_line_comes_again_where_both_halves_do(
    first: list[int], second: list[int], again: list[bool]
) -> None:
    pair = np.array(first, np.uint64), np.array(second, np.uint64)
    order, repeated = ordered(*pair)
    found = np.empty(len(first), np.bool_)
    found[order] = repeated
    assert found.tolist() == again
    assert np.all(np.diff(pair[0][order].astype(object)) >= 0)
