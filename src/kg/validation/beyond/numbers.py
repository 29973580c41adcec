"""Numbers with words in them: "12 km" where a property takes a number only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from rdflib import RDFS, XSD

from kg.namespaces import compact
from kg.validation.beyond.around import Around, node
from kg.validation.beyond.telling import warning
from kg.validation.report import Finding, Kind

WITH_WORDS: Final = "number-with-words-warning"

RANGE: Final = node(RDFS.range)
NUMERIC: Final = frozenset(
    node(XSD[name])
    for name in "integer nonNegativeInteger positiveInteger decimal double float".split()
)
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,\s][0-9]+)*")
_EXPONENT: Final = re.compile(r"[+-]?[0-9.]+e[+-]?[0-9]+", re.IGNORECASE)


def numbers_with_words(around: Around, added: Iterable[ox.Triple]) -> Iterator[Finding]:
    """Literals that ought to be numbers and have a unit or other words in them."""
    for triple in added:
        value = triple.object
        if isinstance(value, ox.Literal) and _is_numeric(around, triple.predicate, value):
            numbers = _NUMBER.findall(value.value)
            if len(numbers) == 1 and _has_words(value.value):
                yield _finding(triple, value.value, numbers[0])


def _is_numeric(around: Around, predicate: ox.NamedNode, value: ox.Literal) -> bool:
    """Whether a literal says that it is a number, or its property takes nothing else."""
    ranges = around.objects(predicate, RANGE)
    return value.datatype in NUMERIC or any(one in NUMERIC for one in ranges)


def _has_words(text: str) -> bool:
    return not _EXPONENT.fullmatch(text) and any(
        letter.isalpha() or letter == "%" for letter in text
    )


def _finding(triple: ox.Triple, text: str, number: str) -> Finding:
    message = (
        f"The value of {compact(triple.predicate.value)} is a number only: write {number}"
        f' for "{text}", and say elsewhere what is counted.'
    )
    return warning(triple, message, name=WITH_WORDS, kind=Kind.CHARACTERS, value=text)
