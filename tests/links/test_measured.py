"""What is measured of suggested links stays what the documentation says of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.resources import root

SHARED = Path(os.environ.get("KG_SHARED", root().parent / "shared"))
MISSING = f"Natural Earth is not in {SHARED}/external; KG_SHARED can name another folder"


@pytest.mark.long
@pytest.mark.skipif(not (SHARED / "external" / "natural-earth").is_dir(), reason=MISSING)
def test_what_is_certain_is_right_and_names_find_what_they_mean() -> None:
    script = root() / "benchmarks" / "links.py"
    told = subprocess.run(
        [sys.executable, script, "tuning"],
        env={**os.environ, "PYTHONPATH": str(root()), "KG_SHARED": str(SHARED)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = {row[:46].strip(): row[46:].split() for row in told.splitlines()}
    wrong, certain = map(int, rows["certain and wrong, by question"][:2])
    assert certain >= 500
    assert wrong == 0
    assert float(rows["English name: the right one is first"][2]) >= 95
    assert float(rows["misspelt name: the right one is there"][2]) >= 95
