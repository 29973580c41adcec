"""The folder of an in-process home: generations as dumps, and the log that says which ones count.

    commits.jsonl      one line per commit; its last whole line names the current generation
    generation-N.nq    all named graphs of generation N, sorted N-Quads
    lock               held by the one who writes

The line in the log is the commit: it is written after the dump is safe on disk, and until its
fsync has returned nothing has happened. A dump without a line is left over from an interrupted
commit and is overwritten; half a line is cut off by the next writer.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from kg.errors import StoreError
from kg.store.interface import Generation, LogEntry

KEPT: Final = 3
"""How many generations stay on disk."""

LOCK_SECONDS: Final = 60.0
"""How long a writer waits for another one."""


class Folder:
    """Reads and writes the files of one home; knows nothing about RDF."""

    def __init__(self, path: Path, *, lock_seconds: float = LOCK_SECONDS) -> None:
        self.path = path
        self._lock_seconds = lock_seconds
        self._log = path / "commits.jsonl"

    def stamp(self) -> tuple[int, int, int]:
        """Something that changes whenever a commit is made, cheap to ask for."""
        try:
            status = self._log.stat()
        except FileNotFoundError:
            return (0, 0, 0)
        except OSError as error:
            raise _store_error("the store cannot be read", error) from error
        return (status.st_ino, status.st_size, status.st_mtime_ns)

    def entries(self) -> list[LogEntry]:
        """All commits, oldest first."""
        return _entries(self._whole_lines())

    def dump(self, entry: LogEntry) -> bytes:
        """The dump of a generation; raises `StoreError` if it is not the one that was committed."""
        path = self._dump_path(entry.generation)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise _store_error(f"generation {entry.generation} cannot be read", error) from error
        if hashlib.sha256(data).hexdigest() != entry.digest:
            raise StoreError(
                f"generation {entry.generation} is damaged: {path} is not what was committed",
                hint="restore the folder from a backup, or remove it and load the data again",
            )
        return data

    def keeps(self, generation: Generation) -> bool:
        """Whether the dump of a generation is still there."""
        return self._dump_path(generation).is_file()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer, among threads and processes."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _store_error("the store cannot be written", error) from error
        try:
            self._acquire(handle)
            yield
        finally:
            os.close(handle)

    def append(self, entry: LogEntry, dump: bytes) -> None:
        """Keep a generation; on any error the one before it stays the current one.

        Only inside `writing`.
        """
        try:
            self._write_dump(entry.generation, dump)
            self._append_line(json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise _store_error("the commit was not kept", error) from error
        self._remove_old(entry.generation)

    def _acquire(self, handle: int) -> None:
        deadline = time.monotonic() + self._lock_seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    raise StoreError(
                        f"somebody else has been writing for {self._lock_seconds:g} s",
                        hint="try again when the other commit is done",
                    ) from error
                time.sleep(0.02)
            except OSError as error:
                raise _store_error("the store cannot be locked", error) from error
            else:
                return

    def _write_dump(self, generation: Generation, dump: bytes) -> None:
        target = self._dump_path(generation)
        temporary = target.with_suffix(".tmp")
        try:
            with temporary.open("wb") as file:
                file.write(dump)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except OSError:
            with suppress(OSError):
                temporary.unlink()
            raise
        self._sync_folder()

    def _append_line(self, line: bytes) -> None:
        whole = len(self._whole_lines())
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        handle = os.open(self._log, flags, 0o644)
        try:
            os.ftruncate(handle, whole)
            if os.pwrite(handle, line, whole) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._log))
            os.fsync(handle)
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, whole)
            raise
        finally:
            os.close(handle)
        self._sync_folder()

    def _sync_folder(self) -> None:
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _remove_old(self, newest: Generation) -> None:
        for path in self.path.glob("generation-*.nq"):
            number = path.stem.removeprefix("generation-")
            if number.isdecimal() and not newest - KEPT < int(number) <= newest:
                with suppress(OSError):
                    path.unlink()

    def _whole_lines(self) -> bytes:
        try:
            data = self._log.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise _store_error("the store cannot be read", error) from error
        return data[: data.rfind(b"\n") + 1]

    def _dump_path(self, generation: Generation) -> Path:
        return self.path / f"generation-{generation}.nq"


def _entries(lines: bytes) -> list[LogEntry]:
    entries = []
    for number, line in enumerate(lines.split(b"\n")[:-1], 1):
        try:
            entries.append(LogEntry(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise StoreError(
                f"line {number} of the log of commits cannot be read: {error}",
                hint="restore the folder from a backup",
            ) from error
    return entries


def digest(dump: bytes) -> str:
    """The digest that the log keeps of a dump."""
    return hashlib.sha256(dump).hexdigest()


def _store_error(what: str, error: OSError) -> StoreError:
    place = f" ({error.filename})" if error.filename else ""
    return StoreError(
        f"{what}: {(error.strerror or str(error)).lower()}{place}",
        hint="KG_HOME names the folder of the store; nothing in it was changed",
    )
