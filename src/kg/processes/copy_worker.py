"""A process that makes the copy of one generation in columns, and ends."""

from __future__ import annotations

import os
import socket
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.columnar.beside import keep
from kg.errors import StoreError
from kg.processes.sandbox import confine
from kg.store import wire
from kg.store.view import View

NICE: Final = 15


def main(control: socket.socket, arguments: dict[str, Any]) -> None:
    """Copy the snapshot at `path` into a folder; the message says why that failed, if it did."""
    confine(files=True)
    os.nice(NICE)
    union = [ox.NamedNode(name) for name in arguments["union"]]
    why = ""
    try:
        store = ox.Store.read_only(arguments["path"])
        view = View(arguments["generation"], store, union)
        if _has(view, arguments["least"]):
            keep(view, Path(arguments["folder"]), arguments["most"])
    except (StoreError, OSError, RuntimeError, MemoryError) as error:
        why = str(error) or "there is not enough memory"
    wire.send(control, {"why": why})


def _has(view: View, least: int) -> bool:
    """Whether there are so many quads; all queries of fewer are left to the engine."""
    return sum(1 for _ in islice(view.quads(), least)) == least
