"""Makes the engine's directory anew from the log, for one that is damaged."""

from __future__ import annotations

import secrets
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kg.errors import NotFoundError, StoreError
from kg.store.bulklog import BulkLog
from kg.store.candidate import Setup
from kg.store.connection import is_served
from kg.store.folder import Folder, remove_tree, store_error, swap_in
from kg.store.interface import Generation
from kg.store.live import opened
from kg.store.log import CommitLog
from kg.store.replaying import complete, replay
from kg.store.writer import Writer

LOCK_SECONDS: Final = 5.0


def rebuild(folder: Folder, setup: Setup) -> Generation:
    """Replay the log from its beginning into a new directory, and put that in the old one's place.

    All snapshots are made from the new one, since they share their files with the old. The log, the
    tokens and the settings stay as they are. Raises `StoreError` where a server runs, or where the
    log is damaged: then nothing was changed.
    """
    folder.check_format()
    if not CommitLog(folder).head()[0]:
        raise NotFoundError(f"no commits are in {folder.path}: there is nothing to replay")
    if is_served(folder):
        raise StoreError(f"a server runs on the store in {folder.path}", hint="stop it first")
    with folder.locked(LOCK_SECONDS):
        return rebuilt(folder, setup)


def rebuilt(folder: Folder, setup: Setup) -> Generation:
    """The same for the one that holds the lock."""
    log = BulkLog(folder)
    generation, _ = log.head()
    path = folder.path / f"live.{generation}-{secrets.token_hex(4)}"
    try:
        _replay(log, setup, path)
        for kept in folder.kept():
            folder.drop(kept)
        swap_in(folder, path)
    except OSError as error:
        raise store_error("the directory cannot be made anew", error) from error
    finally:
        if folder.live.resolve() != path.resolve():
            remove_tree(path)
    writer = Writer(folder, setup.rules, setup.union)
    try:
        return writer.publish()
    finally:
        writer.close()


def _replay(log: BulkLog, setup: Setup, path: Path) -> None:
    """What people wrote first; what follows from it, once, at the end."""
    path.mkdir()
    store = opened(path)
    replay(store, log, log.head()[0])
    with TemporaryDirectory(dir=path.parent, prefix=".rebuild-") as place:
        complete(store, setup, Path(place))
