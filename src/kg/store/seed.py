"""The seed: the data and the ontology that come with kg, as one commit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final

from kg.errors import RefusedError
from kg.resources import root
from kg.store.blank_nodes import blank_nodes
from kg.store.interface import CommitMeta, Generation, Patch, Receipt, Store
from kg.store.loading import patch_of
from kg.validation import read_files, seed_files

SEED_AUTHOR: Final = "kg"
SEED_COMMITS: Final = "seed/"
"""Commit ids of the seed begin so; the digest of its files and the generation before follow."""


class SeedState(Enum):
    """How what is in a store relates to the seed of this installation."""

    EMPTY = "nothing is loaded"
    CURRENT = "the seed is loaded"
    OLDER = "an older seed is loaded, and nothing else"
    MIXED = "an older seed is loaded, with commits of others"
    FOREIGN = "commits of others are loaded, and no seed"


def seed_state(store: Store, files: Sequence[Path] | None = None) -> SeedState:
    """Whether the store has the seed, this one or another; `files` stand in for those of kg."""
    log = store.log()
    seeds = [entry for entry in log if entry.commit_id.startswith(SEED_COMMITS)]
    if not log:
        return SeedState.EMPTY
    if not seeds:
        return SeedState.FOREIGN
    if seeds[-1].commit_id.split("/")[1] == seed_digest(files or seed_files()):
        return SeedState.CURRENT
    return SeedState.OLDER if len(seeds) == len(log) else SeedState.MIXED


def seed(
    store: Store, *, time: datetime | None = None, files: Sequence[Path] | None = None
) -> Receipt | None:
    """Fill an empty store in one commit; does nothing to another one.

    A newer seed is brought in by `kg.store.upgrade`. Raises `RefusedError` if it does not conform.
    """
    files = files or seed_files()
    if seed_state(store, files) is not SeedState.EMPTY:
        return None
    meta = CommitMeta(
        author=SEED_AUTHOR,
        message="the data and the ontology that come with kg",
        time=time or datetime.now(UTC),
    )
    return store.commit(read_seed(files), meta, commit_id=seed_id(files, 0))


def read_seed(files: Sequence[Path]) -> Patch:
    """The quads of the files of a seed; raises `RefusedError` where they have blank nodes."""
    read = read_files(files)
    report = blank_nodes(read)
    if not report.conforms:
        raise RefusedError("the data has blank nodes; nothing was changed", report)
    return patch_of(read)


def seed_id(files: Sequence[Path], generation: Generation) -> str:
    """The id of a commit that brings a seed in after a generation."""
    return f"{SEED_COMMITS}{seed_digest(files)}/{generation}"


def seed_digest(files: Sequence[Path]) -> str:
    """A digest of the names and the bytes of files, wherever their installation lies."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        name = path.relative_to(root()) if path.is_relative_to(root()) else path
        digest.update(f"{name.as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
