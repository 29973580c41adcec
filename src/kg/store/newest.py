"""The newest generation that a server shows: a number in a file that all its processes map.

Whoever has to know it for each request reads it here without asking the supervisor.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Final

from kg.errors import StoreError
from kg.store.folder import Folder
from kg.store.interface import Generation

_BYTES: Final = 8


def shown_in(folder: Folder) -> Path:
    """The file of the number, as long as a server runs."""
    return folder.run / "newest"


class Shown:
    """The number as the supervisor of a server writes it."""

    def __init__(self, folder: Folder) -> None:
        folder.run.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(shown_in(folder), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.ftruncate(handle, _BYTES)
            self._number = memoryview(mmap.mmap(handle, _BYTES)).cast("Q")
        finally:
            os.close(handle)

    def show(self, generation: Generation) -> None:
        """Tell all; one store of eight bytes, so that nobody reads half of it."""
        self._number[0] = generation


class Seen:
    """The same number for a process of a server; it means nothing when the server has ended."""

    def __init__(self, folder: Folder) -> None:
        try:
            handle = os.open(shown_in(folder), os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise StoreError("no server runs on this store") from error
        try:
            shared = mmap.mmap(handle, _BYTES, prot=mmap.PROT_READ)
        finally:
            os.close(handle)
        self._number = memoryview(shared).cast("Q")

    def newest(self) -> Generation:
        """The newest generation that queries see."""
        return self._number[0]
