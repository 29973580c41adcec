"""What literals are worth: whether one is well-typed, how two compare, and regular expressions.

Comparison, casts and matching are the engine's, so that they are those of SPARQL, and a regular
expression takes time linear in the text whatever it is (the engine's has no back-references).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl.terms import INTEGER, LANG_STRING, STRING, XSD, Term

_SCRATCH: Final = ox.Store()
"""Where expressions are evaluated; it stays empty."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]+")

_LONG: Final = 40
"""A number of more digits is beyond every bound; Python refuses to read very long ones."""

_RANGES: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_CAST: Final = frozenset(
    f"{XSD}{name}"
    for name in "decimal float double boolean dateTime date time duration yearMonthDuration"
    " dayTimeDuration".split()
)
"""Datatypes whose lexical forms the engine knows, so that a cast tells well-typed literals."""

INTEGERS: Final = {ox.NamedNode(f"{XSD}{name}"): bounds for name, bounds in _RANGES.items()}
"""xsd:integer and the types derived from it, with the least and the greatest value."""

FLAGS: Final = frozenset("smixq")
"""The flags of XPath that a pattern can have."""


def has_datatype(value: Term, datatype: ox.NamedNode, *, canonical: bool) -> bool:
    """Whether a value is a well-typed literal of a datatype.

    In a `canonical` graph every type derived from xsd:integer is written as xsd:integer, so there
    a value has the derived type if it lies in its range.
    """
    if not isinstance(value, ox.Literal):
        return False
    derived = canonical and datatype in INTEGERS and value.datatype == INTEGER
    if value.datatype != datatype and not derived:
        return False
    return well_typed(value.value, datatype)


@lru_cache(maxsize=4096)
def well_typed(text: str, datatype: ox.NamedNode) -> bool:
    """Whether a text is a lexical form of a datatype; of an unknown datatype any text is."""
    if datatype in INTEGERS:
        return bool(_WHOLE.fullmatch(text)) and _is_within(text, *INTEGERS[datatype])
    if datatype in (STRING, LANG_STRING) or datatype.value not in _CAST:
        return True
    return _value_of(f"{datatype}({ox.Literal(text)})") is not None


def _is_within(text: str, least: int | None, most: int | None) -> bool:
    if len(text.lstrip("+-").lstrip("0")) > _LONG:
        return (least if text.startswith("-") else most) is None
    number = int(text)
    return (least is None or number >= least) and (most is None or number <= most)


def _value_of(expression: str) -> Term | None:
    """What an expression evaluates to; None is an error of SPARQL."""
    found = _SCRATCH.query(f"SELECT ({expression} AS ?value) {{}}")
    if not isinstance(found, ox.QuerySolutions):
        return None
    value: Term | None = next(iter(found))["value"]
    return value


@lru_cache(maxsize=8192)
def is_less(left: Term, right: Term, *, or_equal: bool = False) -> bool:
    """Whether SPARQL's `<` (or `<=`) holds between two terms; False if they do not compare."""
    if not isinstance(left, ox.Literal) or not isinstance(right, ox.Literal):
        return False
    operator = "<=" if or_equal else "<"
    return bool(_SCRATCH.query(f"ASK {{ FILTER({left} {operator} {right}) }}"))


def check_pattern(pattern: str, flags: str) -> None:
    """Raise `ShaclFailure` if the engine has no such regular expression or flags."""
    if not FLAGS.issuperset(flags):
        raise ShaclFailure(f"a pattern has flags of {''.join(sorted(FLAGS))}, not {flags!r}")
    if _value_of(f"REGEX('', {ox.Literal(pattern)}, {ox.Literal(flags)})") is None:
        raise ShaclFailure(f"{pattern!r} is no regular expression that can be evaluated")


@lru_cache(maxsize=4096)
def matches(text: str, pattern: str, flags: str) -> bool:
    """Whether a regular expression is found in a text."""
    terms = ", ".join(str(ox.Literal(part)) for part in (text, pattern, flags))
    return bool(_SCRATCH.query(f"ASK {{ FILTER(REGEX({terms})) }}"))


def in_languages(value: Term, ranges: Iterable[str]) -> bool:
    """Whether a value is a literal whose language tag is in one of some ranges (basic filtering).

    The range "*" is every language.
    """
    if not isinstance(value, ox.Literal) or not value.language:
        return False
    tag = value.language.lower()
    wanted = [language.lower() for language in ranges]
    return any(w in ("*", tag) or tag.startswith(f"{w}-") for w in wanted)


def text_of(value: Term) -> str | None:
    """The characters that lengths and patterns are about; a blank node has none."""
    return value.value if isinstance(value, ox.NamedNode | ox.Literal) else None
