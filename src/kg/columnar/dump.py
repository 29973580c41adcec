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
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from kg.columnar.freeing import give_back
from kg.columnar.layout import Bytes, Hashes, Ids, Numbers
from kg.errors import StoreError

CHUNK_BYTES: Final = 32_000_000
"""So much of a dump is in memory at once, with about ten times as much for its numbers."""

BLOCK_BYTES: Final = 1_000_000

AT_ONCE: Final = 2
"""So many parts are read at once."""

SHORT: Final = 0xFFFF
LONGEST: Final = 2**31 - 64
"""Places in a part are numbers of 32 bits."""

SLICES: Final = 16
"""Terms of all parts are compared in so many slices of their numbers, which takes less memory."""

WORD: Final = 8
_NEWLINE, _SPACE = b"\n "
_NONE: Final = np.zeros(0, np.int64)
_MASKS: Final = np.array([(1 << 8 * length) - 1 for length in range(WORD)], np.uint64)


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a source, and where they begin in all sources, one after the other."""

    path: Path
    source: int
    start: int
    end: int
    begin: int

    def octets(self) -> Bytes:
        """Its bytes, and as many more as a word has."""
        size = self.end - self.start
        octets = np.zeros(size + WORD, np.uint8)
        with self.path.open("rb") as file:
            file.seek(self.start)
            if file.readinto(octets.data[:size]) != size:
                raise StoreError(f"{self.path.name} became shorter while it was read")
        return octets


@dataclass(frozen=True, slots=True)
class Lines:
    """What was read: where distinct terms stand in all sources, and triples by their places here.

    `triples` has three rows; `counts` says how many lines each source has.
    """

    starts: Numbers
    ends: Numbers
    triples: Ids
    counts: Numbers
    pieces: Sequence[Piece]


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


def read(sources: Sequence[Path], part_bytes: int = CHUNK_BYTES) -> Lines:
    """Read files of lines as the engine writes them: two spaces divide each, and ` .` ends it.

    Two parts are read at once: nearly all of it is done outside of Python's lock. Files are not
    mapped: their pages would count as memory of who reads them.
    """
    mixer = Mixer()
    pieces = list(_pieces(sources, part_bytes))
    with ThreadPoolExecutor(AT_ONCE) as beside:
        parts = list(beside.map(lambda piece: _read(piece, mixer), pieces))
    give_back()
    counts = np.zeros(len(sources), np.int64)
    for part, piece in zip(parts, pieces, strict=True):
        counts[piece.source] += part.columns.shape[1]
    whole = _together(parts)
    parts.clear()
    give_back()
    return Lines(*whole, counts, pieces)


def texts_of(lines: Lines) -> list[bytes]:
    """The texts of the terms that were read."""
    texts = [b""] * len(lines.starts)
    order = np.argsort(lines.starts)
    begins = [piece.begin for piece in lines.pieces]
    bounds = np.searchsorted(lines.starts[order], begins).tolist()
    for piece, (first, last) in zip(lines.pieces, pairwise([*bounds, len(order)]), strict=True):
        at = order[first:last]
        starts, ends = ((ends[at] - piece.begin).tolist() for ends in (lines.starts, lines.ends))
        octets = piece.octets().data  # slices of this take a fraction of the time
        for place, start, end in zip(at.tolist(), starts, ends, strict=True):
            texts[place] = bytes(octets[start:end])
    return texts


def lines_in(path: Path) -> int:
    """How many lines a file has."""
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(BLOCK_BYTES), b""))


@dataclass(slots=True)
class _Part:
    """What a part of a dump has, terms in the order of their first number.

    `starts` and `ends` count from `begin`; `columns` are places in the other arrays.
    """

    first: Hashes
    second: Hashes
    starts: Ids
    ends: Ids
    columns: Ids
    begin: int


def _pieces(sources: Sequence[Path], size: int) -> Iterator[Piece]:
    """Parts of whole lines; a line may be longer than a part."""
    begin = 0
    for number, path in enumerate(sources):
        with path.open("rb") as file:
            last = os.fstat(file.fileno()).st_size
            start = 0
            while start < last:
                file.seek(min(start + size, last) - 1)
                file.readline()
                end = file.tell()
                yield Piece(path, number, start, end, begin)
                begin += end - start
                start = end


def _read(piece: Piece, mixer: Mixer) -> _Part:
    if piece.end - piece.start > LONGEST:
        raise StoreError(
            "a line is too long to be copied", hint="the engine answers without a copy"
        )
    data = piece.octets()
    ends = np.flatnonzero(data == _NEWLINE)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    spaces = np.flatnonzero(data == _SPACE)
    at = np.searchsorted(spaces, starts)
    first, second = spaces[at], spaces[at + 1]
    slices = (
        np.concatenate([starts, first + 1, second + 1]),
        np.concatenate([first, second, ends - len(" .")]),
    )
    hashes, second_hashes = mixer.mixed(data, *slices)
    found, index, of = _distinct(hashes, second_hashes)
    begin, end = (places[index].astype(np.int32) for places in slices)
    columns = of.astype(np.int32).reshape(3, len(starts))
    return _Part(found, second_hashes[index], begin, end, columns, piece.begin)


def _distinct(first: Hashes, second: Hashes) -> tuple[Hashes, Numbers, Numbers]:
    """Each first number once, where it is, and which one each was."""
    found, index, of = np.unique(first, return_index=True, return_inverse=True)
    if (second != second[index][of]).any():
        raise StoreError("two terms were mixed to the same number", hint="it is built again")
    return found, index, of


def _together(parts: Sequence[_Part]) -> tuple[Numbers, Numbers, Ids]:
    """Where the terms of all parts start and end, and the triples of these by them."""
    numbers = [np.empty(len(part.first), np.int32) for part in parts]
    starts, ends, count = [_NONE], [_NONE], 0
    for pieces in _slices(parts):
        index, of = _distinct(_all(parts, pieces, "first"), _all(parts, pieces, "second"))[1:]
        sizes = [piece.stop - piece.start for piece in pieces]
        begins = np.repeat([part.begin for part in parts], sizes)[index]
        starts.append(begins + _all(parts, pieces, "starts")[index])
        ends.append(begins + _all(parts, pieces, "ends")[index])
        for number, piece, each in zip(numbers, pieces, _cut(of, sizes), strict=True):
            number[piece] = each + count
        count += len(index)
    triples = np.empty((3, sum(part.columns.shape[1] for part in parts)), np.int32)
    whole = _cut(triples, [part.columns.shape[1] for part in parts])
    for part, number, place in zip(parts, numbers, whole, strict=True):
        place[:] = number[part.columns]
        part.columns = triples[:, :0]
    return np.concatenate(starts), np.concatenate(ends), triples


def _slices(parts: Sequence[_Part]) -> Iterator[list[slice]]:
    """The places of terms in each part whose first numbers lie between the same bounds."""
    bounds = [each << (64 - SLICES.bit_length() + 1) for each in range(1, SLICES)]
    wanted = np.array(bounds, np.uint64)
    cuts = [[0, *part.first.searchsorted(wanted).tolist(), len(part.first)] for part in parts]
    for at in range(SLICES if parts else 0):
        yield [slice(cut[at], cut[at + 1]) for cut in cuts]


def _all(parts: Sequence[_Part], pieces: Sequence[slice], name: str) -> Any:
    """Pieces of an array of each part, one after the other."""
    each = zip(parts, pieces, strict=True)
    return np.concatenate([getattr(part, name)[piece] for part, piece in each])


def _cut(array: Any, sizes: Sequence[int]) -> list[Any]:
    """An array in parts of these sizes, by its last dimension."""
    return np.split(array, np.cumsum(sizes)[:-1], axis=-1) if sizes else []
