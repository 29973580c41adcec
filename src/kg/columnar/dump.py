"""Lines of N-Triples read in bulk: no line and no term is looked at by itself.

A term is found again by two numbers of 64 bits that are mixed from its bytes with multipliers
nobody knows. Two terms with the same first number and another second one stop the reading, so that
a mistake takes a chance of 128 bits.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from kg.columnar.layout import Bytes, Hashes, Ids, Numbers
from kg.errors import StoreError

CHUNK_BYTES: Final = 32_000_000
"""So much of a dump is in memory at once, with about ten times as much for its numbers."""

AT_ONCE: Final = 2
"""So many parts are read at once."""

LINE_BYTES: Final = 65_536
"""So far the end of a line is looked for at once."""

SHORT: Final = 0xFFFF

WORD: Final = 8
_NEWLINE, _SPACE = b"\n "
_MASKS: Final = np.array([(1 << 8 * length) - 1 for length in range(WORD)], np.uint64)


@dataclass(frozen=True, slots=True)
class Lines:
    """What was read: where distinct terms stand in the dump, and triples by their places here.

    Places are those in all sources, one after the other. `triples` has three rows; `counts` says
    how many lines each source has.
    """

    starts: Numbers
    ends: Numbers
    triples: Ids
    counts: Numbers


class Mixer:
    """Numbers for texts; those of two mixers have nothing to do with each other."""

    def __init__(self) -> None:
        drawn = np.frombuffer(os.urandom(4 * WORD), np.uint64)
        self._seeds, self._factors = drawn[:2], drawn[2:] | np.uint64(1)

    def mixed(self, data: Bytes, starts: Numbers, ends: Numbers) -> tuple[Hashes, Hashes]:
        """Two numbers for each slice of `data`, after whose end are 8 more bytes at least."""
        words: Hashes = np.ndarray((len(data) - WORD + 1,), "<u8", data, strides=(1,))
        order = _by_length(ends - starts)
        at, lengths = starts[order], (ends - starts)[order]
        first, second = (seed ^ lengths.astype(np.uint64) for seed in self._seeds)
        for done in range(0, int(lengths.max(initial=0)), WORD):
            left = np.searchsorted(-lengths, -done, "left")
            whole = np.searchsorted(-lengths, -done - WORD, "right")
            word = words[at[:left] + done]
            word[whole:] &= _MASKS[lengths[whole:left] - done]
            for mixed, factor in zip((first, second), self._factors, strict=True):
                part = mixed[:left]
                part ^= word
                part *= factor
                part ^= part >> np.uint64(29)
        undone = np.empty_like(order)
        undone[order] = np.arange(len(order))
        return first[undone], second[undone]


def _by_length(lengths: Numbers) -> Numbers:
    """Places in the order of lengths, the longest first."""
    longest = int(lengths.max(initial=0))
    if longest > SHORT:
        return np.argsort(-lengths)
    return np.argsort((longest - lengths).astype(np.uint16), kind="stable")  # in linear time


def read(sources: Sequence[Bytes], part_bytes: int = CHUNK_BYTES) -> Lines:
    """Read lines as the engine writes them: two spaces divide each, and ` .` ends it.

    Two parts are read at once: nearly all of it is done outside of Python's lock.
    """
    mixer = Mixer()
    chunks = [
        (number, start, end)
        for number, data in enumerate(sources)
        for start, end in _chunks(data, part_bytes)
    ]
    with ThreadPoolExecutor(AT_ONCE) as beside:
        parts = list(beside.map(lambda at: _read(sources[at[0]][at[1] : at[2]], mixer), chunks))
    counts = np.zeros(len(sources), np.int64)
    begins = np.cumsum([0, *map(len, sources)])
    for part, (number, start, _) in zip(parts, chunks, strict=True):
        counts[number] += part.columns.shape[1]
        part.starts += begins[number] + start
        part.ends += begins[number] + start
    whole, triples = _together(parts)
    return Lines(whole.starts, whole.ends, triples, counts)


def texts_of(sources: Sequence[Bytes], lines: Lines) -> list[bytes]:
    """The texts of the terms that were read."""
    texts = [b""] * len(lines.starts)
    begins = np.cumsum([0, *map(len, sources)])
    order = np.argsort(lines.starts)
    bounds = np.searchsorted(lines.starts[order], begins)
    for number, data in enumerate(sources):
        at = order[bounds[number] : bounds[number + 1]]
        starts, ends = ((ends[at] - begins[number]).tolist() for ends in (lines.starts, lines.ends))
        octets = data.data  # slices of this take a fraction of the time
        for place, start, end in zip(at.tolist(), starts, ends, strict=True):
            texts[place] = bytes(octets[start:end])
    return texts


def mapped_lines(path: Path) -> Bytes:
    """The bytes of a file, mapped into memory."""
    if not path.stat().st_size:
        return np.zeros(0, np.uint8)
    return np.memmap(path, np.uint8, "r").view(np.ndarray)


@dataclass(slots=True)
class _Part:
    """What a part of a dump has; `columns` are places in the other arrays."""

    first: Hashes
    second: Hashes
    starts: Numbers
    ends: Numbers
    columns: Ids


def _chunks(data: Bytes, size: int) -> Iterator[tuple[int, int]]:
    """Where parts of whole lines start and end."""
    start = 0
    while start < len(data):
        end = min(start + size, len(data))
        while data[end - 1] != _NEWLINE:  # a line may be longer than a part
            found = np.flatnonzero(data[end : end + LINE_BYTES] == _NEWLINE)
            end = end + int(found[0]) + 1 if len(found) else min(end + LINE_BYTES, len(data))
        yield start, end
        start = end


def _read(lines: Bytes, mixer: Mixer) -> _Part:
    """A part of a dump."""
    data = np.concatenate([lines, np.zeros(WORD, np.uint8)])
    ends = np.flatnonzero(data == _NEWLINE)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    spaces = np.flatnonzero(data == _SPACE)
    at = np.searchsorted(spaces, starts)
    first, second = spaces[at], spaces[at + 1]
    slices = (
        np.concatenate([starts, first + 1, second + 1]),
        np.concatenate([first, second, ends - len(" .")]),
    )
    hashes = mixer.mixed(data, *slices)
    part = _distinct(*hashes, *slices)
    part.columns = part.columns.reshape(3, len(starts))
    return part


def _distinct(first: Hashes, second: Hashes, starts: Numbers, ends: Numbers) -> _Part:
    """Each term once; `columns` says which one each was."""
    found, index, inverse = np.unique(first, return_index=True, return_inverse=True)
    if (second != second[index][inverse]).any():
        raise StoreError("two terms were mixed to the same number", hint="it is built again")
    return _Part(found, second[index], starts[index], ends[index], inverse.astype(np.int32))


def _together(parts: Sequence[_Part]) -> tuple[_Part, Ids]:
    """The terms of all parts, and the triples of these by them."""
    whole = _distinct(
        np.concatenate([np.zeros(0, np.uint64), *(part.first for part in parts)]),
        np.concatenate([np.zeros(0, np.uint64), *(part.second for part in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(part.starts for part in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(part.ends for part in parts)]),
    )
    starts = np.cumsum([0, *(len(part.first) for part in parts)])
    triples = [np.zeros((3, 0), np.int32)]
    for start, part in zip(starts, parts, strict=False):
        triples.append(whole.columns[start : start + len(part.first)][part.columns])
        part.columns = triples[0]
    return whole, np.concatenate(triples, axis=1)
