"""Commits of much at once in the log: their quads are in a file already, and are not held here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.errors import StoreError
from kg.store.folder import store_error, sync_folder
from kg.store.interface import CommitMeta, Generation, LogEntry
from kg.store.lines import chained, kept_content
from kg.store.log import CommitLog


@dataclass(frozen=True, slots=True)
class Bulk:
    """A commit that is about to be kept, whose quads, all added, have a file of their own.

    `sha256` and `bytes` are those of the file, `added` counts its quads, and `digest` is that of
    all authored quads after it.
    """

    commit_id: str
    meta: CommitMeta
    added: int
    digest: str
    sha256: str
    bytes: int


STREAMED_BYTES: Final = 50_000_000
"""Quads that take more are not held in memory where a commit is made again."""


class BulkLog(CommitLog):
    """The log for those who load much, and for those who load it again."""

    def is_streamed(self, generation: Generation) -> bool:
        """Whether a commit only adds, and more than should be held."""
        kept = self.content(generation)["patch"]
        is_large = not isinstance(kept, str) and kept["bytes"] > STREAMED_BYTES
        return is_large and not self.entry(generation).removed

    def quads_of(self, generation: Generation) -> Iterator[bytes]:
        """The quads of such a commit as N-Quads without their dots, read as they are asked for.

        Raises `StoreError` at the end for a file that is not what was committed.
        """
        kept = self.content(generation)["patch"]
        path = self._folder.patch_of(generation, kept["sha256"])
        sha256 = hashlib.sha256()
        try:
            with path.open("rb") as file:
                for line in file:
                    sha256.update(line)
                    yield line[2:-3]
        except OSError as error:
            raise store_error(f"the quads of commit {generation} cannot be read", error) from error
        if sha256.hexdigest() != kept["sha256"]:
            raise StoreError(
                f"{path} is damaged: it is not what was committed",
                hint="`kg restore` brings a backup back",
            )

    def foreseen(self, bulk: Bulk) -> LogEntry:
        """The entry that `append_bulk` would make."""
        self._read_on()
        return self._bulk_line(bulk)[1]

    def append_bulk(self, bulk: Bulk, patch: Path) -> LogEntry:
        """Keep a commit as the next generation, and the file of its quads; on disk afterwards.

        The file is on disk already, in the folder of the store, and is moved to its place.
        """
        self._read_on()
        line, entry = self._bulk_line(bulk)
        place = self._folder.patch(entry.generation)
        try:
            patch.replace(place)
            sync_folder(place.parent)
            self._write(line)
        except OSError as error:
            with suppress(OSError):
                place.unlink()
            raise store_error("the commit was not kept", error) from error
        self._take(entry, len(line))
        return entry

    def _bulk_line(self, bulk: Bulk) -> tuple[bytes, LogEntry]:
        generation, before = self._head()
        content = kept_content(bulk.meta.message, {"sha256": bulk.sha256, "bytes": bulk.bytes})
        fields = {
            "generation": generation + 1,
            **self._said(bulk.commit_id, bulk.meta),
            "added": bulk.added,
            "removed": 0,
            "digest": bulk.digest,
        }
        return chained(before, fields, bulk.meta, content)
