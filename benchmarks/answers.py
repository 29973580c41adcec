"""Answers of engines in a form in which equal ones are equal, whoever wrote them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyoxigraph as ox

_NUMBERS: Final = frozenset(
    """integer decimal double float int long short unsignedInt unsignedLong
    nonNegativeInteger""".split()
)


def compared(body: bytes, how: str) -> object:
    """An answer in a form in which equal answers are equal, whoever wrote them."""
    if how == "graph":
        return frozenset(_terms(ox.parse(body, ox.RdfFormat.N_TRIPLES)))
    answer = json.loads(body)
    if "boolean" in answer:
        return bool(answer["boolean"])
    rows = answer["results"]["bindings"]
    if how == "number":
        return len(rows)
    found = [frozenset((name, _value(term)) for name, term in row.items()) for row in rows]
    return found if how == "sequence" else Counter(found)


def _terms(quads: Iterator[ox.Quad]) -> Iterator[str]:
    return (str(quad.triple) for quad in quads)


def _value(term: Mapping[str, Any]) -> tuple[object, ...]:
    """A term; numbers by their value, language tags without regard to case."""
    datatype = str(term.get("datatype", "")).rpartition("#")[2]
    value: object = term["value"]
    if datatype in _NUMBERS:
        try:
            return ("number", Decimal(str(value)))
        except InvalidOperation:
            return ("number", value)
    kind = "literal" if term["type"] == "typed-literal" else term["type"]
    tag = str(term.get("xml:lang", "")).lower()
    return (kind, value, "" if datatype == "string" else datatype, tag)
