"""What a query writer most likely meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kg.rdf.spelling import did_you_mean
from kg.sparql.grammar import AGGREGATES, BUILTINS, Stop
from kg.sparql.lexer import Token, word

KEYWORDS: Final = frozenset(
    """AS ASC ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP
    HAVING IN LIMIT MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR UNDEF
    UNION VALUES WHERE TRUE FALSE""".split()
)
MODIFIERS: Final = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"})
NAMED: Final = frozenset({"a variable", "a predicate", "an object", "a triple pattern"})
TERMS: Final = frozenset({"var", "iri", "pname", "bnode"})

Hint = Callable[[Stop], str | None]


def hint(stop: Stop) -> str | None:
    """The first hint that fits where a text stops being a query."""
    return next((text for rule in RULES if (text := rule(stop)) is not None), None)


def _keyword(token: Token | None) -> str:
    return word(token) if token is not None else ""


def _sign(token: Token | None) -> str:
    return token.text if token is not None and token.kind == "punct" else ""


def _logic(stop: Stop) -> str | None:
    if "an operator" not in stop.expected:
        return None
    written = _keyword(stop.token) or _sign(stop.token)
    meant = {"AND": "&&", "OR": "||", "|": "||"}.get(written)
    return f"write {meant}" if meant else None


def _equals(stop: Stop) -> str | None:
    doubled = _sign(stop.token) == "=" and _sign(stop.previous) == "="
    return "equality is a single =" if doubled else None


def _select_expression(stop: Stop) -> str | None:
    in_select = {"a variable", "("} <= set(stop.expected)
    if in_select and _keyword(stop.token) in AGGREGATES | BUILTINS:
        return f"name what is computed: ({_keyword(stop.token)}(…) AS ?name)"
    if "AS" in stop.expected and _sign(stop.token) == ")":
        return "name what is computed: (… AS ?name)"
    if in_select and _sign(stop.token) == ",":
        return "variables are separated by spaces"
    return None


def _filter(stop: Stop) -> str | None:
    if _keyword(stop.previous) in ("FILTER", "HAVING"):
        return f"put the condition in brackets: {_keyword(stop.previous)}(…)"
    return None


def _slash(stop: Stop) -> str | None:
    previous = stop.previous
    if _sign(stop.token) != "/" or previous is None or previous.kind != "pname":
        return None
    return f"in a prefixed name a slash is written {previous.text}\\/…"


def _modifiers(stop: Stop) -> str | None:
    if _keyword(stop.token) in MODIFIERS and not _inside(stop):
        return "the order is GROUP BY, HAVING, ORDER BY, then LIMIT and OFFSET"
    if _keyword(stop.token) in MODIFIERS:
        return f"{_keyword(stop.token)} comes after the closing }}"
    return None


def _inside(stop: Stop) -> bool:
    return "}" in stop.expected


def _dot(stop: Stop) -> str | None:
    if stop.token is None or stop.token.kind not in TERMS or "." not in stop.expected:
        return None
    return "end the triple before with '.', or with ';' to go on with its subject"


def _incomplete(stop: Stop) -> str | None:
    if _sign(stop.token) not in ("}", "."):
        return None
    if {"a predicate", "an object"} & set(stop.expected):
        return "a triple has a subject, a predicate and an object"
    return None


def _misspelt(stop: Stop) -> str | None:
    written = _keyword(stop.token)
    if not written or written in KEYWORDS | BUILTINS | AGGREGATES:
        return None
    possible = {name for name in stop.expected if name.isupper()} | KEYWORDS | BUILTINS | AGGREGATES
    meant = did_you_mean(written, possible)
    if meant is None and NAMED & set(stop.expected):
        return f"write ?{stop.token.text if stop.token else ''} for a variable, or prefix:name"
    return meant


def _iri(stop: Stop) -> str | None:
    return "an IRI in <…> has no spaces or quotes" if _sign(stop.token) == "<" else None


RULES: Final[tuple[Hint, ...]] = (
    _logic,
    _equals,
    _select_expression,
    _filter,
    _slash,
    _modifiers,
    _dot,
    _incomplete,
    _misspelt,
    _iri,
)
