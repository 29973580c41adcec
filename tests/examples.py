"""How many examples a test of random worlds or texts takes."""

from __future__ import annotations

import os

FACTOR = "KG_EXAMPLES"


def examples(few: int) -> int:
    """So few, or as many times more as the environment says: `make random` takes its time."""
    return few * int(os.environ.get(FACTOR, "1"))
