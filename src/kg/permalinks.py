"""Short links to queries: what was asked, of which graphs, and on which generation.

They stand in a file of their own beside the store, `permalinks.sqlite`. The address of a query is
made from what is kept, so that whoever keeps the same query again gets the same address, and
nothing says who kept it. A query that was removed keeps its address, at which nothing is any more.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from kg.errors import InputError, LimitError, NotFoundError, StoreError

FILE: Final = "permalinks.sqlite"
SHORTEST: Final = 10
"""Characters of an address, 5 bits each: among a million queries hardly any two begin alike."""

Graphs: TypeAlias = tuple[tuple[str, str], ...]

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS permalink (
  id TEXT PRIMARY KEY, query TEXT, graphs TEXT, generation INTEGER NOT NULL, made TEXT NOT NULL
) STRICT
"""
_WAIT_SECONDS: Final = 5


@dataclass(frozen=True)
class Permalink:
    """A query that was kept; `graphs` are the graph parameters of the request."""

    id: str
    query: str
    graphs: Graphs
    generation: int
    made: datetime


class Permalinks:
    """The kept queries of a store, at most `most`, each of at most `most_bytes`."""

    def __init__(self, path: Path, *, most: int = 100_000, most_bytes: int = 20_000) -> None:
        self._path = path
        self._most = most
        self._most_bytes = most_bytes

    def keep(self, query: str, graphs: Graphs, generation: int, now: datetime) -> str:
        """The address of a query, which is kept if it is not yet.

        Raises `InputError` for one that is too long or was removed, `LimitError` where no more
        are kept.
        """
        if len(query.encode()) > self._most_bytes:
            raise InputError(f"a link keeps at most {self._most_bytes} bytes of a query")
        written = json.dumps(graphs)
        digest = _digest(query, written, generation)
        with self._open(write=True) as file:
            for length in range(SHORTEST, len(digest) + 1):
                found = _row(file, digest[:length])
                if found is None:
                    self._insert(file, (digest[:length], query, written, generation, now))
                    return digest[:length]
                if found[0] is None:
                    raise InputError("this query was removed by those who run this server")
                if found == (query, written, generation):
                    return digest[:length]
        raise StoreError("two queries have the same digest")

    def read(self, address: str) -> Permalink | None:
        """The query at an address, None where it was removed; raises `NotFoundError`."""
        with self._open() as file:
            row = file.execute("SELECT * FROM permalink WHERE id = ?", (address,)).fetchone()
        if row is None:
            raise NotFoundError(f"no query is kept as {address[:60]}")
        if row[1] is None:
            return None
        graphs = tuple((name, value) for name, value in json.loads(row[2]))
        return Permalink(row[0], row[1], graphs, row[3], datetime.fromisoformat(row[4]))

    def remove(self, address: str) -> None:
        """Erase a query for good; raises `NotFoundError`."""
        with self._open(write=True) as file:
            erased = file.execute(
                "UPDATE permalink SET query = NULL, graphs = NULL WHERE id = ?", (address,)
            )
            if not erased.rowcount:
                raise NotFoundError(f"no query is kept as {address[:60]}")

    def _insert(self, file: sqlite3.Connection, row: tuple[str, str, str, int, datetime]) -> None:
        count: int = file.execute("SELECT count(*) FROM permalink").fetchone()[0]
        if count >= self._most:
            words = f"{self._most:,} queries are kept, and no more"
            raise LimitError(words, limit="permalinks")
        values = (*row[:4], row[4].astimezone(UTC).isoformat(timespec="seconds"))
        file.execute("INSERT INTO permalink VALUES (?, ?, ?, ?, ?)", values)

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection of its own for each use, since threads share none; commits at the end."""
        try:
            file = sqlite3.connect(self._path, timeout=_WAIT_SECONDS, isolation_level=None)
            try:
                file.execute("PRAGMA secure_delete = ON")  # what is removed leaves the file, too
                file.execute(_TABLE)
                if write:
                    file.execute("BEGIN IMMEDIATE")
                yield file
                if write:
                    file.execute("COMMIT")
            finally:
                file.close()  # what was not committed is rolled back
        except sqlite3.Error as error:
            raise StoreError(f"{self._path.name}: {error}", hint="is the disk full?") from error


def _row(file: sqlite3.Connection, address: str) -> tuple[str | None, str | None, int] | None:
    row: tuple[str | None, str | None, int] | None = file.execute(
        "SELECT query, graphs, generation FROM permalink WHERE id = ?", (address,)
    ).fetchone()
    return row


def _digest(query: str, graphs: str, generation: int) -> str:
    told = json.dumps([query, graphs, generation], ensure_ascii=False)
    digest = hashlib.sha256(told.encode()).digest()
    return base64.b32encode(digest).decode().rstrip("=").lower()
