"""Looks whether all is well with a store; it only reads, also while a server runs.

What it says is a list of findings. Only a `problem` needs somebody: something is lost, cannot be
read or stands open. A `warning` is what mends itself, or what somebody may want to know.
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from kg.errors import KgError, StoreError
from kg.store import inspection
from kg.store.candidate import Setup
from kg.store.connection import is_served, socket_path
from kg.store.embedded import EmbeddedStore
from kg.store.findings import Finding, State, ok, problem, warning
from kg.store.folder import Folder
from kg.store.log import CommitLog
from kg.store.logcheck import damaged_patches, half_a_line, odd_times
from kg.store.room import abandoned
from kg.store.seed import SeedState, seed_state
from kg.store.served import ServedStore
from kg.tokens import Tokens

SHOWN: Final = 5
"""Of what is wrong many times in the same way, so many are named."""


Look: TypeAlias = Callable[[], Iterable[Finding]]


def examine(folder: Folder, setup: Setup, *, reserve: int, deep: bool = False) -> list[Finding]:
    """All findings about a store; `reserve` is how many bytes of its disk stay free.

    With `deep`, the newest snapshot is read whole: its digests are made anew, and what follows from
    the claims is computed from nothing.
    """
    found = list(_versions(folder))
    if found[0].state is State.PROBLEM or folder.format() is None:
        return found
    log = CommitLog(folder)
    looks: list[tuple[str, Look]] = [
        ("server", lambda: _server(folder)),
        ("log", lambda: _log(folder, log)),
        ("large commits", lambda: _patches(folder)),
        ("clock", lambda: _clock(log)),
        ("engine", lambda: inspection.directory(folder, log)),
        ("snapshots", lambda: inspection.snapshots(folder, log)),
        ("disk", lambda: _disk(folder, reserve)),
        ("permissions", lambda: _permissions(folder)),
        ("tokens", lambda: _tokens(folder)),
        ("seed", lambda: _seed(folder, setup)),
        ("leftovers", lambda: _leftovers(folder)),
    ]
    if deep:
        looks.append(("data", lambda: inspection.data(folder, log, setup)))
    for subject, look in looks:
        found += _looked(subject, look)
    return found


def _looked(subject: str, look: Look) -> list[Finding]:
    """What a look finds; that it cannot look is a problem, and keeps no other from looking."""
    try:
        return list(look())
    except KgError as error:
        return [problem(subject, error.message, error.hint or "")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [problem(subject, f"cannot be looked at: {error}")]


def _versions(folder: Folder) -> Iterator[Finding]:
    try:
        folder.check_format()
    except StoreError as error:
        yield problem("format", error.message, error.hint or "")
    else:
        if folder.format() is None:
            yield warning("format", f"there is no store in {folder.path}", "`kg load` makes one")
        else:
            yield ok("format", f"{folder.format()}, in {folder.path}")
    names = ", ".join(f"{name} {version(name)}" for name in ("conflict-kg", "pyoxigraph"))
    yield ok("software", f"{names}, Python {platform.python_version()}, {platform.platform()}")


def _server(folder: Folder) -> Iterator[Finding]:
    if not is_served(folder):
        yield ok("server", "none is running")
        return
    status = ServedStore(folder.path).status()
    words = f"process {status['pid']} serves generation {status['generation']}"
    if status["write_ready"]:
        yield ok("server", words)
    else:
        yield problem(
            "server", f"{words}, and cannot write: {status['why_not']}", "see what it logs"
        )


def _log(folder: Folder, log: CommitLog) -> Iterator[Finding]:
    entries = log.entries()
    yield ok("log", f"{len(entries)} commits, each chained to the one before it")
    redacted = log.redacted()
    if redacted:
        quads = sum(left.quads for left in redacted.values())
        yield ok("redacted", f"{quads} quads of {len(redacted)} commits; the chain holds")
    for generation in log.unfinished():
        words = f"what generation {generation} says was taken out is still there"
        yield problem("redacted", words, "`kg redact` again, with the same options")
    if folder.redacting.exists():
        words = "one was interrupted: files may still have what the log has not any more"
        yield problem("redacted", words, "`kg redact` again, with the same options")
    rest = half_a_line(folder)
    if rest:
        yield warning(
            "log",
            f"{rest} bytes at its end are no whole line: a commit that was never acknowledged",
            "the next one that writes cuts them off",
        )


def _patches(folder: Folder) -> Iterator[Finding]:
    damaged = list(damaged_patches(folder))
    for words in damaged[:SHOWN]:
        yield problem("large commits", words, "`kg restore` brings a backup back")
    if not damaged:
        yield ok("large commits", "the quads of each are what was committed")


def _clock(log: CommitLog) -> Iterator[Finding]:
    odd = list(islice(odd_times(iter(log.entries()), datetime.now(UTC)), SHOWN))
    for words in odd:
        yield warning("clock", words, "look whether this machine keeps time")
    if not odd:
        yield ok("clock", "commits are dated in their order")


def _disk(folder: Folder, reserve: int) -> Iterator[Finding]:
    free, size = shutil.disk_usage(folder.path).free, size_of(folder.path)
    words = f"{megabytes(free)} free, {megabytes(size)} taken by the store"
    if free < reserve:
        yield problem(
            "disk",
            f"{words}: below {megabytes(reserve)} nothing is written",
            "make room; `disk_reserve_bytes` in settings.toml is the limit",
        )
    elif free < reserve + size:
        yield warning("disk", words, "a copy of the store, as an upgrade makes it, has no room")
    else:
        yield ok("disk", words)


def _permissions(folder: Folder) -> Iterator[Finding]:
    found = []
    if not os.access(folder.path, os.R_OK | os.W_OK | os.X_OK):
        found.append(problem("permissions", f"you cannot write in {folder.path}", "be its owner"))
    for path, bad, words in (
        (folder.path, 0o022, "others can write in"),
        (folder.run, 0o077, "others can enter"),
        (socket_path(folder), 0o077, "others can write to the store by way of"),
    ):
        with suppress(FileNotFoundError):
            if path.stat().st_mode & bad:
                remedy = f"`chmod {'go-w' if bad == 0o022 else 'go='} {path}`"
                found.append(problem("permissions", f"{words} {path}", remedy))
    yield from found or [ok("permissions", "only their owner can change the files")]


def _tokens(folder: Folder) -> Iterator[Finding]:
    tokens = Tokens(folder.tokens)
    found = tokens.problems()
    yield from (problem("tokens", words) for words in found)
    if not found:
        now = datetime.now(UTC)
        valid = sum(each.state(now) == "valid" for each in tokens.all())
        yield ok("tokens", f"{valid} valid, and {len(tokens.all()) - valid} not any more")


def _seed(folder: Folder, setup: Setup) -> Iterator[Finding]:
    state = seed_state(EmbeddedStore(folder.path, setup))
    if state in (SeedState.OLDER, SeedState.MIXED):
        yield warning(
            "seed", state.value, "`kg upgrade` brings the newer in, and keeps what others added"
        )
    elif state is SeedState.EMPTY:
        yield warning("seed", state.value, "`kg load` loads it")
    else:
        yield ok("seed", state.value)


def _leftovers(folder: Folder) -> Iterator[Finding]:
    """What ended processes have left, where none is there that may be using it."""
    left = abandoned(folder)
    if not is_served(folder):
        with suppress(StoreError), folder.locked(0):
            left += [*folder.left(), *folder.bulks()]
    if left:
        words = f"{len(left)} folders of processes that have ended, such as {left[0]}"
        yield warning("leftovers", words, "the next one that writes removes them")
    else:
        yield ok("leftovers", "none")


def size_of(path: Path) -> int:
    """How many bytes of the disk the files of a folder take; linked ones are counted once."""
    sizes: dict[int, int] = {}
    for top, _, names in os.walk(path):
        for name in names:
            with suppress(OSError):
                status = os.lstat(os.path.join(top, name))
                sizes[status.st_ino] = status.st_blocks * 512
    return sum(sizes.values())


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 1e6:,.0f} MB"
