"""How much of some files a process has in its memory."""

from __future__ import annotations

import re
from pathlib import Path

ENTRY = re.compile(r"^[0-9a-f]+-[0-9a-f]+ .*? (/.*)$")


def resident(folder: Path, pid: int | str = "self") -> int:
    """The bytes of files in a folder that are mapped by a process, and in its memory."""
    total, within = 0, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        entry = ENTRY.match(line)
        if entry:
            within = entry[1].startswith(f"{folder}/")
        elif within and line.startswith("Rss:"):
            total += 1024 * int(line.split()[1])
    return total
