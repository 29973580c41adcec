"""What the comparison with other engines makes of times."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def told():
    """What two others and we said: one was asked with the first constants alone, one failed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        report = importlib.import_module("peers_report")
        template = importlib.import_module("workload").Template("01", "", "solutions", "ASK {}")
    times = {
        "kg": {0: [0.004, 0.002, 0.003], 1: [0.001], 2: [0.001]},
        "slow": {0: [0.03]},
        "wrong": {0: [0.001]},
    }
    return report.Told(template, times, {"none": "constants 0: 503"}, {"slow"}, {"wrong"})


def test_a_ratio_is_over_the_constants_that_both_have_answered(told):
    assert told.pair("slow") == pytest.approx((3, 30))
    assert told.ratio(["slow"]) == pytest.approx(0.1)


def test_who_gives_no_answer_or_a_wrong_one_counts_with_the_limit_of_time(told):
    assert told.pair("none") == told.pair("wrong") == pytest.approx((2, 20_000))
    assert told.best(["none", "wrong", "slow"]) == pytest.approx((3, 30))
