"""Constraints on single values as expressions of SPARQL on `?o`.

An expression is true of no value that breaks the constraint. Where there is none, the values are
looked at one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pyoxigraph as ox

from kg.shacl import constraints as c
from kg.shacl.terms import BOOLEAN, INTEGER, LANG_STRING, STRING, XSD, sh


def condition_of(constraint: object) -> str | None:
    """The expression that is true of the values which keep a constraint."""
    make = _CONDITIONS.get(type(constraint))
    return None if make is None else make(constraint)


def _of_kind(constraint: c.OfKind) -> str:
    return _KINDS[constraint.kind]


_KINDS: Final = {
    sh("IRI"): "isIRI(?o)",
    sh("BlankNode"): "isBlank(?o)",
    sh("Literal"): "isLiteral(?o)",
    sh("BlankNodeOrIRI"): "!isLiteral(?o)",
    sh("BlankNodeOrLiteral"): "!isIRI(?o)",
    sh("IRIOrLiteral"): "!isBlank(?o)",
}


def _of_datatype(constraint: c.OfDatatype) -> str | None:
    return _DATATYPES.get(constraint.datatype)


_DATATYPES: Final = {
    STRING: f"DATATYPE(?o) = {STRING}",
    LANG_STRING: f"DATATYPE(?o) = {LANG_STRING}",
    BOOLEAN: "(SAMETERM(?o, true) || SAMETERM(?o, false))",
    **{
        datatype: f"(isNumeric(?o) && DATATYPE(?o) = {datatype})"
        for datatype in (INTEGER, *(ox.NamedNode(f"{XSD}{name}") for name in ("decimal", "double")))
    },
}
"""Of these the engine tells well-typed literals from others."""


def _in_languages(constraint: c.InLanguages) -> str:
    ranges = (f"LANGMATCHES(LANG(?o), {ox.Literal(tag)})" for tag in constraint.languages)
    return f"(isLiteral(?o) && ({' || '.join(ranges) or 'false'}))"


def _in_range(constraint: c.InRange) -> str:
    operator = (">" if constraint.least else "<") + ("=" if constraint.inclusive else "")
    return f"(isLiteral(?o) && ?o {operator} {constraint.bound})"


def _of_length(constraint: c.OfLength) -> str:
    operator = ">=" if constraint.least else "<="
    return f"(!isBlank(?o) && STRLEN(STR(?o)) {operator} {constraint.length})"


def _matching(constraint: c.Matching) -> str:
    pattern, flags = ox.Literal(constraint.pattern), ox.Literal(constraint.flags)
    return f"(!isBlank(?o) && REGEX(STR(?o), {pattern}, {flags}))"


_CONDITIONS: Final[dict[type, Callable[[Any], str | None]]] = {
    c.OfKind: _of_kind,
    c.OfDatatype: _of_datatype,
    c.InLanguages: _in_languages,
    c.InRange: _in_range,
    c.OfLength: _of_length,
    c.Matching: _matching,
}
