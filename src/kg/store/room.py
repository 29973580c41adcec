"""A room of one's own beside the store: for copies of snapshots that no writer tidies away.

It lies on the disk of the store, so that tables of the engine can be linked into it. Who works in a
room holds its lock; rooms of processes that have ended are removed by whoever makes the next one.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kg.errors import StoreError
from kg.store.folder import Folder, clone, remove_tree, store_error
from kg.store.interface import Generation
from kg.store.live import mark_of, opened_to_read
from kg.store.log import CommitLog

ROOMS: Final = "past"
_LOCK: Final = "lock"


@contextmanager
def room(folder: Folder) -> Iterator[Path]:
    """An empty folder; it is gone afterwards."""
    path = folder.path / ROOMS / f"{os.getpid()}-{secrets.token_hex(4)}"
    made = path.with_name(f".{path.name}")
    try:
        made.mkdir(parents=True, mode=0o700)
        handle = os.open(made / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise store_error("there is no room beside the store", error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        made.rename(path)  # seen by others once it is locked
        for left in abandoned(folder):
            remove_tree(left)
        yield path
    finally:
        remove_tree(path)
        os.close(handle)


def abandoned(folder: Folder) -> list[Path]:
    """Rooms in which nobody works any more."""
    try:
        rooms = sorted((folder.path / ROOMS).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [path for path in rooms if path.name[0] != "." and _is_free(path / _LOCK)]


def _is_free(lock: Path) -> bool:
    """Whether nobody holds a lock that is there."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def copied(folder: Folder, log: CommitLog, generation: Generation, path: Path) -> bool:
    """Copy a kept snapshot; whether it is whole, and the one that the log tells of.

    A writer may remove it meanwhile, and half of one can open as an empty store: so the mark is
    looked at. What is not whole is not left behind.
    """
    entry, fits = log.entry(generation), False
    try:
        clone(folder.snapshot(generation), path)
        mark = mark_of(opened_to_read(path))
        fits = (mark.generation, mark.hash) == (generation, entry.hash)
    except (FileNotFoundError, StoreError):
        return False
    except OSError as error:
        raise store_error("a snapshot cannot be copied", error) from error
    finally:
        if not fits:
            remove_tree(path)
    return fits
