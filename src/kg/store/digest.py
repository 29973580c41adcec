"""A digest of a set of quads that follows each change at the cost of the change.

The SHA-256 of every quad, summed modulo 2**256: the order of quads does not matter, adding is `+`
and removing is `-`. It finds what was lost, kept twice or altered by accident; against forgers the
log has its chain of hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

EMPTY: Final = "0" * 64
_MODULUS: Final = 1 << 256


def added(digest: str, quads: Iterable[ox.Quad], *, removed: Iterable[ox.Quad] = ()) -> str:
    """The digest after some quads have gone and others have come, as 64 hexadecimal digits."""
    total = int(digest, 16) + _sum(quads) - _sum(removed)
    return f"{total % _MODULUS:064x}"


def summed(one: str, other: str) -> str:
    """Two digests of sets without a common quad as that of both together."""
    return f"{(int(one, 16) + int(other, 16)) % _MODULUS:064x}"


def of_lines(quads: Iterable[bytes]) -> str:
    """The digest of a set of quads as N-Quads without their dots."""
    return f"{_sum_of_lines(quads) % _MODULUS:064x}"


def of_sums(words: Sequence[int]) -> str:
    """The same from the sums of the eight words of each SHA-256, the highest ones first."""
    total = sum(word << 32 * place for place, word in enumerate(reversed(words)))
    return f"{total % _MODULUS:064x}"


def changed(digest: str, come: Iterable[bytes], gone: Iterable[bytes]) -> str:
    """As `added`, of quads as N-Quads without their dots."""
    total = int(digest, 16) + _sum_of_lines(come) - _sum_of_lines(gone)
    return f"{total % _MODULUS:064x}"


def _sum(quads: Iterable[ox.Quad]) -> int:
    return _sum_of_lines(str(quad).encode() for quad in quads)


def _sum_of_lines(quads: Iterable[bytes]) -> int:
    sha256, from_bytes = hashlib.sha256, int.from_bytes
    return sum(from_bytes(sha256(quad).digest(), "big") for quad in quads)
