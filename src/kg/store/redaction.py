"""Takes quads and messages out of the whole log, for good, and says so in the log.

First a commit removes what the newest state still says of it, and is judged like any other. Then a
commit without quads vouches for what is taken out, the log is written anew without it, and the
engine's directory and its snapshots are made from that. The last two can be done again if something
ends them, and `Folder.redacting` says that they have to be: until then nothing is lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import NotFoundError, StoreError
from kg.store.candidate import Setup
from kg.store.connection import is_served
from kg.store.digest import EMPTY, added
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder, remove_tree, write_file
from kg.store.history import difference
from kg.store.interface import Change, CommitMeta, Generation, Patch
from kg.store.lines import content_of, sha256
from kg.store.log import CommitLog
from kg.store.patches import patch_text
from kg.store.rebuild import rebuilt
from kg.store.redactions import COMMITS, Left, Redactions, redaction_file
from kg.store.releases import ABOUT

LOCK_SECONDS: Final = 5.0
REDACTED: Final = "(redacted)"
"""What stands in the place of a message."""

Chosen: TypeAlias = Callable[[ox.Quad], bool]

Leaving: TypeAlias = Callable[[Collection[ox.Quad], str], Change]
"""What takes something out of the newest state: of all that was written there, as this commit."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """The commit that says it, how much was taken out of how many commits, and where copies are."""

    generation: Generation
    quads: int
    commits: int
    copies: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is left of a commit: its content, and the patch of one that has a file of its own."""

    content: bytes
    left: Left
    large: bytes | None = None


def redact(
    folder: Folder,
    setup: Setup,
    chosen: Chosen,
    meta: CommitMeta,
    messages: frozenset[Generation] = frozenset(),
    leaving: Leaving | None = None,
) -> Redacted:
    """Take the chosen quads out of every commit, and the messages out of these generations.

    `meta` says why; its message is kept. `leaving` says what stands in their place in the newest
    state, where that is not nothing. Raises `RefusedError` where the newest state would not conform
    without the quads, `NotFoundError` where there is nothing to take out, and `StoreError` where a
    server runs; nothing was changed then.
    """
    folder.check_format()
    if is_served(folder):
        raise StoreError(f"a server runs on the store in {folder.path}", hint="stop it first")
    store = EmbeddedStore(folder.path, setup)
    interrupted = folder.redacting.exists()
    if interrupted:
        with folder.locked(LOCK_SECONDS):
            _remake(folder, setup)
    found = _rests(folder, chosen, messages)
    if not found and interrupted:
        return _last(folder)
    if not found:
        raise NotFoundError(
            "no commit has anything of this", hint="`kg log` and `kg diff` show all"
        )
    written = difference(CommitLog(folder), 0, store.generation()).added
    here = tuple(quad for quad in written if chosen(quad))
    if here:
        commit_id = f"redacting/{hashlib.sha256(patch_text(Patch(here)).encode()).hexdigest()}"
        commit_id = f"{commit_id}/{store.generation()}"
        change = Patch(removed=here) if leaving is None else leaving(written, commit_id)
        store.commit(change, meta, commit_id=commit_id)
        found = _rests(folder, chosen, messages)
    data = redaction_file({generation: rest.left for generation, rest in found.items()})
    digest = sha256(data)
    folder.redactions.mkdir(exist_ok=True)
    write_file(folder.redactions / f"{digest}.json", data)
    receipt = store.commit(Patch(), replace(meta, validated=True), commit_id=f"{COMMITS}{digest}")
    _carry_out(folder, setup, found)
    return _redacted(folder, receipt.generation, [rest.left for rest in found.values()])


def _last(folder: Folder) -> Redacted:
    """What the newest redaction took out."""
    entry = next(
        e for e in reversed(CommitLog(folder).entries()) if e.commit_id.startswith(COMMITS)
    )
    digest = entry.commit_id.removeprefix(COMMITS)
    left = next(r.left for r in Redactions(folder.redactions).all() if r.digest == digest)
    return _redacted(folder, entry.generation, left.values())


def _redacted(folder: Folder, generation: Generation, left: Collection[Left]) -> Redacted:
    copies = tuple(sorted((folder.path / "backups").glob("*")))
    return Redacted(generation, sum(each.quads for each in left), len(left), copies)


def _rests(
    folder: Folder, chosen: Chosen, messages: frozenset[Generation]
) -> dict[Generation, _Rest]:
    """What would be left of each commit that has something of it."""
    log, found = CommitLog(folder), dict[Generation, _Rest]()
    before = log.redacted()
    for entry in log.entries():
        blank = entry.generation in messages and entry.message != REDACTED
        message = REDACTED if blank else entry.message
        patch = log.patch(entry.generation)
        kept = Patch(*(tuple(q for q in side if not chosen(q)) for side in _sides(patch)))
        if blank or kept != patch:
            found[entry.generation] = _rest(message, patch, kept, before.get(entry.generation))
    return found


def _rest(message: str, patch: Patch, kept: Patch, before: Left | None) -> _Rest:
    out = [set(side) - set(rest) for side, rest in zip(_sides(patch), _sides(kept), strict=True)]
    content, large = content_of(message, patch_text(kept))
    left = Left(
        sha256(content),
        len(out[0]) + len(out[1]) + (before.quads if before else 0),
        added(before.missing if before else EMPTY, out[0], removed=out[1]),
        message == REDACTED,
    )
    return _Rest(content, left, large)


def _sides(patch: Patch) -> tuple[tuple[ox.Quad, ...], tuple[ox.Quad, ...]]:
    return patch.added, patch.removed


def _carry_out(folder: Folder, setup: Setup, found: Mapping[Generation, _Rest]) -> None:
    """Write the log without it, and make anew from that whatever else has copies of it."""
    with folder.locked(LOCK_SECONDS):
        log = CommitLog(folder)
        for generation, rest in found.items():
            if rest.large is not None:
                write_file(folder.patch(generation, new=True), rest.large)
        write_file(folder.redacting, b"")
        log.rewrite({generation: rest.content for generation, rest in found.items()})
        _remake(folder, setup)


def _remake(folder: Folder, setup: Setup) -> None:
    """Make anew from the log whatever has copies of what was taken out of it."""
    log = CommitLog(folder)
    for generation in log.redacted():
        path, new = folder.patch(generation), folder.patch(generation, new=True)
        kept = log.content(generation)["patch"]
        if isinstance(kept, str):
            path.unlink(missing_ok=True)
        elif new.exists() and sha256(new.read_bytes()) == kept["sha256"]:
            new.replace(path)
        new.unlink(missing_ok=True)
    for copies in (folder.artefacts, folder.work, *_of_releases(folder)):
        remove_tree(copies)
    folder.prepare()
    rebuilt(folder, setup)
    folder.redacting.unlink(missing_ok=True)


def _of_releases(folder: Folder) -> list[Path]:
    """The files of releases, which are made anew from the log; what says of them stays."""
    return [path for path in folder.releases.glob("*/*") if path.name != ABOUT]
