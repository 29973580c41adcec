"""What each published generation changed in the engine, so that copies of it can follow.

A file has all quads that came and went since the generation that was published before, those of
computed graphs and of the union as well. It says from which mark to which it leads, and has a
digest: a file that is damaged, or that leads from elsewhere, is none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.interface import Patch
from kg.store.live import Mark
from kg.store.patches import patch_text, read_patch

NAME: Final = "changes"
"""The folder of these files among what is computed from generations."""

MOST_QUADS: Final = 100_000
"""A change of more quads is not kept: making a copy anew is as quick."""

KEPT_BYTES: Final = 64_000_000
KEPT_FILES: Final = 2_000
"""Older files go, whether a copy has followed them or not."""


@dataclass(frozen=True, slots=True)
class Change:
    """Quads that are to be removed and then added, and the marks before and after that."""

    before: Mark
    after: Mark
    patch: Patch


class Changes:
    """Collects what is changed in one directory of the engine, from a mark on."""

    def __init__(self, folder: Path, mark: Mark) -> None:
        self._folder = folder
        self._before = self._after = mark
        self._there: dict[ox.Quad, bool] = {}

    def add(self, before: Mark, patch: Patch, after: Mark) -> None:
        """Take in a change by the marks that the directory had before and has after it."""
        if before != self._after:  # something else was changed meanwhile
            self._before, self._there = before, {}
        self._there |= dict.fromkeys(patch.removed, False)
        self._there |= dict.fromkeys(patch.added, True)
        self._after = after

    def write(self, mark: Mark) -> None:
        """Write what led to this mark, if all of it was taken in, and begin again from there."""
        if self._after == mark != self._before and len(self._there) <= MOST_QUADS:
            write(self._folder, Change(self._before, mark, _patch(self._there)))
            _drop_old(self._folder)
        self._before = self._after = mark
        self._there = {}


def write(folder: Path, change: Change) -> None:
    """Write the file of a change, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    body = patch_text(change.patch)
    head = {
        "before": change.before.values(),
        "after": change.after.values(),
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
    }
    name = f"{change.before.generation}-{change.after.generation}"
    made = folder / f".{name}"
    made.write_text(f"{json.dumps(head)}\n{body}", encoding="utf-8", newline="")
    made.rename(folder / name)


def read(path: Path) -> Change:
    """Read the file of a change; raises `StoreError` where it is not what was written."""
    try:
        head, body = path.read_bytes().split(b"\n", 1)
        about = json.loads(head)
        if about["sha256"] != hashlib.sha256(body).hexdigest():
            raise StoreError(f"{path} is not what was written")
        return Change(Mark(*about["before"]), Mark(*about["after"]), read_patch(body.decode()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from error


def leading(folder: Path, start: Mark, end: Mark) -> list[Change]:
    """The changes from one mark to another, in their order; raises `StoreError` where one lacks."""
    paths = {path.name.partition("-")[0]: path for path in sorted(folder.glob("*-*"), key=_end)}
    found: list[Change] = []
    while start != end:
        path = paths.get(str(start.generation))
        if path is None or start.generation >= end.generation:
            raise StoreError(f"it is not known what followed generation {start.generation}")
        change = read(path)
        if change.before != start or change.after.generation <= start.generation:
            raise StoreError(f"{path} does not follow on generation {start.generation}")
        found.append(change)
        start = change.after
    return found


def united(changes: Sequence[Change]) -> Change:
    """What changes in sequence change together."""
    there: dict[ox.Quad, bool] = {}
    for change in changes:
        there |= dict.fromkeys(change.patch.removed, False)
        there |= dict.fromkeys(change.patch.added, True)
    return Change(changes[0].before, changes[-1].after, _patch(there))


def _patch(there: Mapping[ox.Quad, bool]) -> Patch:
    return Patch(
        tuple(quad for quad, added in there.items() if added),
        tuple(quad for quad, added in there.items() if not added),
    )


def _end(path: Path) -> int:
    return int(path.name.rpartition("-")[2])


def _drop_old(folder: Path) -> None:
    kept = 0
    paths = sorted(folder.glob("[0-9]*-*"), key=_end, reverse=True)
    for number, path in enumerate(paths):
        kept += path.stat().st_size
        if number >= KEPT_FILES or kept > KEPT_BYTES:
            path.unlink(missing_ok=True)
