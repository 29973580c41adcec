"""The lines of a table from a spreadsheet: which encoding they have, and where they have not."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import IO, Final

from kg.errors import TableError

UTF_8: Final = "utf-8"
WINDOWS: Final = "windows-1252"
ENCODINGS: Final = (UTF_8, WINDOWS)

_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded_lines(file: IO[bytes], encoding: str = UTF_8) -> Iterator[str]:
    """The lines of a file with their ends, without a byte order mark; raises `TableError`."""
    for number, raw in enumerate(file, 1):
        if number == 1:
            if raw.startswith(_UTF_16):
                raise TableError("is UTF-16 text", hint="save it as CSV UTF-8", line=1)
            raw = raw.removeprefix(codecs.BOM_UTF8)
        try:
            yield raw.decode(encoding)
        except UnicodeDecodeError as error:
            raise _not_text(error, raw, number, encoding) from error


def _not_text(error: UnicodeDecodeError, raw: bytes, line: int, encoding: str) -> TableError:
    """The error of bytes that are no text, which says what they most likely are."""
    before = raw[: error.start].decode(encoding, "replace")
    byte = f"0x{raw[error.start]:02X}"
    meant = _windows(raw)
    hint = "save the file as CSV UTF-8"
    if encoding == UTF_8 and meant is not None:
        near = meant[max(0, len(before) - 12) : len(before) + 12].strip()
        hint += f"; `kg convert --encoding {WINDOWS}` would read {near!r} here"
        message = f"is not UTF-8 but looks like Windows-1252: the byte {byte}"
    else:
        message = f"is no {encoding.upper()} text: the byte {byte}"
    return TableError(message, hint=hint, line=line, column=len(before) + 1)


def _windows(raw: bytes) -> str | None:
    try:
        return raw.decode(WINDOWS)
    except UnicodeDecodeError:
        return None
