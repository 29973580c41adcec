"""What `make test` leaves out is run all the same before a change lands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.samples import spread

CHECKOUT = Path(__file__).parents[1]


def recipes() -> dict[str, str]:
    """The commands of each target that is called before a change lands."""
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    found = dict(re.findall(r"^([\w-]+):[^\n=]*\n((?:\t.*\n)+)", makefile, re.MULTILINE))
    script = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    return {name: found[name] for name in re.findall(r"^make ([\w-]+)", script, re.MULTILINE)}


def test_every_long_test_is_run_by_a_target() -> None:
    lines = "".join(recipes().values()).replace("\\\n", "").splitlines()
    long = [shlex.split(line) for line in lines if re.search('-m "?long', line)]
    [everywhere] = [words for words in long if "tests" in words]
    left_out = {everywhere[i + 1] for i, word in enumerate(everywhere) if word == "--ignore"}
    elsewhere = {word for words in long if words != everywhere for word in words}
    assert left_out
    assert left_out <= elsewhere


def test_random_worlds_and_texts_are_run_with_more_examples() -> None:
    assert "KG_EXAMPLES" in recipes()["random"]
    assert "-m hypothesis" in recipes()["random"]


@pytest.mark.parametrize(
    ("length", "size", "kept"),
    [(3, 5, {0, 1, 2}), (10, 1, {0}), (10, 2, {0, 9}), (11, 3, {0, 5, 10}), (0, 4, set())],
)
def test_a_sample_is_spread_over_all_cases(length: int, size: int, kept: set[int]) -> None:
    assert spread(length, size) == kept
