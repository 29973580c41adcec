"""How far long work is, for those who wait for it."""

from __future__ import annotations

from collections.abc import Callable
from io import FileIO
from pathlib import Path
from typing import Final, TypeAlias

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


class TellingReader(FileIO):
    """A file that tells how many bytes of it were read, read by read."""

    def __init__(self, path: Path, tell: Callable[[int], None]) -> None:
        super().__init__(path, "rb")
        self._tell: Final = tell

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes."""
        data = super().read(-1 if size is None else size)
        self._tell(len(data))
        return data
