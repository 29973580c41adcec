"""Complaints about queries in words that help, with their place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import Final

from kg.errors import QueryError
from kg.geo.functions import IRIS
from kg.namespaces import PREFIXES, compact, expand
from kg.rdf import placed
from kg.rdf.spelling import did_you_mean
from kg.sparql.grammar import Stop, stop
from kg.sparql.hints import hint
from kg.sparql.lexer import Token, place, tokens, word
from kg.sparql.meanings import MEANINGS

EXPECTED_SHOWN: Final = 7

READ_AGAIN: Final = 200_000
"""At most so many tokens are read again; where the error is farther on, the engine's words stay."""

_FUNCTION = re.compile(r"custom function <([^>]*)> is not supported")
_NAMES: Final = ("pname", "iri")
_PROSE = re.compile(r"expected (?:one of )?(.*)", re.DOTALL)


def explain(error: QueryError, text: str, rule: str = "Query") -> QueryError:
    """The engine's complaint about a query, or an `Update`, in our words and in the right place."""
    unknown, known = _unknown_prefix(text)
    stopped = _stop(text, unknown, rule)
    if stopped is not None:
        return _stopped(text, stopped)
    if unknown is None:
        return _meaning(error, text, list(islice(tokens(text), READ_AGAIN)))
    prefix = unknown.text.partition(":")[0]
    line, column = place(text, unknown.start)
    return QueryError(
        f"the prefix {prefix}: is not known",
        hint=did_you_mean(prefix, known) or f"declare it first: PREFIX {prefix}: <…>",
        line=line,
        column=column,
    )


def fault(text: str) -> QueryError | None:
    """What grammar or prefixes have against a query; found without asking an engine."""
    unknown, _ = _unknown_prefix(text)
    if unknown is None and _stop(text, None, "Query") is None:
        return None
    return explain(QueryError("the query cannot be read"), text)


def _stop(text: str, until: Token | None, rule: str) -> Stop | None:
    """Where the grammar stops before a token, as far as is read again."""
    found = tokens(text)
    stopped = stop(islice(takewhile(lambda token: token != until, found), READ_AGAIN), rule)
    if stopped is not None and stopped.token is None:
        goes_on = until is not None or next(found, None) is not None
        return None if goes_on else stopped
    return stopped


def _unknown_prefix(text: str) -> tuple[Token | None, set[str]]:
    """The first name whose prefix nothing before it declares, and the prefixes known there."""
    known = set(PREFIXES)
    before = ""
    for token in tokens(text):
        if token.kind == "pname":
            prefix = token.text.partition(":")[0]
            if before == "PREFIX":
                known.add(prefix)
            elif prefix not in known:
                return token, known
        before = word(token)
    return None, known


def _stopped(text: str, stopped: Stop) -> QueryError:
    token = stopped.token
    line, column = place(text, token.start if token else len(text.rstrip()))
    names = [
        name if name[0].isalpha() or name in ("()", "[]") else f"'{name}'"
        for name in stopped.expected
    ]
    if len(names) > EXPECTED_SHOWN:
        names = [*names[: EXPECTED_SHOWN - 1], "…"]
    what = f"found {_shown(token)}" if token else "the query ends too early"
    return QueryError(
        f"{what}, expected {_listed(names)}", hint=hint(stopped), line=line, column=column
    )


def _shown(token: Token) -> str:
    text = token.text if len(token.text) <= 40 else token.text[:37] + "…"
    return text if token.kind not in ("punct",) else f"'{text}'"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _meaning(error: QueryError, text: str, found: Sequence[Token]) -> QueryError:
    """Something that is grammatical and yet no query."""
    if unknown := _FUNCTION.search(error.message):
        return _unknown_function(unknown[1], text, found)
    for words, message, advice, look in MEANINGS:
        culprit = look(found)
        if words in error.message and (words or culprit):
            line, column = place(text, culprit.start) if culprit else (error.line, error.column)
            return QueryError(message, hint=advice, line=line, column=column)
    if error.line is None:
        return error
    read = len(found) < READ_AGAIN
    nothing = "it is grammatical, but means nothing" if read else "look here and shortly before"
    return QueryError(
        f"the engine refuses this: {_prose(error.message) or nothing}",
        line=error.line,
        column=error.column,
    )


def _unknown_function(function: str, text: str, found: Sequence[Token]) -> QueryError:
    """A function that the engine does not have, named as the query names it if it does so."""
    token = next((t for t in found if t.kind in _NAMES and expand(t.text) == function), None)
    line, column = place(text, token.start) if token else (None, None)
    return QueryError(
        f"there is no function {compact(function)}",
        hint=did_you_mean(compact(function), map(compact, IRIS))
        or "those beyond SPARQL's own are those of GeoSPARQL in the service description",
        line=line,
        column=column,
    )


def _prose(message: str) -> str:
    """The whole sentences among what the engine expected."""
    match = _PROSE.fullmatch(message)
    parts = match[1].split(", ") if match else [message]
    sentences = [part for part in parts if re.fullmatch(r"[A-Za-z][^'\"\[\]]* [^'\"\[\]]*", part)]
    return "; ".join(sentences)


def excerpt(error: QueryError, text: str) -> str:
    """The offending line with a caret under the place; empty where no place is known."""
    return placed.excerpt(text, error.line, error.column)


def plain(error: QueryError, text: str) -> str:
    """The complaint in one line with place and hint; then the line of the query, with a caret."""
    return "\n".join(part for part in (str(error), excerpt(error, text)) if part)


def problem(error: QueryError, text: str, *, status: int = 400) -> dict[str, object]:
    """The complaint as the members of an `application/problem+json` document (RFC 9457)."""
    members: dict[str, object | None] = {
        "type": "about:blank",
        "title": "The query cannot be answered",
        "status": status,
        "detail": error.message,
        "hint": error.hint,
        "line": error.line,
        "column": error.column,
        "excerpt": excerpt(error, text) or None,
    }
    return {name: value for name, value in members.items() if value is not None}
