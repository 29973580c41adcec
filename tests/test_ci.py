"""What `make test` leaves out is run all the same before a change lands."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def recipes() -> dict[str, str]:
    """The commands of each target that is called before a change lands."""
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    found = dict(re.findall(r"^([\w-]+):[^\n=]*\n((?:\t.*\n)+)", makefile, re.MULTILINE))
    script = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    return {name: found[name] for name in re.findall(r"^make ([\w-]+)", script, re.MULTILINE)}


def test_every_long_test_lies_in_a_folder_that_is_run() -> None:
    run = re.findall(r"-m long .*(tests/\w+)", "".join(recipes().values()))
    mark = "pytest.mark." + "long"
    files = [p for p in CHECKOUT.glob("tests/**/test_*.py") if mark in p.read_text("utf-8")]
    assert files
    assert [p for p in files if not any(p.is_relative_to(CHECKOUT / name) for name in run)] == []


def test_random_worlds_and_texts_are_run_with_more_examples() -> None:
    assert "KG_EXAMPLES" in recipes()["random"]
    assert "-m hypothesis" in recipes()["random"]
