"""Rows of triples, sorted: the numbers of each as one number of 64 bits, which sorts far sooner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from kg.columnar.layout import End, Hashes, Ids, Numbers, Rows

ORDERS: Final[dict[End, str]] = {"s": "so", "o": "os"}
"""By which end rows are sorted, and what files of them are called."""

BITS: Final = 64


def sorted_by(end: End, rows: Rows) -> Rows:
    """Rows in the order of an end, then of the other one, then of graphs; each of them once."""
    first, second = (rows.s, rows.o) if end == "s" else (rows.o, rows.s)
    columns = [first, second] if rows.g is None else [first, second, rows.g]
    major, minor, *graphs = _sorted(columns)
    s, o = (major, minor) if end == "s" else (minor, major)
    return Rows(s, o, graphs[0] if graphs else None)


def _sorted(columns: Sequence[Ids]) -> Sequence[Ids]:
    values = None
    if len(columns) > 2:  # graphs are few: counted, they need fewer bits
        values, counted = np.unique(columns[2], return_inverse=True)
        columns = [*columns[:2], counted.astype(np.int32)]
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > BITS:
        found = list(np.unique(np.stack(columns), axis=1))
    else:
        packed = columns[0].astype(np.uint64)
        for column, width in zip(columns[1:], widths[1:], strict=True):
            packed <<= np.uint64(width)
            packed |= column.astype(np.uint64)
        packed.sort()  # np.unique of numbers without an order is slower
        fresh = np.ones(len(packed), np.bool_)
        fresh[1:] = packed[1:] != packed[:-1]
        found = _unpacked(packed[fresh], widths)
    if values is not None:
        found[2] = values[found[2]]
    return [column.astype(np.int32) for column in found]


def _unpacked(packed: Hashes, widths: Sequence[int]) -> list[Ids]:
    found = []
    for width in reversed(widths):
        found.append((packed & np.uint64((1 << width) - 1)).astype(np.int32))
        packed = packed >> np.uint64(width)
    return found[::-1]


def joined(parts: Sequence[Rows], *, graphs: bool) -> Rows:
    """The rows of some parts, one after the other; `graphs` says whether they have any."""
    nothing = np.zeros(0, np.int32)
    s = np.concatenate([nothing, *(part.s for part in parts)])
    o = np.concatenate([nothing, *(part.o for part in parts)])
    if not graphs:
        return Rows(s, o, None)
    return Rows(s, o, np.concatenate([nothing, *(part.g for part in parts if part.g is not None)]))


def taken(rows: Rows, at: Numbers | slice) -> Rows:
    """The rows at some places."""
    return Rows(rows.s[at], rows.o[at], None if rows.g is None else rows.g[at])


def lower_bounds(end: End, rows: Rows, wanted: Rows) -> Numbers:
    """For each of some rows the place of the first one in sorted `rows` that is not before it."""
    places = "sog" if end == "s" else "osg"
    columns = [getattr(rows, place) for place in places]
    values = [getattr(wanted, place) for place in places]
    low = np.zeros(len(wanted.s), np.int64)
    high = np.full(len(wanted.s), len(rows.s), np.int64)
    while (open_ := low < high).any():
        middle = np.minimum((low + high) // 2, len(rows.s) - 1)
        before = np.zeros(len(low), np.bool_)
        same = np.ones(len(low), np.bool_)
        for column, value in zip(columns, values, strict=True):
            if column is None:
                continue
            found = column[middle]
            before |= same & (found < value)
            same &= found == value
        low = np.where(open_ & before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    return low


def places_in(end: End, rows: Rows, wanted: Rows) -> Numbers:
    """Where each of some rows stands in sorted `rows`; -1 where it does not."""
    at = lower_bounds(end, rows, wanted)
    inside = at < len(rows.s)
    there = np.minimum(at, max(len(rows.s) - 1, 0))
    for column, values in zip(rows, wanted, strict=True):
        if column is not None and len(column):
            inside &= column[there] == values
    return np.where(inside, at, -1)
