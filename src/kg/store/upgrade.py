"""Brings a store to this version of kg: its format, and the data and the ontology of the seed.

The newer seed comes in as a merge of three: what differs between the older seed, which the log
knows, and the newer one is added and removed. What others removed stays removed, what they added
stays there. The gate looks at the outcome, and refuses what would break something of others.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import RefusedError, StoreError
from kg.namespaces import SHAPES
from kg.store.backup import backup
from kg.store.candidate import Setup
from kg.store.connection import is_served
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder, store_error
from kg.store.gate import report_on
from kg.store.interface import CommitMeta, Patch
from kg.store.live import opened_to_read
from kg.store.log import CommitLog
from kg.store.migration import HISTORY, OldStore, build, migrate, old_store
from kg.store.patches import canonical, composed
from kg.store.rebuild import rebuild
from kg.store.relogging import OLDER, convert, relog
from kg.store.restore import restore
from kg.store.room import copied, room
from kg.store.seed import SEED_AUTHOR, SEED_COMMITS, SeedState, read_seed, seed_id, seed_state
from kg.validation import Report, seed_files

LOCK_SECONDS: Final = 5.0
OLD_FORMAT: Final = 1
_SHAPES: Final = ox.NamedNode(str(SHAPES))


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was done, in words, and what validation says of the outcome if anything was done."""

    steps: tuple[str, ...]
    report: Report | None = None


def upgrade(
    folder: Folder, setup: Setup, *, files: Sequence[Path] = (), dry_run: bool = False
) -> Upgrade:
    """Migrate, back up, bring in the newer seed, validate; `files` stand in for the seed of kg.

    With `dry_run` it is all done to a copy. Raises `RefusedError` with the report where the newer
    seed would break something of others, which then stays out, and `StoreError` where a server
    runs. A migration that went before stays: it changes no data.
    """
    if is_served(folder):
        raise StoreError(f"a server runs on the store in {folder.path}", hint="stop it first")
    if folder.format() not in (OLD_FORMAT, OLDER):
        folder.check_format()
    backups = None if dry_run else folder.path / "backups"
    try:
        with (_copy if dry_run else _migrated)(folder, setup) as (place, migrated):
            seeded = _seed(place, setup, files or seed_files(), backups)
            changed = [*migrated, *seeded]
            report = _report(place) if changed else None
            state = seed_state(EmbeddedStore(place.path, setup), files or seed_files())
    except OSError as error:
        raise store_error("the store cannot be upgraded", error) from error
    return Upgrade((*changed, _of_seed(state)), report)


def _of_seed(state: SeedState) -> str:
    if state is SeedState.FOREIGN:
        return "no seed is known in this store, so that none can be renewed: the data stays"
    return f"seed: {state.value}"


@contextmanager
def _migrated(folder: Folder, setup: Setup) -> Iterator[tuple[Folder, list[str]]]:
    """The store itself, in this format."""
    steps = []
    if folder.format() == OLD_FORMAT:
        with folder.locked(LOCK_SECONDS):
            old = old_store(folder, setup)
            kept = migrate(folder, setup, old)
        steps = [_of_migration(old), f"what was there before is in {kept}"]
    elif folder.format() == OLDER:
        with folder.locked(LOCK_SECONDS):
            commits, kept = relog(folder, setup)
        steps = [_of_relogging(commits), f"the log as it was is in {kept}"]
    yield folder, steps


@contextmanager
def _copy(folder: Folder, setup: Setup) -> Iterator[tuple[Folder, list[str]]]:
    """A copy of the store, in this format; it is gone afterwards."""
    if folder.format() is None:
        yield folder, []
        return
    with room(folder) as path:
        copy = Folder(path / "copy")
        if folder.format() == OLD_FORMAT:
            old = old_store(folder, setup)
            build(copy, setup, old)
            yield copy, [_of_migration(old)]
        elif folder.format() == OLDER:
            shutil.copytree(folder.patches, copy.patches)
            commits = convert(folder.log, copy)
            copy.prepare()
            if commits:
                rebuild(copy, setup)
            yield copy, [_of_relogging(commits)]
        else:
            if CommitLog(folder).head()[0]:
                EmbeddedStore(folder.path, setup).generation()  # published, if a crash left it
                file, _ = backup(folder, path / "copy.tar")
                restore(copy, file)
            yield copy, []


def _of_migration(old: OldStore) -> str:
    quads = len(old.steps[-1][1]) if old.steps else 0
    return (
        f"format: {len(old.entries)} commits of format 1 become {len(old.steps)} of format 2 with"
        f" {quads} quads; {HISTORY} lists them"
    )


def _of_relogging(commits: int) -> str:
    return f"format: the log of {commits} commits is one that can be redacted, with ids of authors"


def seed_change(log: CommitLog, files: Sequence[Path]) -> Patch:
    """What the seed of these files adds to the seeds in a log, and what it removes of them."""
    seeds = [e.generation for e in log.entries() if e.commit_id.startswith(SEED_COMMITS)]
    old = set(composed(log.patch(generation) for generation in seeds).added)
    new = set(canonical(read_seed(files)).added)
    return Patch(tuple(sorted(new - old, key=str)), tuple(sorted(old - new, key=str)))


def _seed(folder: Folder, setup: Setup, files: Sequence[Path], backups: Path | None) -> list[str]:
    """Bring in a newer seed, after a backup; nothing is left of either if it is refused."""
    store = EmbeddedStore(folder.path, setup)
    if seed_state(store, files) not in (SeedState.OLDER, SeedState.MIXED):
        return []
    change = seed_change(CommitLog(folder), files)
    generation, kept = store.generation(), None
    if backups is not None:
        backups.mkdir(mode=0o700, exist_ok=True)
        kept, _ = backup(folder, backups, tokens=True)
    meta = CommitMeta(SEED_AUTHOR, "the newer data and ontology of kg", datetime.now(UTC))
    try:
        receipt = store.commit(change, meta, commit_id=seed_id(files, generation))
    except RefusedError as error:
        if kept is not None:
            with suppress(OSError):
                kept.unlink()
        raise RefusedError(
            "the newer seed would break what others have committed; it was not brought in",
            error.report,
            hint="change or remove what the report names, then `kg upgrade` again",
        ) from error
    steps = [] if kept is None else [f"backup of generation {generation}: {kept}"]
    words = f"{receipt.added} quads added, {receipt.removed} removed"
    return [*steps, f"generation {receipt.generation}: {words}"]


def _report(folder: Folder) -> Report | None:
    """What validation says of the newest generation; None where no shapes are loaded."""
    log = CommitLog(folder)
    head, _ = log.head()
    if not head:
        return None
    with room(folder) as path:
        if not copied(folder, log, head, path / "copy"):
            raise StoreError("the newest generation cannot be read", hint="`kg doctor` says more")
        store = opened_to_read(path / "copy")
        return report_on(store) if store.contains_named_graph(_SHAPES) else None
