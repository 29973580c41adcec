"""Queries of clients, read from JSON into values; what is malformed raises `InputError`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from kg.errors import InputError
from kg.reconciliation.schema import TERMS, term_of

Wanted: TypeAlias = str | float | bool

STRICT: Final = ("any", "all", "should")
CHARACTERS: Final = 300
"""So many characters of a name are compared; the rest is left out."""
PROPERTIES: Final = 20
LIMIT: Final = 10
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for; `properties` has the values that each property may have.

    `strict` says whether a candidate has any of the types, all of them, or only should have one.
    """

    text: str = ""
    types: tuple[str, ...] = ()
    strict: str = "any"
    properties: tuple[tuple[str, tuple[Wanted, ...]], ...] = ()
    limit: int = LIMIT


def query_of(given: object) -> Query:
    """One query of a batch; a mere text is one, too."""
    if isinstance(given, str):
        return Query(given[:CHARACTERS])
    if not isinstance(given, Mapping):
        raise InputError("a query is an object with query, type, properties, limit, type_strict")
    text = given.get("query", "")
    if not isinstance(text, str):
        raise InputError("the query of a query is text")
    strict = given.get("type_strict", "any")
    if strict not in STRICT:
        raise InputError(f"type_strict is one of {', '.join(STRICT)}")
    properties = _properties(given.get("properties") or [])
    if not text.strip() and not properties:
        raise InputError("a query has text, or properties")
    limit = _limit(given.get("limit", LIMIT))
    return Query(text[:CHARACTERS], _types(given.get("type")), strict, properties, limit)


def type_of(given: str) -> str:
    """The identifier of a type, from that or from its IRI."""
    return term_of(given.removeprefix("ckg:")) if not given.startswith(TERMS) else term_of(given)


def _types(given: object) -> tuple[str, ...]:
    listed = given if isinstance(given, list) else [] if given in (None, "") else [given]
    found = [item.get("id") if isinstance(item, Mapping) else item for item in listed]
    if not all(isinstance(item, str) for item in found) or len(found) > PROPERTIES:
        raise InputError("type is the identifier of a type, or a short list of them")
    return tuple(type_of(str(item)) for item in found)


def _limit(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given:
        raise InputError("limit is a number")
    return int(max(1, min(MOST, given)))


def _properties(given: object) -> tuple[tuple[str, tuple[Wanted, ...]], ...]:
    if not isinstance(given, list) or len(given) > PROPERTIES:
        raise InputError(f"properties is a list of at most {PROPERTIES}")
    return tuple(_property(item) for item in given)


def _property(given: Any) -> tuple[str, tuple[Wanted, ...]]:
    if not isinstance(given, Mapping) or not isinstance(given.get("pid"), str) or "v" not in given:
        raise InputError("a property has pid and v")
    values = given["v"] if isinstance(given["v"], list) else [given["v"]]
    return given["pid"], tuple(_value(value) for value in values[:PROPERTIES])


def _value(given: object) -> Wanted:
    found = given.get("id") if isinstance(given, Mapping) else given
    if isinstance(found, str):
        return found[:CHARACTERS]
    if not isinstance(found, int | float):
        raise InputError("a value is text, a number, true, false or an object with id")
    return found
