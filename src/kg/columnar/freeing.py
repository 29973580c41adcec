"""Memory that was let go of, given back to the system."""

from __future__ import annotations

import ctypes
from typing import Final

_ARENA_MAX: Final = -8
"""What `mallopt` calls the number of arenas."""


def keep_together() -> None:
    """Have all threads of this process allocate in one place, before there are others.

    What a thread has let go of at the end of a place of its own, up to 64 MB, cannot be given back.
    """
    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is not None:
        option(_ARENA_MAX, 1)


def give_back() -> None:
    """Have the C library give back what it keeps for later, where it is one that does.

    Large arrays that are dropped between small ones otherwise stay in the memory of the process:
    with ten million triples, half as much again as what is in use.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
