"""How far long work is, for those who wait for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Tell: TypeAlias = Callable[[str, int, int], None]
"""Hears of a step: what is done, how much of it by now, and of how much (0 is not known)."""


def silent(step: str, done: int, of: int) -> None:
    """Tell nobody."""


def progress(tell: Tell, step: str, size: int) -> Callable[[int], None]:
    """What hears how much more of a step was done, and tells how much that is by now."""
    done = 0

    def said(more: int) -> None:
        nonlocal done
        done += more
        tell(step, done, size)

    return said
