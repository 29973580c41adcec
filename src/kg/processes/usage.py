"""What a process uses, as the kernel tells; 0 where it tells nothing (as on macOS)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_PROC: Final = Path("/proc")


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads since the process began."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def private_bytes(pid: int) -> int:
    """Memory that no file stands behind: snapshots are mapped and do not count."""
    try:
        text = (_PROC / str(pid) / "statm").read_text(encoding="ascii")
    except OSError:
        return 0
    _, resident, shared, *_ = text.split()
    return (int(resident) - int(shared)) * _PAGE
