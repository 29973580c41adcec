"""Queries that differ in IRIs alone have a shape in common, and what depends on it is found once.

The shape of a query is its text with other IRIs in the place of its own: IRIs that stand for these.
Only IRIs of plain characters are taken out, which no engine reads in another way, and neither those
of prefixes, of datatypes and of functions, which mean more than a term.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

PLAIN_IRI: Final = r"<https?://[a-z0-9.-]+(?:/(?!\.)[A-Za-z0-9_~.-]*)*(?:#[A-Za-z0-9_-]+)?>"
"""IRIs that the engine keeps as they are written, as a regular expression."""

STANDING: Final = "http://standing.invalid/"
"""IRIs that begin so stand for others."""

_PLACES: Final = re.compile(
    r"(?i:\bPREFIX\s)[^<>]*+(?:<[^<>]*+>)?"  # taken as far as it goes: no text takes long
    r"|(?i:\bBASE\s*|\^\^\s*)<[^<>]*>"
    rf"|(?P<values>(?i:\bVALUES)\s+\?\w+\s*\{{)(?P<rows>(?:\s*{PLAIN_IRI})+)(?=\s*\}})"
    rf"|(?P<iri>{PLAIN_IRI})(?!\s*\()"
)
AT_HAND: Final = 8
"""The shapes of so many texts are kept: each is asked for several times on its way."""

_IRI: Final = re.compile(PLAIN_IRI)
_STANDING: Final = re.compile(rf"<{STANDING}([0-9]+)>")
_ROWS: Final = re.compile(rf"<{STANDING}rows/([0-9]+)>")
"""What stands for all the IRIs of a list of values, however many they are."""


@lru_cache(AT_HAND)
def taken_out(text: str) -> tuple[str, tuple[str, ...]]:
    """The shape of a text, and what was taken out of it: IRIs, and whole lists of them."""
    iris: dict[str, int] = {}

    def standing(place: re.Match[str]) -> str:
        if place["rows"] is not None:
            number = iris.setdefault(place["rows"], len(iris))
            return f"{place['values']} <{STANDING}rows/{number}>"
        if place["iri"] is not None:
            return f"<{STANDING}{iris.setdefault(place['iri'], len(iris))}>"
        return place[0]

    return _PLACES.sub(standing, text), tuple(iris)


def number_of(iri: str) -> int | None:
    """Which of those that were taken out an IRI stands for; None for other terms."""
    found = _STANDING.fullmatch(iri)
    return None if found is None else int(found[1])


def number_of_rows(iri: str) -> int | None:
    """The same for one that stands for a list."""
    found = _ROWS.fullmatch(iri)
    return None if found is None else int(found[1])


def listed(rows: str) -> list[str]:
    """The IRIs of a list that was taken out."""
    return _IRI.findall(rows)


def stands_in(text: str) -> bool:
    """Whether one that stands for an IRI is somewhere in a text."""
    return _STANDING.search(text) is not None


def put_back(text: str, iris: Sequence[str]) -> str:
    """A text with IRIs in the place of what stands for them."""
    return _STANDING.sub(lambda place: iris[int(place[1])], text)
