"""Which texts of the heap contain another one, and which tags they have."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from kg.columnar.layout import Bytes, Copy, Ids, Numbers
from kg.columnar.table import Mask

NEEDLE: Final = re.compile(r'[^"<>\\\x00-\x1f\x7f]+')
"""What may be looked for: none of it is written as an escape, or stands at the ends of texts."""

CASELESS: Final = re.compile(r"[\x20-\x7e]+")
"""What may be looked for whatever its case is."""

AT_ONCE: Final = 1 << 16
SHORT: Final = 8
"""A tag of so many letters is one number of 64 bits."""

SPARSE: Final = 512
"""Where there are more bytes for each text between the first and the last, texts are gathered."""


def containing(copy: Copy, ids: Ids, needle: str, *, caseless: bool) -> tuple[Mask, Mask]:
    """Which IRIs, strings and tagged strings, in the order of ids, contain a `NEEDLE`.

    The second mask is of those that may or may not: texts with escapes, and those beyond ASCII
    where case does not matter.
    """
    found = np.zeros(len(ids), np.bool_)
    unsure = np.zeros(len(ids), np.bool_)
    pattern = re.compile(re.escape(needle.encode()))
    for start in range(0, len(ids), AT_ONCE):
        at = slice(start, start + AT_ONCE)
        data, starts, ends = gathered(copy, ids[at])
        array = np.frombuffer(data, np.uint8)
        searched = data.lower() if caseless else data
        hits = np.fromiter((hit.start() for hit in pattern.finditer(searched)), np.int64)
        if len(hits):
            found[start + _hit(hits, array, starts, ends)] = True
        if b"\\" in data:
            unsure[at] = _between(np.flatnonzero(array == ord("\\")), starts, ends)
        if caseless and not data.isascii():
            unsure[at] |= _between(np.flatnonzero(array >= 0x80), starts, ends)
    return found, unsure


def gathered(copy: Copy, ids: Ids) -> tuple[bytes, Numbers, Numbers]:
    """The texts of terms, in the order of ids, in one piece; and where each starts and ends."""
    starts, ends = copy.offsets[ids - 1], copy.offsets[ids]
    if not len(ids):
        return b"", starts, ends
    low, high = int(starts[0]), int(ends[-1])
    lengths = ends - starts
    if high - low <= SPARSE * len(ids):
        return copy.heap[low:high].tobytes(), starts - low, ends - low
    heap = copy.heap.data
    spans = zip(starts.tolist(), ends.tolist(), strict=True)
    after = np.cumsum(lengths)
    return b"".join(heap[start:end] for start, end in spans), after - lengths, after


def tags_of(copy: Copy, ids: Ids) -> tuple[Numbers, list[bytes]]:
    """Which tag each of some tagged strings has, and the tags, each of which has no `@`."""
    ends = copy.offsets[ids]
    codes = np.zeros(len(ids), np.uint64)
    left = np.arange(len(ids))
    for place in range(SHORT + 1):
        letters = copy.heap[ends[left] - (place + 1)]
        inside = letters != ord("@")
        left, letters = left[inside], letters[inside]
        if place < SHORT:
            codes[left] |= letters.astype(np.uint64) << np.uint64(8 * place)
    codes[left] = 0
    found, of = np.unique(codes, return_inverse=True)
    tags = [code.to_bytes(SHORT).lstrip(b"\0") for code in found.tolist()]
    numbers = {tag: number for number, tag in enumerate(tags)}
    for at in left.tolist():
        text = copy.texts.text(int(ids[at]))
        of[at] = numbers.setdefault(text[text.rfind(b"@") + 1 :], len(numbers))
    return of, [*numbers]


def _hit(hits: Numbers, array: Bytes, starts: Numbers, ends: Numbers) -> Numbers:
    """Which texts have a hit in what they say, and not only in a tag or between texts."""
    of = np.searchsorted(starts, hits, "right") - 1
    of, first = np.unique(of, return_index=True)
    last = array[ends[of] - 1]
    limits = np.where((last == ord(">")) | (last == ord('"')), ends[of], 0)
    data = array.data
    for at in np.flatnonzero(limits == 0).tolist():
        text = bytes(data[starts[of[at]] : ends[of[at]]])
        limits[at] = starts[of[at]] + text.rfind(b'"')
    return of[hits[first] < limits]


def _between(places: Numbers, starts: Numbers, ends: Numbers) -> Mask:
    """Which spans have one of the places in them."""
    return np.searchsorted(places, starts) < np.searchsorted(places, ends)
