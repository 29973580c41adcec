"""Solutions as CSV for spreadsheets: no cell of them is taken for a formula.

A spreadsheet runs what begins with one of a few signs. Such a text gets an apostrophe before it,
which spreadsheets take as "this is text"; numbers stay numbers. Programs read the plain CSV.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.store.interface import ByteStream
from kg.web.results import NUMERIC, AnyTerm, solutions_of

MARK: Final = "\ufeff"
"""Without it a well-known spreadsheet reads UTF-8 as something else."""

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def sheet(stream: ByteStream) -> Iterator[bytes]:
    """The lines of the file, the first with the names of the variables."""
    names, rows = solutions_of(stream)
    yield MARK.encode() + _line(harmless(name) for name in names)
    for row in rows:
        yield _line(_cell(term) for term in row)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _cell(term: AnyTerm | None) -> str:
    match term:
        case None:
            return ""
        case ox.Literal() if term.datatype.value in NUMERIC and _is_number(term.value):
            return term.value
        case ox.Literal() | ox.NamedNode():
            return harmless(term.value)
        case _:
            return harmless(str(term))


def _is_number(text: str) -> bool:
    """Whether these are digits as numbers have them: a literal may claim any datatype."""
    return text.isascii() and not set(text) - set("+-.0123456789eE")


def _line(cells: Iterator[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue().encode("utf-8")
