"""Python looks for garbage in a process that answers, but not among what stays."""

from __future__ import annotations

import gc


def leave_out_what_is_here() -> None:
    """Call it when all is imported and made: these objects stay as long as the process does.

    Looking through them takes tens of milliseconds, for which an answer would wait. How often
    Python looks stays as it is: what is garbage may hold the bytes of a long request.
    """
    gc.collect()
    gc.freeze()
