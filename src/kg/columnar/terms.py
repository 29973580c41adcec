"""Kinds of terms, and how terms of one kind are ordered.

A term is its N-Triples text as the engine writes it: the engine keeps one text for each term, so
two terms are the same where their texts are. Only kinds in `ORDERED` have an order of values that
is total and in which no two terms are equal; what is odd in any way is of the kind `OTHER`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from enum import IntEnum
from fractions import Fraction
from typing import Final, TypeAlias

from kg.namespaces import PREFIXES


class Kind(IntEnum):
    """What a term is, in the order of ids."""

    BLANK = 0
    IRI = 1
    INTEGER = 2
    DECIMAL = 3
    DOUBLE = 4
    BOOLEAN = 5
    DATE = 6
    DATE_TIME = 7
    STRING = 8
    TAGGED = 9
    OTHER = 10


Key: TypeAlias = str | int | float | Fraction | tuple[str, str]

ORDERED: Final = frozenset(Kind) - {Kind.BLANK, Kind.OTHER}
NUMBERS: Final = frozenset({Kind.INTEGER, Kind.DECIMAL})

XSD: Final = PREFIXES["xsd"]
DATATYPES: Final = {
    Kind.INTEGER: f"{XSD}integer",
    Kind.DECIMAL: f"{XSD}decimal",
    Kind.DOUBLE: f"{XSD}double",
    Kind.BOOLEAN: f"{XSD}boolean",
    Kind.DATE: f"{XSD}date",
    Kind.DATE_TIME: f"{XSD}dateTime",
}
"""The one datatype that all terms of a kind have."""

INTEGER_BOUND: Final = 2**63
"""Integers of the engine lie below this; longer ones have no value there."""

_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"(?:\^\^<([^>]*)>|(@.*))?', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{0,17}[1-9])?", re.ASCII)
_DOUBLE: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:E-?[0-9]+)?", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DATE_TIME: Final = re.compile(rf"({_DATE.pattern}T[0-9:]{{8}})(?:\.[0-9]{{0,8}}[1-9])?", re.ASCII)


def kind_and_key(text: str) -> tuple[Kind, Key]:
    """The kind of a term, and a value by which it is ordered among those of its kind."""
    if text.startswith("<") and not text.startswith("<<"):
        return Kind.IRI, text[1:-1]
    if text.startswith("_"):
        return Kind.BLANK, text
    match = _LITERAL.fullmatch(text)
    if match is None:
        return Kind.OTHER, text
    lexical, datatype, language = match.groups()
    if language:
        directed = "--" in language
        return (Kind.OTHER, text) if directed else (Kind.TAGGED, (unescaped(lexical), language))
    if not datatype:
        return Kind.STRING, unescaped(lexical)
    kind, key = _typed(lexical, datatype.removeprefix(XSD))
    return (Kind.OTHER, text) if key is None else (kind, key)


def _typed(lexical: str, datatype: str) -> tuple[Kind, Key | None]:
    """The kind of a typed literal, and its value if it is one that can be relied on."""
    match datatype:
        case "integer":
            value = int(lexical) if _INTEGER.fullmatch(lexical) else INTEGER_BOUND
            return Kind.INTEGER, value if abs(value) < INTEGER_BOUND else None
        case "decimal":
            known = _DECIMAL.fullmatch(lexical) and lexical != "-0"
            return Kind.DECIMAL, Fraction(lexical) if known else None
        case "double":
            known = _DOUBLE.fullmatch(lexical) and float(lexical) != 0
            return Kind.DOUBLE, float(lexical) if known or lexical == "0" else None
        case "boolean":
            return Kind.BOOLEAN, lexical if lexical in ("false", "true") else None
        case "date":
            known = _DATE.fullmatch(lexical) and _exists(date, lexical)
            return Kind.DATE, lexical if known else None
        case "dateTime":
            match = _DATE_TIME.fullmatch(lexical)
            known = match and _exists(datetime, match[1])
            return Kind.DATE_TIME, lexical if known else None
    return Kind.OTHER, None


def _exists(which: type[date], lexical: str) -> bool:
    try:
        which.fromisoformat(lexical)
    except ValueError:
        return False
    return True


def unescaped(lexical: str) -> str:
    """What a lexical form in N-Triples says."""
    return _ESCAPE.sub(_character, lexical) if "\\" in lexical else lexical


def _character(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    return chr(int(digits, 16)) if digits else _ESCAPED.get(match[3], match[3])
