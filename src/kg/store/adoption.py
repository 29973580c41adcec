"""What a bulk load has left: put in its place if it is in the log, and removed if it is not."""

from __future__ import annotations

from pathlib import Path

from kg.errors import KgError
from kg.store.folder import Folder, remove_tree, store_error, swap_in
from kg.store.interface import Generation
from kg.store.live import mark_of, opened_to_read
from kg.store.log import CommitLog


def adopt(folder: Folder, log: CommitLog) -> None:
    """Make the directory that a bulk load has made for the newest commit the one that is written.

    Only for the one that holds the lock. The commit counts from the moment when it is in the log:
    a load that was interrupted before has changed nothing, and one after it is finished here.
    """
    head = log.head()
    for path in folder.bulks():
        # By its name as well: until it is finished it has the mark that it began with.
        if path.name.startswith(f"bulk.{head[0]}-") and _stands_at(path) == head:
            target = path.with_name(path.name.replace("bulk.", "live.", 1))
            try:
                path.rename(target)
                swap_in(folder, target)
            except OSError as error:
                raise store_error("what was loaded cannot be put in its place", error) from error
        else:
            remove_tree(path)


def _stands_at(path: Path) -> tuple[Generation, str] | None:
    """The commit that a directory is at, and its hash; None for one that is not whole."""
    try:
        mark = mark_of(opened_to_read(path))
    except KgError:
        return None
    return mark.generation, mark.hash
