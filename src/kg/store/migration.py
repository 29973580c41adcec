"""From format 1 to format 2: the newest dump becomes the first commits of a log.

Format 1 was `commits.jsonl`, one line a commit without its quads, and `generation-N.nq`, the sorted
N-Quads of all named graphs, computed ones among them, of the last three generations.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.candidate import Setup
from kg.store.digest import EMPTY, added
from kg.store.embedded import EmbeddedStore
from kg.store.folder import FORMAT, Folder, remove_tree, store_error, write_file
from kg.store.interface import CommitMeta, Patch
from kg.store.restore import sync_tree
from kg.store.room import room
from kg.store.seed import SEED_AUTHOR, SEED_COMMITS

LOG: Final = "commits.jsonl"
DUMPS: Final = "generation-*.nq"
HISTORY: Final = "history/format-1.jsonl"
_MOVED: Final = ("commits.log", "patches", "snapshots", "live")


@dataclass(frozen=True, slots=True)
class OldStore:
    """A store in format 1: its log, and the entries and quads that become commits, in order."""

    entries: Sequence[dict[str, Any]]
    steps: Sequence[tuple[dict[str, Any], frozenset[ox.Quad]]]


def old_store(folder: Folder, setup: Setup) -> OldStore:
    """Read a store in format 1; raises `StoreError` for a dump that is not what was committed.

    Where the dump of the newest seed is still there, it becomes a commit of its own, so that what
    the seed said can be told from what others have added.
    """
    entries = _entries(folder.path / LOG)
    seeds = 0
    while seeds < len(entries) and str(entries[seeds]["commit_id"]).startswith(SEED_COMMITS):
        seeds += 1
    chosen = entries[-1:]
    if 0 < seeds < len(entries) and _dump(folder, entries[seeds - 1]).exists():
        chosen = [entries[seeds - 1], *chosen]
    computed = set(setup.rules.graphs)
    return OldStore(entries, [(e, _authored(_dump(folder, e), e, computed)) for e in chosen])


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        data = path.read_bytes()
        lines = data[: data.rfind(b"\n") + 1].splitlines()
        entries = [{**json.loads(line)} for line in lines]
        for at, entry in enumerate(entries, 1):
            if entry["generation"] != at or not {"commit_id", "time", "digest"} <= entry.keys():
                raise ValueError(f"line {at} is no commit")
    except OSError as error:
        raise store_error("the older store cannot be read", error) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is damaged: {error}", hint="restore your backup of it") from error
    return entries


def _dump(folder: Folder, entry: dict[str, Any]) -> Path:
    return folder.path / f"generation-{entry['generation']}.nq"


def _authored(path: Path, entry: dict[str, Any], computed: set[ox.NamedNode]) -> frozenset[ox.Quad]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise store_error("the older store cannot be read", error) from error
    if hashlib.sha256(data).hexdigest() != entry["digest"]:
        raise StoreError(
            f"{path} is not what was committed; nothing was changed",
            hint="restore your backup of it, or move the folder away and `kg load` again",
        )
    quads = ox.parse(data, format=ox.RdfFormat.N_QUADS)
    return frozenset(quad for quad in quads if quad.graph_name not in computed)


def migrate(folder: Folder, setup: Setup, old: OldStore) -> Path:
    """Make a store of format 2 in the place of one of format 1; returns where that is kept.

    The caller holds the lock. Until the last step, writing `format.json`, it is the older store
    that counts; whatever ends this before can be done again.
    """
    kept = _back_up(folder)
    with room(folder) as path:
        new = Folder(path / "new")
        build(new, setup, old)
        sync_tree(new.path)
        for left in (*_MOVED, "artefacts"):
            remove_tree(folder.path / left)
        folder.clean()
        new.live.resolve().rename(folder.path / new.live.resolve().name)
        for name in _MOVED:
            with suppress(FileNotFoundError):
                (new.path / name).rename(folder.path / name)
    history = folder.path / HISTORY
    history.parent.mkdir(exist_ok=True)
    write_file(history, (folder.path / LOG).read_bytes())
    write_file(folder.path / "format.json", json.dumps({"format": FORMAT}).encode() + b"\n")
    for dump in (*folder.path.glob(DUMPS), folder.path / LOG):
        with suppress(OSError):
            dump.unlink()
    return kept


def build(new: Folder, setup: Setup, old: OldStore) -> None:
    """Make a store of format 2; nothing is judged, since it was accepted before."""
    store = EmbeddedStore(new.path, replace(setup, gate=None))
    with store.writing():
        pass  # what every store has is there, also where nothing was committed
    before: frozenset[ox.Quad] = frozenset()
    for entry, quads in old.steps:
        patch = Patch(tuple(sorted(quads - before, key=str)), tuple(before - quads))
        meta, commit_id = _meta(entry)
        receipt = store.commit(patch, meta, commit_id=commit_id)
        if receipt.digest != added(EMPTY, quads):
            raise StoreError(
                f"generation {entry['generation']} did not arrive as it was; nothing was changed",
                hint="please report this; the older kg still reads the store",
            )
        before = quads


def _meta(entry: dict[str, Any]) -> tuple[CommitMeta, str]:
    time = datetime.fromisoformat(entry["time"])
    if entry["commit_id"].startswith(SEED_COMMITS):
        return CommitMeta(entry["author"], entry["message"], time), entry["commit_id"]
    words = f"all up to generation {entry['generation']} of the older format, see {HISTORY}"
    return CommitMeta(SEED_AUTHOR, words, time), f"migrated/{entry['digest']}"


def _back_up(folder: Folder) -> Path:
    backups = folder.path / "backups"
    target = backups / f"format-1-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    temporary = target.with_name(f".{target.name}")
    temporary.mkdir(parents=True, mode=0o700)
    for path in _old_files(folder):
        shutil.copy2(path, temporary / path.name)
    sync_tree(temporary)
    temporary.rename(target)
    return target


def _old_files(folder: Folder) -> Iterator[Path]:
    yield folder.path / LOG
    yield from sorted(folder.path.glob(DUMPS))
