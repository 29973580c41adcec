"""A process that makes a copy in columns, or has one follow commits, and ends."""

from __future__ import annotations

import os
import socket
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.columnar.keeping import Place, compact, follow, keep
from kg.errors import StoreError
from kg.processes.sandbox import confine
from kg.store import wire
from kg.store.view import View

NICE: Final = 15


def main(control: socket.socket, arguments: dict[str, Any]) -> None:
    """Do one thing; the message says why it failed, if it did, and else what came of it.

    `follow` brings the newest copy to the snapshot at `path`, and tells how many rows differ from
    its base, or None where there is none. `build` copies the snapshot, and `compact` makes a copy
    with changes one without.
    """
    confine(files=True)
    place = Place(Path(arguments["folder"]), Path(arguments["changes"]), arguments["most"])
    found: dict[str, Any] = {"why": "", "differing": None}
    try:
        if arguments["do"] == "follow":
            found["differing"] = follow(place, _view(arguments).mark)
        else:
            os.nice(NICE)
            _make(place, arguments)
    except (StoreError, OSError, RuntimeError, MemoryError) as error:
        found["why"] = str(error) or "there is not enough memory"
    wire.send(control, found)


def _make(place: Place, arguments: dict[str, Any]) -> None:
    if arguments["do"] == "compact":
        compact(place)
        return
    view = _view(arguments)
    if _has(view, arguments["least"]):
        keep(view, place.copies, place.most)


def _view(arguments: dict[str, Any]) -> View:
    union = [ox.NamedNode(name) for name in arguments["union"]]
    return View(arguments["generation"], ox.Store.read_only(arguments["path"]), union)


def _has(view: View, least: int) -> bool:
    """Whether there are so many quads; all queries of fewer are left to the engine."""
    return sum(1 for _ in islice(view.quads(), least)) == least
