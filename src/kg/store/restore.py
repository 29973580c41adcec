"""Brings a backup back: unpacked and looked through beside the store first, then put in its place.

An archive is input like any other: names and kinds of files that no backup of ours has are refused.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, Literal

from kg.errors import InputError, KgError, StoreError
from kg.store.backup import MANIFEST, SETTINGS, SNAPSHOT, Hashed, Manifest
from kg.store.connection import is_served
from kg.store.folder import (
    FORMAT,
    Folder,
    clone,
    remove_tree,
    store_error,
    swap_in,
    sync_folder,
)
from kg.store.live import mark_of, opened_to_read
from kg.store.log import CommitLog
from kg.store.logcheck import damaged_patches

NAME: Final = re.compile(
    r"(manifest|format|tokens|authors)\.json|settings\.toml|commits\.log"
    r"|redactions/[0-9a-f]{64}\.json|releases/[0-9][0-9A-Za-z.-]{0,99}/release\.json"
    r"|patches/[1-9][0-9]{0,17}|snapshot/[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
)
"""The names of files in a backup."""

PRIVATE: Final = "tokens.json"
_FOR_THEIR_OWNER: Final = (PRIVATE, "authors.json")
LOCK_SECONDS: Final = 5.0
CHUNK: Final = 1 << 20
_NOTHING: Final = frozenset({"lock", "run", "past", "work"})
_NO_STORE: Final = _NOTHING | {PRIVATE, f"{PRIVATE}.lock", SETTINGS}
"""What a folder without a store may hold: nothing, or what is written before the first commit."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and where what was there before has gone."""

    manifest: Manifest
    aside: Path | None
    kept: tuple[str, ...]


def restore(folder: Folder, archive: Path, *, force: bool = False) -> Restored:
    """Make a backup the store: wholly, or not at all and with nothing changed.

    With `force` a store that is there is moved aside, never deleted. Tokens and settings that the
    backup does not hold stay as they are. Raises `InputError` for an archive that is damaged or no
    backup, and `StoreError` where a server runs or a store is in the way.
    """
    folder = Folder(_resolved(folder.path))
    _refuse_if_in_use(folder, force=force)
    home = folder.path
    new = Folder(home.with_name(f".{home.name}.restored-{secrets.token_hex(4)}"))
    try:
        new.path.mkdir(parents=True, mode=0o755)
        manifest = _unpacked(archive, new)
        _checked(archive, new, manifest)
        with folder.locked(LOCK_SECONDS):
            _refuse_if_in_use(folder, force=force)
            kept = tuple(_keep(folder, new))
            sync_tree(new.path)
            aside = _put(folder, new)
    except OSError as error:
        raise store_error("the backup cannot be brought back", error) from error
    finally:
        remove_tree(new.path)
    return Restored(manifest, aside, kept)


def _refuse_if_in_use(folder: Folder, *, force: bool) -> None:
    if is_served(folder):
        raise StoreError(f"a server runs on the store in {folder.path}", hint="stop it first")
    if os.path.ismount(folder.path):
        raise StoreError(
            f"{folder.path} is where a disk is mounted, and cannot be replaced",
            hint="name a folder below it with KG_HOME",
        )
    others = () if force else sorted(_names(folder.path) - _NO_STORE)
    if others:
        raise StoreError(
            f"there is something in {folder.path} already: {others[0]}",
            hint="--force moves it all aside; or name another folder with KG_HOME",
        )


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"{path} is no folder: {error}", hint="KG_HOME names it") from error


def _names(path: Path) -> set[str]:
    try:
        return {entry.name for entry in path.iterdir()}
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise store_error("the folder of the store cannot be read", error) from error


def _unpacked(archive: Path, new: Folder) -> Manifest:
    """Write the files of an archive into a folder, each compared with what the manifest says."""
    found: dict[str, str] = {}
    with _reading(archive) as file, tarfile.open(fileobj=file, mode=_mode(file)) as members:
        for member in members:
            name = member.name
            if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or not NAME.fullmatch(name):
                raise InputError(f"no backup holds {name[:100]!r}", source=str(archive))
            if name in found:
                raise InputError(f"it holds {name} twice", source=str(archive))
            content = members.extractfile(member)
            if content is not None:
                found[name] = _write(content, new.path / name)
    return _manifest(archive, new.path / MANIFEST, found)


