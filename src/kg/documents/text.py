"""The text of a document as the code points that stand in its file, and its digest.

Offsets in the data count code points of exactly this text: line ends are not translated, nothing is
normalised, and a byte order mark is a code point like any other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from kg.errors import InputError


class Span(NamedTuple):
    """A stretch of a text from code point `start` to before code point `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` in this span."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether all of `other` lies in this span."""
        return self.start <= other.start and other.end <= self.end


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, code point by code point."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", source=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}",
            source=str(path),
            hint="convert the file first; offsets count the code points of its UTF-8 text",
        ) from error


def sha256(text: str) -> str:
    """The digest of the text's UTF-8 in lower-case hexadecimal, which is that of its file."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def gaps(within: Span, spans: Iterable[Span]) -> Iterator[Span]:
    """The stretches of `within` that none of `spans` covers, from left to right."""
    reached = within.start
    for start, end in sorted(spans):
        if start > reached:
            yield Span(reached, min(start, within.end))
        reached = max(reached, end)
        if reached >= within.end:
            return
    yield Span(reached, within.end)
