"""What can be wrong with the files of the log while its chain is whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from kg.store.folder import Folder
from kg.store.interface import LogEntry
from kg.store.lines import parts

CHUNK: Final = 1 << 20
TOLERANCE: Final = timedelta(minutes=5)
"""Clocks of several machines may differ by so much."""


def half_a_line(folder: Folder) -> int:
    """How many bytes at the end of the log belong to no whole line."""
    try:
        with folder.log.open("rb") as log:
            size = end = log.seek(0, 2)
            while end:
                start = max(0, end - CHUNK)
                log.seek(start)
                found = log.read(end - start).rfind(b"\n")
                if found >= 0:
                    return size - (start + found + 1)
                end = start
            return size
    except FileNotFoundError:
        return 0


def damaged_patches(folder: Folder) -> Iterator[str]:
    """What is wrong with each file of quads that is missing or not what was committed."""
    try:
        log = folder.log.open("rb")
    except FileNotFoundError:
        return
    with log:
        for line in log:
            if not line.endswith(b"\n"):
                return
            _, head, content = parts(line)
            patch = json.loads(content)["patch"]
            if isinstance(patch, dict):
                path = folder.patch_of(json.loads(head)["generation"], patch["sha256"])
                if _sha256(path) != patch["sha256"]:
                    words = "is not what was committed" if path.exists() else "is missing"
                    yield f"{path} {words}"


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def odd_times(entries: Iterator[LogEntry], now: datetime) -> Iterator[str]:
    """Where the clock went backwards between two commits, or ran ahead of this one."""
    latest = datetime.min.replace(tzinfo=UTC)
    for entry in entries:
        time = datetime.fromisoformat(entry.time)
        if time + TOLERANCE < latest:
            yield f"generation {entry.generation} is dated before the one before it"
        if time > now + TOLERANCE:
            yield f"generation {entry.generation} is dated in the future, {entry.time}"
        latest = max(latest, time)
