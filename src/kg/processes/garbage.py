"""When Python looks for garbage in a process that answers: seldom, and not among what stays."""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 20_000
"""So many more objects than before are looked through; Python's own number is 700."""

TIMES: Final = (20, 50)
"""So often before older ones are looked through as well, and so often before all are."""


def leave_out_what_is_here() -> None:
    """Call it when all is imported and made: these objects stay as long as the process does.

    Looking through them takes tens of milliseconds, for which an answer would wait.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *TIMES)
