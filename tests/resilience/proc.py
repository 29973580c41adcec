"""Processes as `/proc` has them: their parents, their commands, the files that they hold."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def descendants(pid: int) -> list[int]:
    """All processes below one, as `/proc` has them now."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            children.setdefault(parent(int(entry.name)), []).append(int(entry.name))
    found: list[int] = []
    todo = [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def strays(home: Path) -> list[int]:
    """Processes of a server on this folder, other than its supervisor; also orphans."""
    name = os.fsencode(home)
    found = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    of_it = (b"kg.processes.zygote", b"kg.web.process")
    return [
        pid
        for pid in found
        if name in (given := command(pid)) and any(module in given for module in of_it)
    ]


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def parent(pid: int) -> int:
    return int((_stat(pid) or ["", "0"])[1])


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def open_files(pid: int) -> list[str]:
    found = []
    with suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:
        for entry in entries:
            with suppress(OSError):
                found.append(os.readlink(entry.path))
    return found
