"""Small disks of one's own, which can be filled."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PIECE = 1_000_000


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A file system of this size; where nothing can be mounted the test is skipped."""
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "kg-test", str(place)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no small disk can be made here: {error}")
    if done.returncode:
        pytest.skip(f"no small disk can be made here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def may_mount() -> bool:
    """Whether this process may make file systems, without making one."""
    status = Path("/proc/self/status").read_text()
    capabilities = int(status.partition("CapEff:")[2].split()[0], 16)
    return bool(capabilities >> 21 & 1)


def filled(disk: Path, *, leaving: int = 0) -> Path:
    """Fill a disk with one file, whose removal gives all of it back."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as file:
        while (size := min(PIECE, shutil.disk_usage(disk).free - leaving)) > 0:
            try:
                os.write(file.fileno(), b"x" * size)
            except OSError:
                break
    return path
