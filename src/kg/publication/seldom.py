"""Artefacts that cost a pass over the whole store: made anew once the last one is old enough."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from kg.store.interface import Snapshot, Store

SHARE: Final = 10
"""One stays for so many times as long as it took to make: a tenth of the time is spent on it."""

_kept: Final[WeakKeyDictionary[Store, dict[str, tuple[float, object]]]] = WeakKeyDictionary()


def seldom(
    store: Store,
    name: str,
    build: Callable[[Snapshot, Path], None],
    open_: Callable[[Path], object],
) -> object:
    """An artefact of the newest generation, or of one shortly before it."""
    kept = _kept.setdefault(store, {})
    until, found = kept.get(name, (0.0, None))
    if time.monotonic() > until:
        started = time.monotonic()
        store.register_artefact(name, build, open_)
        found = store.artefact(name)
        ended = time.monotonic()
        kept[name] = (ended + SHARE * (ended - started), found)
    return found
