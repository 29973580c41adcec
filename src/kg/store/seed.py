"""The seed: the data and the ontology that come with kg, as one commit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import RefusedError
from kg.namespaces import AUTHORED, SHAPES
from kg.resources import root
from kg.store.blank_nodes import blank_nodes
from kg.store.interface import CommitMeta, Patch, Receipt, Store
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
    MIXED = "an older seed is loaded, and commits of others"
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
    """Fill an empty store, or replace an older seed that nobody has added to, in one commit.

    Does nothing else: what others have committed is never touched. Raises `RefusedError` if the
    seed does not conform.
    """
    files = files or seed_files()
    if seed_state(store, files) not in (SeedState.EMPTY, SeedState.OLDER):
        return None
    read = read_files(files)
    report = blank_nodes(read)
    if not report.conforms:
        raise RefusedError("the data has blank nodes; nothing was changed", report)
    new = patch_of(read)
    snapshot = store.snapshot()
    graphs = [ox.NamedNode(str(name)) for name in (*AUTHORED, SHAPES)]
    old = {quad for graph in graphs for quad in snapshot.quads(graph)}
    added = set(new.added)
    meta = CommitMeta(
        author=SEED_AUTHOR,
        message="the data and the ontology that come with kg",
        time=time or datetime.now(UTC),
    )
    return store.commit(
        Patch(tuple(q for q in new.added if q not in old), tuple(old - added)),
        meta,
        commit_id=f"{SEED_COMMITS}{seed_digest(files)}/{snapshot.generation}",
    )


def seed_digest(files: Sequence[Path]) -> str:
    """A digest of the names and the bytes of files, wherever their installation lies."""
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        name = path.relative_to(root()) if path.is_relative_to(root()) else path
        digest.update(f"{name.as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]
