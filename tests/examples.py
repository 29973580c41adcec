"""How many examples a test of random worlds or texts takes."""

from __future__ import annotations

import os

FACTOR = "KG_EXAMPLES"


def examples(many: int) -> int:
    """Half of so many, or as many times more as the environment says: `make random` has time."""
    return max(1, round(many * float(os.environ.get(FACTOR, "0.5"))))