@contextmanager
def _reading(archive: Path) -> Iterator[IO[bytes]]:
    try:
        file = archive.open("rb")
    except OSError as error:
        raise InputError((error.strerror or str(error)).lower(), source=str(archive)) from error
    with file:
        try:
            yield file
        except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
            raise InputError(f"is not a whole backup: {error}", source=str(archive)) from error


def _mode(file: IO[bytes]) -> Literal["r|", "r|gz"]:
    start = file.read(2)
    file.seek(0)
    return "r|gz" if start == b"\x1f\x8b" else "r|"


def _write(content: IO[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o600 if path.name in _FOR_THEIR_OWNER else 0o644
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    hashed = Hashed(content)
    with open(handle, "wb") as file:
        while data := hashed.read(CHUNK):
            file.write(data)
    return hashed.sha256.hexdigest()


def _manifest(archive: Path, path: Path, found: dict[str, str]) -> Manifest:
    found.pop(MANIFEST, None)
    try:
        manifest = Manifest(**json.loads(path.read_text(encoding="utf-8")))
        expected = dict(manifest.files)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(
            "is not a whole backup: its manifest is missing or cannot be read", source=str(archive)
        ) from error
    if manifest.format != FORMAT:
        raise InputError(
            f"has format {manifest.format}; this kg reads format {FORMAT}",
            hint="use the kg that wrote it, then `kg upgrade`",
            source=str(archive),
        )
    wrong = sorted(n for n in {*found, *expected} if found.get(n) != expected.get(n))
    if wrong:
        raise InputError(f"is damaged: {wrong[0]} is not what was backed up", source=str(archive))
    path.unlink()
    return manifest


def _checked(archive: Path, new: Folder, manifest: Manifest) -> None:
    """Make it a store; raises `InputError` where log, patches and snapshot do not fit together."""
    snapshot = new.snapshot(manifest.generation)
    try:
        new.snapshots.mkdir()
        (new.path / SNAPSHOT).rename(snapshot)
        new.check_format()
        log = CommitLog(new)
        log.head()
        damaged = next(damaged_patches(new), None)
        if damaged is not None:
            raise StoreError(damaged)
        mark = mark_of(opened_to_read(snapshot))
    except (KgError, OSError, ValueError) as error:
        raise InputError(f"is damaged: {error}", source=str(archive)) from error
    said = (manifest.generation, manifest.hash, manifest.digest)
    entry = log.entries()[-1:]
    if not entry or {
        (mark.generation, mark.hash, mark.digest),
        (entry[0].generation, entry[0].hash, entry[0].digest),
    } != {said}:
        raise InputError(
            "is damaged: its log, its snapshot and its manifest tell of different generations",
            source=str(archive),
        )
    clone(snapshot, new.path / f"live.{manifest.generation}")
    swap_in(new, new.path / f"live.{manifest.generation}")


def _keep(folder: Folder, new: Folder) -> Iterator[str]:
    """Take over what a backup need not hold."""
    for name in (folder.tokens.name, SETTINGS):
        old = folder.path / name
        if old.is_file() and not (new.path / name).exists():
            shutil.copy2(old, new.path / name)
            yield name


def _put(folder: Folder, new: Folder) -> Path | None:
    """Put the new folder in the place of the old one, which is moved aside if it holds anything."""
    home = folder.path
    aside = home.with_name(f"{home.name}.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}")
    home.rename(aside)
    try:
        new.path.rename(home)
    except OSError:
        with suppress(OSError):
            aside.rename(home)
        raise
    sync_folder(home.parent)
    if {path.name for path in aside.iterdir()} <= _NOTHING:
        remove_tree(aside)
        return None
    return aside


def sync_tree(path: Path) -> None:
    """Have a folder with all that is in it on disk."""
    for entry in os.scandir(path):
        if entry.is_dir(follow_symlinks=False):
            sync_tree(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            sync_folder(Path(entry.path))
    sync_folder(path)
