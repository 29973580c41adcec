"""How long an answer is, in bytes and in rows, counted in the bytes as they are written.

The engine serializes solutions itself, without telling how many there are. In each format a row
has an end that cannot occur inside a value, so that counting these is counting rows.
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
_OPENS: Final = ord("{")
_NOT_BRACES: Final = bytes(sign for sign in range(256) if sign not in b"{}")

_NAMED: Final = ("text/csv", "text/tab-separated-values")
"""Here the names of the variables have a line, which is no row."""


class Meter:
    """Counts what is written, and raises `LimitError` where it is too much."""

    def __init__(self, limits: Limits) -> None:
        self.bytes = 0
        self.rows = 0
        self._limits = limits
        self._count: Callable[[bytes], int] | None = None

    def add(self, chunk: bytes, media_type: str) -> None:
        """Count a chunk before it is passed on."""
        self.bytes += len(chunk)
        most = self._limits.result_bytes
        if most is not None and self.bytes > most:
            raise self._error("result_bytes", f"{most} bytes")
        if self._limits.result_rows is None:
            return
        if self._count is None:
            plain = media_type.partition(";")[0]
            self._count = _counter(plain)
            self.rows = -1 if plain in _NAMED else 0
        self.rows += self._count(chunk)
        if self.rows > self._limits.result_rows:
            raise self._error("result_rows", f"{self._limits.result_rows} rows")

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
    """Objects at the depth of a solution, outside strings."""

    _SOLUTION: Final = 3
    """Document, results, solution."""

    def __init__(self) -> None:
        self._quoted = self._escaped = False
        self._depth = 0

    def __call__(self, chunk: bytes) -> int:
        if self._escaped:
            chunk, self._escaped = b"x" + chunk[1:], False
        bare = chunk.replace(b"\\\\", b"xx").replace(b'\\"', b"xx")
        if bare.endswith(b"\\"):
            self._escaped = True
        parts = bare.split(b'"')
        outside = b"".join(parts[self._quoted :: 2])
        self._quoted ^= len(parts) % 2 == 0
        found = 0
        for sign in outside.translate(None, _NOT_BRACES):
            self._depth += 1 if sign == _OPENS else -1
            found += sign == _OPENS and self._depth == self._SOLUTION
        return found
