"""Terms in the order of ids: by kind, and by value inside a kind."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, TypeAlias

import numpy as np

from kg.columnar.layout import Numbers
from kg.columnar.terms import Key, Kind, kind_and_key

Sortable: TypeAlias = bytes | Key

APART: Final = b"\0\0"
"""Between a text and its language: before all that may go on a text, in which no NUL is alone."""

DECIMAL_UNIT: Final = 10**18
"""No decimal that has an order has finer parts."""


def ordered(texts: Sequence[bytes]) -> tuple[Numbers, list[int]]:
    """The places of terms in the order of their ids, and the id at which each kind begins."""
    kinds = np.empty(len(texts), np.int8)
    is_plain = np.ones(len(texts), np.bool_)
    others: dict[Kind, list[Sortable]] = {}
    for place, text in enumerate(texts):
        if text[:1] == b"<" != text[1:2]:
            kinds[place] = Kind.IRI
        elif text[:1] == b'"' == text[-1:] and b"\\" not in text:
            kinds[place] = Kind.STRING
        else:
            is_plain[place] = False
            kind, key = sortable(text)
            kinds[place] = kind
            others.setdefault(kind, []).append(key)
    order: list[Numbers] = []
    starts, begin = [], 1
    for kind in Kind:  # keys of the plain ones are in memory for one kind at a time
        starts.append(begin)
        members = np.flatnonzero(kinds == kind)
        rest = iter(others.pop(kind, ()))
        keys = [
            texts[place][1:-1] if plain else next(rest)
            for place, plain in zip(members.tolist(), is_plain[members].tolist(), strict=True)
        ]
        order.append(members[sorted(range(len(keys)), key=keys.__getitem__)])
        begin += len(members)
    return np.concatenate(order), starts


def sortable(text: bytes) -> tuple[Kind, Sortable]:
    """The kind of a term, and what orders it as its key does.

    UTF-8 is in the order of characters, so that most terms need not be taken apart.
    """
    if text[:1] == b"<" and text[1:2] != b"<":
        return Kind.IRI, text[1:-1]
    if text[:1] == b'"' and b"\\" not in text:
        if text[-1:] == b'"':
            return Kind.STRING, text[1:-1]
        lexical, _, language = text[1:].rpartition(b'"')
        if language[:1] == b"@" and b"--" not in language:
            return Kind.TAGGED, lexical + APART + language
    return _exact(*kind_and_key(text.decode()))


def _exact(kind: Kind, key: Key) -> tuple[Kind, Sortable]:
    """The same order among keys as above, and one that is quick for decimals."""
    match key:
        case str():
            return kind, key.encode()
        case Fraction():
            return kind, key.numerator * (DECIMAL_UNIT // key.denominator)
        case (str(value), str(tag)):
            return kind, value.encode().replace(b"\0", b"\0\1") + APART + tag.encode()
        case _:
            return kind, key
