"""A backup: one generation in one tar file, made also while a server writes.

format.json         as in the folder
commits.log         all commits up to that generation, and none after it
patches/N           the quads of large ones
snapshot/…          the engine's directory at that generation
authors.json        the names of authors, as far as they are not erased
redactions/…        what was taken out of commits
releases/V/…        what is said of each release; its files are made again from the log
settings.toml       if there is one
tokens.json         only if asked for
manifest.json       at the end: what it is, and the SHA-256 of every other file
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Final

from kg.errors import InputError, NotFoundError, StoreError
from kg.store.folder import FORMAT, POLL_SECONDS, Folder, store_error, sync_folder
from kg.store.interface import Generation
from kg.store.log import CommitLog
from kg.store.room import copied, room

FORMAT_FILE: Final = "format.json"
MANIFEST: Final = "manifest.json"
SETTINGS: Final = "settings.toml"
SNAPSHOT: Final = "snapshot"

PUBLISHED_SECONDS: Final = 30.0
"""How long the newest commit may take until readers can open it."""

_NOT_KEPT: Final = frozenset({"LOCK", "LOG"})
"""Files of the engine that say nothing about the data."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is; `files` has the SHA-256 of each file in it, by name."""

    format: int
    generation: Generation
    hash: str
    digest: str
    made: str
    files: dict[str, str]


def backup(folder: Folder, target: Path, *, tokens: bool = False) -> tuple[Path, Manifest]:
    """Write a backup to a file, or into a folder under a name of its own; nothing is overwritten.

    Whatever was acknowledged before this begins is in it. The file appears under its name once it
    is whole and on disk; one whose name ends in `.gz` is compressed.
    """
    folder.check_format()
    log = CommitLog(folder)
    if not log.head()[0]:
        raise NotFoundError(f"there is nothing to back up in {folder.path}")
    if folder.redacting.exists():
        raise StoreError(
            "a redaction was interrupted: the backup would keep what it takes out",
            hint="`kg redact` again, with the same options",
        )
    with room(folder) as path:
        entry = log.entry(_newest(folder, log, path / SNAPSHOT))
        made = datetime.now(UTC).replace(microsecond=0)
        about = Manifest(FORMAT, entry.generation, entry.hash, entry.digest, made.isoformat(), {})
        members = _members(folder, path / SNAPSHOT, entry.generation, tokens=tokens)
        try:
            file = _file(target, f"kg-{entry.generation}-{made:%Y%m%dT%H%M%SZ}.tar")
            with _whole(file) as out:
                _write(out, members, about, compressed=file.suffix == ".gz")
        except OSError as error:
            raise store_error("the backup cannot be written", error) from error
    return file, about


def _newest(folder: Folder, log: CommitLog, path: Path) -> Generation:
    """Copy the newest snapshot, once it has all that was acknowledged by now."""
    head, _ = log.head()
    deadline = time.monotonic() + PUBLISHED_SECONDS
    while time.monotonic() < deadline:
        for generation in folder.kept()[-1:]:
            if generation >= head and copied(folder, log, generation, path):
                return generation
        time.sleep(POLL_SECONDS)
    raise StoreError(
        f"generation {head} is committed, but there is no whole snapshot of it",
        hint="`kg doctor` says more",
    )


def _file(target: Path, name: str) -> Path:
    file = target / name if target.is_dir() else target
    if file.exists():
        raise InputError(f"{file} exists already", hint="nothing is overwritten: name another")
    return file


@contextmanager
def _whole(file: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name once it is whole; only its owner may read it."""
    temporary = file.with_name(f".{file.name[:100]}.{secrets.token_hex(4)}")
    handle = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.rename(file)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(file.parent)


def _members(
    folder: Folder, snapshot: Path, generation: Generation, *, tokens: bool
) -> Iterator[tuple[str, Path, int | None]]:
    """The name, the file and, where not all of it is meant, how many bytes, of all that is kept."""
    yield FORMAT_FILE, folder.path / FORMAT_FILE, None
    with folder.log.open("rb") as log:
        yield folder.log.name, folder.log, sum(len(line) for line in islice(log, generation))
    large = (int(path.name) for path in folder.patches.iterdir() if path.name.isdecimal())
    for number in sorted(number for number in large if number <= generation):
        yield f"{folder.patches.name}/{number}", folder.patch(number), None
    for path in sorted(snapshot.iterdir()):
        if path.name not in _NOT_KEPT:
            yield f"{SNAPSHOT}/{path.name}", path, None
    for path in sorted(folder.redactions.glob("*.json")):
        yield f"{folder.redactions.name}/{path.name}", path, None
    for path in sorted(folder.releases.glob("*/release.json")):
        yield path.relative_to(folder.path).as_posix(), path, None
    names = ((SETTINGS, True), (folder.authors.name, True), (folder.tokens.name, tokens))
    for name, wanted in names:
        if wanted and (folder.path / name).exists():
            yield name, folder.path / name, None


def _write(
    out: IO[bytes],
    members: Iterator[tuple[str, Path, int | None]],
    about: Manifest,
    *,
    compressed: bool,
) -> None:
    with tarfile.open(fileobj=out, mode="w:gz" if compressed else "w") as archive:
        for name, path, size in members:
            with path.open("rb") as file:
                whole = os.fstat(file.fileno()).st_size
                about.files[name] = _add(archive, name, file, whole if size is None else size)
        data = json.dumps(asdict(about), indent=2).encode() + b"\n"
        _add(archive, MANIFEST, io.BytesIO(data), len(data))


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes], size: int) -> str:
    """Add a file; its SHA-256."""
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, int(time.time()), 0o600
    hashed = Hashed(file)
    archive.addfile(info, hashed)
    return hashed.sha256.hexdigest()


class Hashed:
    """A file whose SHA-256 is known once it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.sha256 = hashlib.sha256()
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self.sha256.update(data)
        return data
