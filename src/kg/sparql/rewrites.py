"""What is changed in a query before the engine sees it, so that the answer is what SPARQL says.

GROUP_CONCAT gives a simple literal (SPARQL 1.1 Query, section 18.5.1.7); the engine keeps the
language of texts that all have the same. STR() of a literal is its lexical form as a simple
literal, leaves an error an error, and may stand wherever an aggregate may.

TRUE and FALSE are matched whatever their case, like all keywords (section 19.8, note 1); the engine
knows them in lower case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from kg.sparql.lexer import CLOSING, OPENING, Token, word

Change: TypeAlias = tuple[int, int, str]
"""From where to where, and what to put there."""

_BOOLEANS: Final = frozenset({"TRUE", "FALSE"})


def rewritten(text: str, tokens: Sequence[Token]) -> str:
    """The text for the engine; the same object where nothing is to be changed."""
    words = {word(token) for token in tokens if token.kind == "word"}
    changes = _lower_case(tokens) if words & _BOOLEANS else []
    changes += _without_language(tokens) if "GROUP_CONCAT" in words else []
    if not changes:
        return text
    parts, done = [], 0
    for start, end, put in sorted(changes):
        parts += [text[done:start], put]
        done = end
    return "".join((*parts, text[done:]))


def _lower_case(tokens: Sequence[Token]) -> list[Change]:
    return [
        (token.start, token.start + len(token.text), word(token).lower())
        for token in tokens
        if token.kind == "word" and word(token) in _BOOLEANS and not token.text.islower()
    ]


def _without_language(tokens: Sequence[Token]) -> list[Change]:
    """`STR(` before each GROUP_CONCAT and `)` behind its last bracket."""
    found: list[Change] = []
    open_at: list[int] = []
    depth = 0
    for at, token in enumerate(tokens):
        if token.kind == "word" and word(token) == "GROUP_CONCAT":
            if at + 1 < len(tokens) and tokens[at + 1].text == "(":
                found.append((token.start, token.start, "STR("))
                open_at.append(depth)
        elif token.kind == "punct":
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if token.text == ")" and open_at and open_at[-1] == depth:
                open_at.pop()
                found.append((token.start + 1, token.start + 1, ")"))
    return found
