"""The engine's files, brought into the memory of the system before anybody needs them.

A look-up reads a few kilobytes wherever they are in gigabytes. What is not in memory takes a third
of a millisecond or more, and a commit looks up more than a thousand places, one after the other.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

STEP_BYTES: Final = 4_000_000
PAUSE_SECONDS: Final = 0.01
"""Between steps, so that the disk has time for others too."""

SHARE: Final = 0.5
"""So much of the memory that is free is used at most: what else is read has to fit as well."""


def read_ahead(folder: Path, most: int) -> int:
    """Have the system read the files of a folder, and return of how many bytes it was told.

    There are at most `most` of them, and no more than a share of the free memory. Files that are
    removed meanwhile are left out. Where the system has no such call, nothing is done.
    """
    if not hasattr(os, "posix_fadvise"):
        return 0
    left = most
    with suppress(OSError):  # where nothing tells of memory, the limit alone holds
        left = min(left, int(SHARE * _free_bytes()))
    told = 0
    for path in sorted(folder.glob("*.sst")):
        with suppress(OSError):
            told += _read_file(path, left - told)
    return told


def _read_file(path: Path, most: int) -> int:
    file = os.open(path, os.O_RDONLY)
    try:
        size = min(os.fstat(file).st_size, most)
        for start in range(0, size, STEP_BYTES):
            os.posix_fadvise(file, start, min(STEP_BYTES, size - start), os.POSIX_FADV_WILLNEED)
            time.sleep(PAUSE_SECONDS)
    finally:
        os.close(file)
    return max(0, size)


def _free_bytes() -> int:
    """The memory that could be used, in bytes; raises `OSError` where that is not told."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise OSError("nothing tells how much memory is free")
