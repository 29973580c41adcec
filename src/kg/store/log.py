"""The log of commits: appended, chained by hashes, and on disk before anybody hears of a commit.

A line is one commit: a hash, a space, its head, a tab, its content. The head is a JSON object that
says who, when, how much, and the digest of the content; the hash is the SHA-256 of the hash before
it and of the head. The content is a JSON object with the message and the quads that were added and
removed: it can be redacted (`kg.store.redactions`) while the chain holds. Who is an id, whose name
stands in a table beside the log (`kg.store.authors`).

A line counts once it is whole; half a line was never acknowledged, and the next writer cuts it off.
Anything else that does not fit the chain is damage, and is told with its line.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from kg.errors import NotFoundError, StoreError
from kg.store.authors import Authors
from kg.store.digest import EMPTY, summed
from kg.store.folder import Folder, store_error, sync_folder, write_file
from kg.store.interface import CommitMeta, Generation, LogEntry, Patch
from kg.store.lines import HEX, START, chain, chained, content_of, joined, parts, sha256
from kg.store.patches import patch_text, read_patch
from kg.store.redactions import COMMITS, Left, Redactions


@dataclass(frozen=True, slots=True)
class Record:
    """A commit that is about to be kept; `digest` is that of all authored quads after it."""

    commit_id: str
    meta: CommitMeta
    patch: Patch
    digest: str


class CommitLog:
    """Reads and appends; what others have appended meanwhile is seen at the next call."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._entries: list[LogEntry] = []
        self._places: list[tuple[int, int]] = []
        self._known: dict[str, int] = {}
        self._end = 0
        self._inode = 0
        self._lock = threading.RLock()
        self._authors = Authors(folder.authors)
        self._redactions = Redactions(folder.redactions)
        self._left: dict[Generation, Left] = {}
        self._unvouched: dict[str, int] = {}
        self._shown: tuple[object, tuple[LogEntry, ...]] = (None, ())

    def _forget(self) -> None:
        self._entries, self._places, self._known = [], [], {}
        self._left, self._unvouched = {}, {}
        self._end = self._inode = 0

    def entries(self) -> Sequence[LogEntry]:
        """All commits, oldest first; raises `StoreError` where the chain is broken.

        Their authors are names as far as these are not erased.
        """
        self._read_on()
        now = (self._authors.version, self._inode, self._end)
        if self._shown[0] != now:
            self._shown = (now, tuple(map(self._named, self._entries)))
        return self._shown[1]

    def _named(self, entry: LogEntry) -> LogEntry:
        return replace(entry, author=self._authors.name_of(entry.author))

    def redacted(self) -> dict[Generation, Left]:
        """What is left of the commits of which something was taken out."""
        self._read_on()
        return dict(self._left)

    def unfinished(self) -> list[Generation]:
        """Commits that vouch for a redaction which was not carried out wholly."""
        self._read_on()
        said = {each.digest: each for each in self._redactions.all()}
        return [
            entry.generation
            for entry in self._entries
            if entry.commit_id.startswith(COMMITS)
            and (redaction := said.get(entry.commit_id.removeprefix(COMMITS))) is not None
            and not redaction.left.keys() <= self._left.keys()
        ]

    def missing(self, first: Generation, last: Generation) -> str:
        """The sum of the digests of quads that were taken out of the commits first to last."""
        within = (left for at, left in self.redacted().items() if first <= at <= last)
        return reduce(lambda total, left: summed(total, left.missing), within, EMPTY)

    def head(self) -> tuple[Generation, str]:
        """The newest generation and its hash."""
        self._read_on()
        return self._head()

    def known(self, commit_id: str) -> LogEntry | None:
        """The commit of this id, if it has been made."""
        self._read_on()
        place = self._known.get(commit_id)
        return None if place is None else self._entries[place]

    def entry(self, generation: Generation) -> LogEntry:
        """One commit."""
        self._read_on()
        if not 1 <= generation <= len(self._entries):
            raise NotFoundError(
                f"there is no generation {generation}", hint=f"the newest is {len(self._entries)}"
            )
        return self._named(self._entries[generation - 1])

    def content(self, generation: Generation) -> dict[str, Any]:
        """The message and the patch of a commit as the log keeps them."""
        self.entry(generation)
        return dict(json.loads(parts(self._line_of(generation))[2]))

    def patch(self, generation: Generation) -> Patch:
        """The quads that a commit added and removed."""
        kept = self.content(generation)["patch"]
        return read_patch(kept if isinstance(kept, str) else self._large(generation, kept))

    def _line_of(self, generation: Generation) -> bytes:
        start, size = self._places[generation - 1]
        try:
            with self._folder.log.open("rb") as file:
                file.seek(start)
                return file.read(size)
        except OSError as error:
            raise store_error("the log cannot be read", error) from error

    def rewrite(self, contents: Mapping[Generation, bytes]) -> None:
        """Put other contents into commits, whose heads and hashes stay; wholly or not at all.

        Only for the one that holds the lock, after a commit that vouches for it.
        """
        self._read_on()
        lines = []
        for generation in range(1, len(self._entries) + 1):
            line = self._line_of(generation)
            if generation in contents:
                found, head, _ = parts(line)
                line = joined(found, head, contents[generation])
            lines.append(line)
        write_file(self._folder.log, b"".join(lines))

    def append(self, records: Sequence[Record]) -> Sequence[LogEntry]:
        """Keep commits as the next generations, all of them or none; on disk when this returns.

        Only for the one that holds the lock of the folder. Raises `StoreError` where the disk is
        full or fails; the log is then as it was before.
        """
        self._read_on()
        generation, before = self._head()
        lines, made = [], []
        try:
            for record in records:
                generation += 1
                line, entry = self._line(generation, before, record)
                before = entry.hash
                lines.append(line)
                made.append(entry)
            self._write(b"".join(lines))
        except OSError as error:
            for entry in made:
                with suppress(OSError):
                    self._folder.patch(entry.generation).unlink()
            raise store_error("the commit was not kept", error) from error
        for line, entry in zip(lines, made, strict=True):
            self._take(entry, len(line))
        return made

    def take_back(self, entries: int) -> None:
        """Cut off the newest commits, which nobody has been told of; on disk when this returns."""
        start = self._places[-entries][0]
        handle = os.open(self._folder.log, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.ftruncate(handle, start)
            os.fsync(handle)
        finally:
            os.close(handle)
        for entry in self._entries[-entries:]:
            del self._known[entry.commit_id]
        del self._entries[-entries:], self._places[-entries:]
        self._end = start

    def cut_off_half_a_line(self) -> int:
        """Remove what an interrupted writer has left at the end; how many bytes that was."""
        self._read_on()
        try:
            size = self._folder.log.stat().st_size
            if size > self._end:
                os.truncate(self._folder.log, self._end)
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise store_error("the log cannot be written", error) from error
        return size - self._end

    def _head(self) -> tuple[Generation, str]:
        last = self._entries[-1] if self._entries else None
        return (last.generation, last.hash) if last else (0, START)

    def _line(self, generation: Generation, before: str, record: Record) -> tuple[bytes, LogEntry]:
        content, large = content_of(record.meta.message, patch_text(record.patch))
        if large is not None:
            write_file(self._folder.patch(generation), large)
        fields: dict[str, Any] = {
            "generation": generation,
            **self._said(record.commit_id, record.meta),
            "added": len(record.patch.added),
            "removed": len(record.patch.removed),
            "digest": record.digest,
        }
        return chained(before, fields, record.meta, content)

    def _said(self, commit_id: str, meta: CommitMeta) -> dict[str, str]:
        author = self._authors.id_of(meta.author)
        return {"commit_id": commit_id, "author": author, "time": meta.time.isoformat()}

    def _write(self, data: bytes) -> None:
        """Append in one stroke, or leave the file as it was."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        new = not self._folder.log.exists()
        handle = os.open(self._folder.log, flags, 0o644)
        try:
            if os.pwrite(handle, data, self._end) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._folder.log))
            os.fsync(handle)
            if new:
                sync_folder(self._folder.path)
            self._inode = os.fstat(handle).st_ino
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, self._end)
            raise
        finally:
            os.close(handle)

    def _read_on(self) -> None:
        """Take in what has been appended since the last time.

        Commits that were taken back, with others in their place, look like damage at first.
        """
        with self._lock:
            try:
                self._read_from_end()
            except StoreError:
                if not self._entries:
                    raise
                self._forget()
                self._read_from_end()

    def _read_from_end(self) -> None:
        try:
            with self._folder.log.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_ino != self._inode or status.st_size < self._end:
                    self._forget()  # it is another log than before
                    self._inode = status.st_ino
                if status.st_size == self._end:
                    return
                file.seek(self._end)
                for line in file:
                    if not line.endswith(b"\n"):
                        return
                    self._take(self._checked(line), len(line))
            self._refuse_unvouched()
        except FileNotFoundError:
            self._forget()
        except OSError as error:
            raise store_error("the log cannot be read", error) from error

    def _checked(self, line: bytes) -> LogEntry:
        generation, before = self._head()
        found, head, content = parts(line)
        if line[HEX : HEX + 1] != b" " or found != chain(before, head):
            raise self._damaged(generation + 1, "it is not what was written, or one before it is")
        try:
            fields = json.loads(head)
            self._look_at_content(generation + 1, fields.pop("content"), content)
            entry = LogEntry(**fields, message=json.loads(content)["message"], hash=found)
        except (ValueError, TypeError, KeyError) as error:
            raise self._damaged(generation + 1, str(error)) from error
        if entry.generation != generation + 1:
            raise self._damaged(generation + 1, f"it says that it is {entry.generation}")
        return entry

    def _look_at_content(self, generation: Generation, said: str, content: bytes) -> None:
        """A content is what its head says, or what a redaction says is left of it."""
        digest = sha256(content)
        if digest == said:
            return
        redaction = self._redactions.of(generation, digest)
        if redaction is None:
            raise self._damaged(generation, "its content is not what was written")
        self._left[generation] = redaction.left[generation]
        self._unvouched.setdefault(redaction.digest, generation)

    def _refuse_unvouched(self) -> None:
        """No content is missing without a commit of the chain that says so."""
        if not self._unvouched:
            return
        for entry in self._entries:
            if entry.commit_id.startswith(COMMITS):
                self._unvouched.pop(entry.commit_id.removeprefix(COMMITS), None)
        if self._unvouched:
            number = min(self._unvouched.values())
            self._forget()
            raise self._damaged(number, "something was taken out of it, and no commit says so")

    def _damaged(self, number: int, why: str) -> StoreError:
        return StoreError(
            f"line {number} of {self._folder.log} is damaged: {why}",
            hint="`kg restore` brings a backup back",
        )

    def _take(self, entry: LogEntry, size: int) -> None:
        self._known[entry.commit_id] = len(self._entries)
        self._entries.append(entry)
        self._places.append((self._end, size))
        self._end += size

    def _large(self, generation: Generation, kept: dict[str, Any]) -> str:
        """The text of a patch that has a file of its own."""
        try:
            data = self._folder.patch_of(generation, kept["sha256"]).read_bytes()
        except OSError as error:
            raise store_error(f"the quads of commit {generation} cannot be read", error) from error
        if sha256(data) != kept["sha256"]:
            raise StoreError(
                f"{self._folder.patch(generation)} is damaged: it is not what was committed",
                hint="`kg restore` brings a backup back",
            )
        return data.decode()

    def patches(self, first: Generation, last: Generation) -> Iterator[Patch]:
        """The patches of the commits from `first` to `last`, one at a time."""
        return (self.patch(generation) for generation in range(first, last + 1))
