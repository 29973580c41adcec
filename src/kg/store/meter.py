"""How long an answer is, in bytes and in rows.

The engine serializes solutions itself, without telling how many there are. So rows are counted in
the bytes as they are written: in each format a row has an end that cannot occur inside a value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kg.errors import LimitError
from kg.store.interface import Limits

_ROW_ENDS: Final[dict[str, bytes]] = {
    "application/sparql-results+xml": b"</result>",  # < is escaped in values
    "text/tab-separated-values": b"\n",  # so is the end of a line
    "application/n-triples": b"\n",
    "application/n-quads": b"\n",
}
_SPACE: Final = b" \t\r\n"

_NAMED: Final = ("text/csv", "text/tab-separated-values")
"""Here the names of the variables have a line, which is no row."""


class Meter:
    """Counts what is written, and raises `LimitError` where it is too much."""

    def __init__(self, limits: Limits) -> None:
        self.bytes = 0
        self.rows = 0
        self._limits = limits
        self._count: Callable[[bytes], int] | None = None

    def add(self, chunk: bytes, media_type: str, rows: int | None = None) -> None:
        """Count a chunk before it is passed on; `rows` are all of the answer, where it is known."""
        self.bytes += len(chunk)
        most = self._limits.result_bytes
        if most is not None and self.bytes > most:
            raise self._error("result_bytes", f"{most} bytes")
        if self._limits.result_rows is None:
            return
        if rows is None:
            self._count_in(chunk, media_type)
        else:
            self.rows = rows
        if self.rows > self._limits.result_rows:
            raise self._error("result_rows", f"{self._limits.result_rows} rows")

    def _count_in(self, chunk: bytes, media_type: str) -> None:
        if self._count is None:
            plain = media_type.partition(";")[0]
            self._count = _counter(plain)
            self.rows = -1 if plain in _NAMED else 0
        self.rows += self._count(chunk)

    def _error(self, limit: str, most: str) -> LimitError:
        return LimitError(
            f"the answer is longer than {most}",
            hint="ask for less, with LIMIT or a narrower pattern",
            limit=limit,
        )


def _counter(media_type: str) -> Callable[[bytes], int]:
    if media_type == "application/sparql-results+json":
        return _JsonRows()
    if media_type == "text/csv":
        return _CsvRows()
    return _Ends(_ROW_ENDS.get(media_type, b" .\n"))


class _Ends:
    """Counts a sequence of bytes, also where two chunks share one."""

    def __init__(self, end: bytes) -> None:
        self._end = end
        self._tail = b""

    def __call__(self, chunk: bytes) -> int:
        data = self._tail + chunk
        found = data.count(self._end)
        rest = data.rpartition(self._end)[2] if found else data
        self._tail = rest[len(rest) - min(len(rest), len(self._end) - 1) :]
        return found


class _CsvRows:
    """Ends of lines outside quotation marks; a doubled mark inside a value changes nothing."""

    def __init__(self) -> None:
        self._quoted = False

    def __call__(self, chunk: bytes) -> int:
        found = 0
        for at, part in enumerate(chunk.split(b'"')):
            if at:
                self._quoted = not self._quoted
            if not self._quoted:
                found += part.count(b"\n")
        return found


class _JsonRows:
    """Objects in the list of solutions: all others are members and follow the names of these."""

    def __init__(self) -> None:
        self._quoted = self._escaped = False
        self._first, self._others = _Ends(b"[{"), _Ends(b"},{")

    def __call__(self, chunk: bytes) -> int:
        if self._escaped:
            chunk, self._escaped = b"x" + chunk[1:], False
        bare = chunk.replace(b"\\\\", b"xx").replace(b'\\"', b"xx") if b"\\" in chunk else chunk
        if bare.endswith(b"\\"):
            self._escaped = True
        parts = bare.split(b'"')
        outside = b"".join(parts[self._quoted :: 2]).translate(None, _SPACE)
        self._quoted ^= len(parts) % 2 == 0
        return self._first(outside) + self._others(outside)
