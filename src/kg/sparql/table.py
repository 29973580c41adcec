"""Solutions as a table for people: compact terms, and columns that fit the width."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from kg.namespaces import PREFIXES, compact
from kg.store.values import Node

GAP: Final = "  "
LEAST: Final = 10
"""Columns are not squeezed below this; if it does not suffice, each solution becomes a list."""

PLAIN: Final = frozenset(
    f"{PREFIXES['xsd']}{name}"
    for name in ("string", "integer", "decimal", "double", "boolean", "date", "dateTime", "gYear")
)


def cell(term: Node | None) -> str:
    """A term in a few characters: prefixed names, plain text, numbers and dates as they are."""
    match term:
        case None:
            return ""
        case ox.NamedNode():
            return compact(term.value)
        case ox.Literal() if term.language:
            return f"{term.value} @{term.language}"
        case ox.Literal() if term.datatype.value in PLAIN:
            return term.value
        case ox.Literal():
            return f"{term.value} ({compact(term.datatype.value)})"
        case ox.Triple():
            return f"<<( {' '.join(cell(part) for part in term)} )>>"
    return str(term)


def table(names: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> str:
    """Lines of at most `width` columns, or one list per row where that is too narrow."""
    cells = [[_tidy(text) for text in row] for row in rows]
    if not names:
        return "\n".join("()" for _ in cells)
    widths = _widths(names, cells, width - len(GAP) * (len(names) - 1))
    if widths is None:
        return "\n\n".join(_listed(names, row, width) for row in cells)
    lines = [*_lines(names, widths), GAP.join("─" * column for column in widths)]
    for row in cells:
        lines.extend(_lines(row, widths))
    return "\n".join(lines)


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _widths(names: Sequence[str], cells: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """The widths of the columns: as wide as needed, the widest ones cut to what is left."""
    needed = [max(map(columns, column)) for column in zip(names, *cells, strict=True)]
    if sum(needed) <= room:
        return needed
    if len(needed) * LEAST > room:
        return None
    limit = LEAST
    while sum(min(need, limit + 1) for need in needed) <= room:
        limit += 1
    widths = [min(need, limit) for need in needed]
    for index, need in enumerate(needed):
        widths[index] += min(need - widths[index], room - sum(widths))
    return widths


def _lines(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [wrap(text, column) for text, column in zip(row, widths, strict=True)]
    height = max(map(len, wrapped))
    filled = [[*lines, *[""] * (height - len(lines))] for lines in wrapped]
    return [
        GAP.join(pad(text, column) for text, column in zip(line, widths, strict=True)).rstrip()
        for line in zip(*filled, strict=True)
    ]


def _listed(names: Sequence[str], row: Sequence[str], width: int) -> str:
    left = max(map(columns, names))
    lines: list[str] = []
    for name, text in zip(names, row, strict=True):
        for index, part in enumerate(wrap(text, max(width - left - len(GAP), LEAST))):
            lines.append(f"{pad(name if index == 0 else '', left)}{GAP}{part}".rstrip())
    return "\n".join(lines)


def wrap(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` columns, broken at spaces and hyphens if possible."""
    return textwrap.wrap(text, width) or [""]


def pad(text: str, width: int) -> str:
    """Text filled up with spaces to a number of columns."""
    return text + " " * (width - columns(text))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
