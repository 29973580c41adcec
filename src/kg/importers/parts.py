"""The parts of an import: so many rows each, written whole or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from kg.importers.claims import Claims
from kg.importers.datasets import Dataset, Note
from kg.importers.releases import Release
from kg.importers.rows import Row
from kg.importers.values import UnusableRow

SKIPPED, WARNING = "skipped", "warning"
WAITING: Final = ".unfinished"


@dataclass(frozen=True, slots=True)
class Converter:
    """How rows become lines: the dataset, its release, and which keys were there before."""

    dataset: Dataset
    release: Release
    keys: Keys

    def pass_over(self, rows: Iterable[Row]) -> int:
        """Remember the keys of rows whose claims are written already; returns how many rows."""
        number = 0
        for number, row in enumerate(rows, 1):  # noqa: B007 - the last number is what is asked for
            try:
                self._key(row)
            except UnusableRow:
                continue
        return number

    def convert(self, rows: Iterable[Row], out: Path, notes: Path) -> int:
        """Write what rows claim, and what is odd about them; returns how many rows there were.

        The notes have their name first: a part that is there has all that belongs to it.
        """
        number, claims = 0, Claims(self.release)
        with written(out) as file, written(notes) as told:
            for number, row in enumerate(rows, 1):  # noqa: B007
                key = ""
                try:
                    key = self._key(row)
                    for note in self.dataset.claim(key, row.values, claims):
                        told.write(_line(row, key, WARNING, note))
                except UnusableRow as error:
                    told.write(_line(row, key, SKIPPED, Note(error.reason, error.value)))
                file.writelines(claims.written())
        return number

    def _key(self, row: Row) -> str:
        if row.broken:
            raise UnusableRow("the row has more or fewer cells than there are columns", row.broken)
        key = self.dataset.key(row.values)
        if (before := self.keys.first(key, row.line)) is not None:
            raise UnusableRow("an earlier row has the same key", f"{key}, line {before}")
        return key


class Keys:
    """The keys of all rows so far, on disk: there may be millions, and memory stays as it is."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("", isolation_level=None)  # a file without a name
        self._table.execute("CREATE TABLE keys (key TEXT PRIMARY KEY, line INT) WITHOUT ROWID")
        self._table.execute("BEGIN")

    def first(self, key: str, line: int) -> int | None:
        """Remember a key; the line that it was on before, if it was."""
        added = self._table.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (key, line))
        if added.rowcount:
            return None
        found = self._table.execute("SELECT line FROM keys WHERE key = ?", (key,)).fetchone()
        return int(found[0])

    def close(self) -> None:
        """Give the file back."""
        self._table.close()


def in_parts(rows: Iterator[Row], size: int) -> Iterator[Iterator[Row]]:
    """Rows in parts of so many; each part has to be used up before the next."""
    while (first := next(rows, None)) is not None:
        yield _with(first, islice(rows, size - 1))


def _with(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """A file that has its name once it is whole and on disk, and not before."""
    waiting = path.with_name(path.name + WAITING)
    with waiting.open("w", encoding="utf-8", newline="\n") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)


def _line(row: Row, key: str, what: str, note: Note) -> str:
    cells = (str(row.line), key, what, note.reason, note.value)
    return "\t".join(" ".join(cell.split()) for cell in cells) + "\n"
