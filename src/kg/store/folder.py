"""The folder of an embedded store: what lies where, and who may write.

format.json      the version of this layout
lock             held by the one that writes: a server as long as it runs, a command for a commit
commits.log      all commits, chained by hashes (`kg.store.log`)
authors.json     the names of their authors, of whom the log has ids (`kg.store.authors`)
redactions/      what was taken out of commits (`kg.store.redactions`)
patches/N        the quads of a commit that is too large for a line of the log
live             the read-write directory of the engine: a link to live.N
bulk.N           the directory of a bulk load, until it becomes live.N
snapshots/N      generation N as it was published; readers open nothing else
work/            private copies of processes that run; may be deleted when none does
past/            private copies of commands that read; may be deleted when none does
releases/V       what was frozen as version V (`kg.store.releases`)
artefacts/       what was computed from generations; may be deleted
run/             the socket of the server that runs
tokens.json      the tokens, as hashes
settings.toml    limits of the server, if any is set
backups/         backups that an upgrade has made
history/         logs of older formats
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kg.errors import LimitError, StoreError

FORMAT: Final = 3
"""The version of the layout that is described here."""

LOCK_SECONDS: Final = 60.0
"""How long a writer waits for another one."""

POLL_SECONDS: Final = 0.02


class Folder:
    """Names and guards the files of one store; knows nothing about RDF."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "commits.log"
        self.authors = path / "authors.json"
        self.redactions = path / "redactions"
        self.redacting = self.redactions / "unfinished"
        self.patches = path / "patches"
        self.live = path / "live"
        self.snapshots = path / "snapshots"
        self.work = path / "work"
        self.releases = path / "releases"
        self.artefacts = path / "artefacts"
        self.run = path / "run"
        self.tokens = path / "tokens.json"
        self._lock = path / "lock"
        self.held: list[int] = []
        self._format = path / "format.json"

    def check_format(self) -> None:
        """Raise `StoreError` for a store that another version of kg has written."""
        found = self.format()
        if found is None or found == FORMAT:
            return
        if found > FORMAT:
            raise StoreError(
                f"the store in {self.path} has format {found}; this kg reads format {FORMAT}",
                hint="use the newer kg that wrote it",
            )
        raise StoreError(
            f"the store in {self.path} has the older format {found}",
            hint="`kg upgrade` makes a backup and brings it to this version",
        )

    def format(self) -> int | None:
        """The version of the layout; None where there is no store yet."""
        try:
            return int(json.loads(self._format.read_text(encoding="utf-8"))["format"])
        except FileNotFoundError:
            return 1 if (self.path / "commits.jsonl").exists() else None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{self._format} cannot be read: {error}",
                hint="it holds the version of the store; restore it from a backup",
            ) from error

    def prepare(self) -> None:
        """Make what every store has; only for the one that holds the lock."""
        try:
            for folder in (self.path, self.patches, self.snapshots, self.work):
                folder.mkdir(parents=True, exist_ok=True)
            if self.format() is None:
                write_file(self._format, json.dumps({"format": FORMAT}).encode() + b"\n")
        except OSError as error:
            raise store_error("the store cannot be written", error) from error

    @contextmanager
    def locked(self, seconds: float = LOCK_SECONDS) -> Iterator[None]:
        """Be the only one that writes; waits for another, then raises `StoreError` naming it.

        A process that inherits what is `held` meanwhile keeps the lock until it ends as well.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise store_error("the store cannot be written", error) from error
        try:
            self._acquire(handle, seconds)
            if not self._lock.exists() or not os.path.samestat(os.fstat(handle), self._lock.stat()):
                raise StoreError(f"{self.path} was replaced meanwhile", hint="try again")
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
            self.held.append(handle)
            yield
        except OSError as error:
            raise store_error("the store cannot be written", error) from error
        finally:
            with suppress(ValueError):
                self.held.remove(handle)
            os.close(handle)

    def _acquire(self, handle: int, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
                    raise StoreError(
                        f"process {holder or 'unknown'} writes to the store in {self.path}",
                        hint="stop it, or use another KG_HOME",
                    ) from error
                time.sleep(POLL_SECONDS)
            else:
                return

    def kept(self) -> list[int]:
        """The generations of which there is a snapshot, oldest first."""
        try:
            names = [entry.name for entry in self.snapshots.iterdir()]
        except FileNotFoundError:
            return []
        return sorted(int(name) for name in names if name.isdecimal())

    def bulk(self, generation: int) -> Path:
        """A new name for the directory of a bulk load and the generation that it leads to."""
        return self.path / f"bulk.{generation}-{secrets.token_hex(4)}"

    def bulks(self) -> list[Path]:
        """The directories of bulk loads that were interrupted, if nobody loads now."""
        return sorted(self.path.glob("bulk.*"))

    def snapshot(self, generation: int) -> Path:
        """Where the snapshot of a generation is, or would be."""
        return self.snapshots / str(generation)

    def patch(self, generation: int, *, new: bool = False) -> Path:
        """Where the quads of a large commit are, or what a redaction puts in their place."""
        return self.patches / (f".{generation}.new" if new else str(generation))

    def patch_of(self, generation: int, sha256: str) -> Path:
        """Where they are as the log has them: a redaction may have ended before all were placed."""
        new = self.patch(generation, new=True)
        with suppress(FileNotFoundError), new.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == sha256:
                return new
        return self.patch(generation)

    def drop(self, generation: int) -> None:
        """Remove a snapshot; at no moment is half of one there under its name."""
        hidden = self.snapshots / f".{generation}-{secrets.token_hex(4)}"
        with suppress(OSError):
            self.snapshot(generation).rename(hidden)
        remove_tree(hidden)

    def clean(self, *, work: bool = True) -> None:
        """Remove what interrupted processes have left; only for the one that holds the lock.

        Without `work` private copies stay: a server's are in use while its writer starts again.
        """
        for path in self.left(work=work):
            remove_tree(path)

    def left(self, *, work: bool = True) -> list[Path]:
        """What interrupted processes have left, if nobody writes now."""
        left = list(self.snapshots.glob(".*")) + (list(self.work.glob("*")) if work else [])
        current = self.live.resolve().name
        left += [path for path in self.path.glob("live.*") if path.name != current]
        return left


def swap_in(folder: Folder, path: Path) -> None:
    """Make a directory the one that is written; on disk when this returns."""
    link = folder.path / ".live.new"
    link.unlink(missing_ok=True)
    os.symlink(path.name, link)
    link.replace(folder.live)
    sync_folder(folder.path)


def clone(source: Path, target: Path) -> None:
    """A private copy of a directory of the engine, at the cost of its small files.

    Its tables (`.sst`) never change, so that links to them will do.
    """
    target.mkdir(parents=True)
    for entry in os.scandir(source):
        if entry.name.endswith(".sst"):
            os.link(entry.path, target / entry.name)
        elif entry.name != "LOCK":
            shutil.copyfile(entry.path, target / entry.name)


def remove_tree(path: Path) -> None:
    """Remove a folder or a file; what cannot be removed is removed at the next start."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def write_file(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file wholly or not at all, and have it on disk when this returns."""
    temporary = path.with_name(f".{path.name}.new")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store_error(what: str, error: OSError) -> StoreError:
    """An error of the file system in our words."""
    place = f" ({error.filename})" if error.filename else ""
    return StoreError(
        f"{what}: {(error.strerror or str(error)).lower()}{place}",
        hint="KG_HOME names the folder of the store; nothing in it was changed",
    )


def keep_reserve(folder: Folder, reserve: int) -> None:
    """Refuse to write on a disk that is almost full, before the engine meets its end."""
    free = shutil.disk_usage(folder.path).free
    if free < reserve:
        raise LimitError(
            f"the disk of the store is almost full: {free} bytes are free",
            hint=f"below {reserve} bytes nothing is written; queries are answered all the same",
            limit="disk_reserve_bytes",
            retry_after=30,
        )


def keep_room(folder: Folder, size: float, reserve: int) -> None:
    """Raise `StoreError` where something of so many bytes would take the room of commits."""
    if shutil.disk_usage(folder.path).free - size < reserve:
        raise StoreError("it would take room on the disk that commits need")
