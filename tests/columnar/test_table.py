"""What columns of ids are numbered, searched and joined by, beside what is plainly right."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from kg.columnar.table import Begins, are_distinct, places, run_of

FAR = ("few values", "far apart")
WAYS = ("few values", "many", "far apart", "sorted", "all the same", "distinct")


def column(choose: random.Random, rows: int, way: str) -> list[int]:
    match way:
        case "few values":
            return [choose.choice((3, 70_000, 70_001)) for _ in range(rows)]
        case "many":
            return [choose.randrange(5, 5 + 3 * rows) for _ in range(rows)]
        case "far apart":
            return [choose.randrange(2**31 - 1) for _ in range(rows)]
        case "sorted":
            return sorted(choose.randrange(9, 9 + rows) for _ in range(rows))
        case "all the same":
            return [7] * rows
    return choose.sample(range(40, 40 + 7 * rows), rows)


@pytest.mark.parametrize("seed", range(60))
def test_places_are_those_of_the_first_of_each_row(seed: int) -> None:
    choose = random.Random(seed)
    rows = choose.choice((1, 2, 3, 50, 2_000))
    columns = [column(choose, rows, choose.choice(WAYS)) for _ in range(choose.randint(1, 4))]
    if seed % 3:  # in order, or in order but for two rows
        ordered = sorted(zip(*columns, strict=True))
        if seed % 3 == 2:
            one, other = choose.randrange(rows), choose.randrange(rows)
            ordered[one], ordered[other] = ordered[other], ordered[one]
        columns = [list(each) for each in zip(*ordered, strict=True)]
    first, of = places([np.array(each, np.int32) for each in columns], rows)
    keys = list(zip(*columns, strict=True))
    distinct = sorted(set(keys))
    assert [keys[at] for at in first.tolist()] == distinct
    assert first.tolist() == [keys.index(key) for key in distinct]
    assert [distinct[at] for at in of.tolist()] == keys


@pytest.mark.parametrize("way", WAYS)
def test_a_table_of_begins_finds_what_a_search_finds(way: str) -> None:
    choose = random.Random(way)
    ordered = sorted(column(choose, 3_000, way))
    wanted = [*choose.sample(ordered, 500), *(choose.randrange(2**31) for _ in range(200)), 0]
    columns = np.array(ordered, np.int32), np.array(wanted, np.int64).astype(np.int32)
    found = [Begins(columns[0]).run_of(*columns)] if Begins.are_worth(columns[0]) else []
    assert found or way in FAR
    counts = Counter(ordered)
    for low, number in (run_of(*columns), *found):
        assert number.tolist() == [counts[each] for each in wanted]
        begins = zip(low.tolist(), wanted, number.tolist(), strict=True)
        assert all(ordered[at] == each for at, each, times in begins if times)


def test_a_few_that_are_far_from_all_others_are_found_without_a_table_of_all_between() -> None:
    ordered = np.array([1, 2, *range(5_000, 9_000), 2_000_000, 2_000_000], np.int32)
    begins = Begins(ordered)
    low, counts = begins.run_of(ordered, np.array([2, 3, 5_000, 8_999, 2_000_000], np.int32))
    assert low[counts > 0].tolist() == [1, 2, 4_001, 4_002]
    assert counts.tolist() == [1, 0, 1, 1, 2]
    assert begins.nbytes < 20_000


@pytest.mark.parametrize("way", WAYS)
def test_what_is_called_distinct_is(way: str) -> None:
    choose = random.Random(way)
    found = column(choose, 500, way)
    assert are_distinct(np.array(found, np.int32)) <= (len(set(found)) == 500)
    assert are_distinct(np.array(sorted(set(found)), np.int32)) or way in (
        "few values",
        "far apart",
    )


def test_nothing_is_distinct() -> None:
    assert are_distinct(np.zeros(0, np.int32))
