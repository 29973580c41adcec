"""Complaints about queries in words that help, with their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from kg.errors import QueryError
from kg.namespaces import PREFIXES
from kg.sparql.grammar import Stop, stop
from kg.sparql.hints import did_you_mean, hint
from kg.sparql.lexer import Token, place, tokens, word

EXPECTED_SHOWN: Final = 7

_PROSE = re.compile(r"expected (?:one of )?(.*)", re.DOTALL)


def explain(error: QueryError, text: str, rule: str = "Query") -> QueryError:
    """The engine's complaint about a query, or an `Update`, in our words and in the right place."""
    reasons = [_unknown_prefix(text)]
    stopped = stop(tokens(text), rule)
    if stopped is not None:
        reasons.append(_stopped(text, stopped))
    found = [reason for reason in reasons if reason is not None]
    if not found:
        return _meaning(error, text, list(tokens(text)))
    return min(found, key=lambda reason: (reason.line or 0, reason.column or 0))


def _unknown_prefix(text: str) -> QueryError | None:
    """The first name whose prefix nothing before it declares."""
    known = set(PREFIXES)
    before = ""
    for token in tokens(text):
        prefix = token.text.partition(":")[0]
        if token.kind == "pname" and before == "PREFIX":
            known.add(prefix)
        elif token.kind == "pname" and prefix not in known:
            line, column = place(text, token.start)
            return QueryError(
                f"the prefix {prefix}: is not known",
                hint=did_you_mean(prefix, known) or f"declare it first: PREFIX {prefix}: <…>",
                line=line,
                column=column,
            )
        before = word(token)
    return None


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


def _ungrouped(found: Sequence[Token]) -> Token | None:
    """The first plain variable of the outer SELECT that its GROUP BY lacks."""
    selected: list[Token] = []
    grouped: set[str] = set()
    depth, clause = 0, ""
    for token in found:
        depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
        clause = word(token) or clause if depth == 0 else clause
        if token.kind == "var" and depth == 0 and clause in ("SELECT", "DISTINCT", "REDUCED"):
            selected.append(token)
        elif token.kind == "var" and clause == "BY":
            grouped.add(token.text[1:])
    return next((token for token in selected if token.text[1:] not in grouped), None)


def _named_again(found: Sequence[Token]) -> Token | None:
    """The first variable after AS that was used before."""
    used: set[str] = set()
    for before, token in pairwise(found):
        if token.kind == "var" and word(before) == "AS" and token.text[1:] in used:
            return token
        used |= {token.text[1:]} if token.kind == "var" else set()
    return None


def _labelled_again(found: Sequence[Token]) -> Token | None:
    """The last blank node label that was used before."""
    labels = [token for token in found if token.kind == "bnode"]
    times = Counter(token.text for token in labels)
    return next((token for token in reversed(labels) if times[token.text] > 1), None)


def _variable_in_data(found: Sequence[Token]) -> Token | None:
    """The first variable between the brackets of a DATA."""
    return _between(found, frozenset({"INSERT DATA", "DELETE DATA"}), lambda t: t.kind == "var")


def _blank_node_in_delete(found: Sequence[Token]) -> Token | None:
    """The first blank node, in whatever notation, in what a DELETE takes away."""
    return _between(
        found,
        frozenset({"DELETE DATA", "DELETE WHERE", "DELETE"}),
        lambda token: token.kind in ("bnode", "anon") or token.text in ("[", "(", "<<"),
    )


def _between(
    found: Sequence[Token], before: frozenset[str], wanted: Callable[[Token], bool]
) -> Token | None:
    """The first wanted token between outermost brackets after these keywords."""
    depth, keywords, last = 0, "", ""
    for token in found:
        if token.text == "{" and depth == 0:
            last, keywords = keywords, ""
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            keywords = f"{keywords} {word(token)}".strip() if word(token) else ""
        elif last in before and wanted(token):
            return token
    return None


def _nowhere(found: Sequence[Token]) -> Token | None:
    """No token is to blame."""
    return None


MEANINGS: Final[tuple[tuple[str, str, str, Callable[[Sequence[Token]], Token | None]], ...]] = (
    (
        "contains a variable that is unbound",
        "SELECT asks for a variable that is neither grouped nor aggregated",
        "add it to GROUP BY, or write (SAMPLE(?x) AS ?name)",
        _ungrouped,
    ),
    (
        "Duplicated variable name",
        "SELECT gives the same name twice",
        "choose another name after AS",
        _named_again,
    ),
    (
        "SELECT * is not authorized",
        "SELECT * cannot be used with GROUP BY",
        "name the variables",
        _nowhere,
    ),
    (
        "",
        "a variable has no value in DATA",
        "write INSERT { … } WHERE { … }, or DELETE WHERE { … }, with variables",
        _variable_in_data,
    ),
    (
        "",
        "a blank node cannot be what DELETE takes away: it has no name that stays",
        "find it with a variable: DELETE { ?x … } WHERE { ?x … }",
        _blank_node_in_delete,
    ),
    (
        "",
        "AS must give a new name, and this one is in use",
        "choose a name that nothing before it in its group uses",
        _named_again,
    ),
    (
        "",
        "a blank node label can be used in one group of triples only",
        "use a variable instead",
        _labelled_again,
    ),
    (
        "IRI parsing failed",
        "an IRI of this query is not well-formed",
        "percent-encode what may not stand in an IRI (a space is %20)",
        _nowhere,
    ),
)
"""Words of the engine, what they mean, what to do, and how to find the token to blame."""


def _meaning(error: QueryError, text: str, found: Sequence[Token]) -> QueryError:
    """Something that is grammatical and yet no query."""
    for words, message, advice, look in MEANINGS:
        culprit = look(found)
        if words in error.message and (words or culprit):
            line, column = place(text, culprit.start) if culprit else (error.line, error.column)
            return QueryError(message, hint=advice, line=line, column=column)
    if error.line is None:
        return error
    return QueryError(
        f"the engine refuses this: {_prose(error.message)}",
        line=error.line,
        column=error.column,
    )


def _prose(message: str) -> str:
    """The whole sentences among what the engine expected."""
    match = _PROSE.fullmatch(message)
    parts = match[1].split(", ") if match else [message]
    sentences = [part for part in parts if re.fullmatch(r"[A-Za-z][^'\"\[\]]* [^'\"\[\]]*", part)]
    return "; ".join(sentences) or "it is grammatical, but means nothing"


def excerpt(error: QueryError, text: str) -> str:
    """The offending line with a caret under the place; empty where no place is known."""
    lines = text.splitlines()
    if error.line is None or not 0 < error.line <= len(lines):
        return ""
    line = lines[error.line - 1].replace("\t", " ")
    column = min((error.column or 1) - 1, len(line))
    start = max(0, column - 60)
    number = f"{error.line} | "
    shown = line[start : start + 78 - len(number)]
    return f"{number}{shown}\n{' ' * (len(number) + column - start)}^"


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
