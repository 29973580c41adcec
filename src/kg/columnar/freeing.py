"""Memory that was let go of, given back to the system."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Have the C library give back what it keeps for later, where it is one that does.

    Large arrays that are dropped between small ones otherwise stay in the memory of the process:
    with ten million triples, half as much again as what is in use.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
