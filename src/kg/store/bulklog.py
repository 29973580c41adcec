"""Commits of much at once in the log: their quads are in a file already, and are not held here."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.store.folder import store_error, sync_folder
from kg.store.interface import CommitMeta, LogEntry
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


class BulkLog(CommitLog):
    """The log for a bulk load."""

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
        place = self.large_path(entry.generation)
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
