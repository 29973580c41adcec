"""Counts what an engine has to parse and plan, and says what no engine should see."""

from __future__ import annotations

from typing import Final

from kg.errors import QueryError
from kg.sparql.lexer import OPENING, Token, place, word
from kg.sparql.nesting import Levels
from kg.store.interface import Limits

GROUPS: Final = frozenset({"OPTIONAL", "UNION", "MINUS"})
OPERATORS: Final = frozenset("|| && = != < > <= >= + - * / ! ^ |".split())

HINTS: Final = {
    "query": "ask in several queries, or list values with VALUES",
    "operation": "do it in several operations, or list values with VALUES",
}
"""What to do about too much of each."""


class Watch:
    """Follows a query, or an operation of an update, token by token, up to its limits."""

    def __init__(self, text: str, limits: Limits, what: str) -> None:
        self.levels = Levels()
        self._text = text
        self._limits = limits
        self._what = what
        self._tokens = self._operators = self._groups = 0

    def add(self, token: Token) -> None:
        """Take the next token."""
        if self.levels.is_comparison(token):
            raise error_at(
                self._text,
                token.start,
                "an IRI cannot stand right after another value here",
                "to compare, write a space after the '<'",
            )
        self._tokens += 1
        self._operators += token.kind == "punct" and token.text in OPERATORS
        self._groups += word(token) in GROUPS
        self.add_bracket(token)

    def add_bracket(self, token: Token) -> None:
        """Take a token of which only the bracket counts."""
        opened = self.levels.mismatch(token)
        if opened is not None:
            raise _mismatch(self._text, token, opened)
        self.levels.add(token)
        limits = self._limits
        for number, limit, what in (
            (self._tokens, limits.tokens, "words and signs"),
            (self.levels.depth, limits.nesting, "levels of brackets"),
            (self.levels.patterns, limits.patterns, "triple patterns and path steps"),
            (self._groups, limits.groups, "of OPTIONAL, UNION and MINUS"),
            (self._operators, limits.operators, "operators"),
        ):
            if number > limit:
                raise error_at(
                    self._text,
                    token.start,
                    f"the {self._what} has more than {limit} {what}",
                    HINTS[self._what],
                )

    def end(self) -> None:
        """Refuse what is still open."""
        opened = self.levels.innermost
        if opened is not None:
            raise error_at(self._text, opened.start, f"this '{opened.text}' is never closed", None)


def _mismatch(text: str, token: Token, opened: Token | str) -> QueryError:
    if isinstance(opened, str):
        return error_at(text, token.start, f"this '{token.text}' closes nothing", None)
    line, column = place(text, opened.start)
    return error_at(
        text,
        token.start,
        f"found '{token.text}' where '{OPENING[opened.text]}' is due",
        f"it closes the '{opened.text}' at {line}:{column}",
    )


def bad_token(text: str, token: Token) -> QueryError:
    """What is wrong with characters that start no token."""
    character = token.text[0]
    if token.text.startswith(('"""', "'''")):
        return error_at(
            text, token.start, "this long string is not closed", f"end it with {character * 3}"
        )
    if character in "\"'":
        return error_at(
            text,
            token.start,
            "this string is not closed, or has an escape that does not exist",
            f"end it with {character} on the same line; write a backslash itself as \\\\",
        )
    if character == "&":
        return error_at(text, token.start, "a single & means nothing", "write &&")
    if character in "“”„‘’":
        return error_at(text, token.start, f"{character} is no quotation mark here", 'write "')
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return error_at(text, token.start, f"{shown} cannot stand here", None)


def error_at(text: str, offset: int, message: str, hint: str | None) -> QueryError:
    """A complaint with its place."""
    line, column = place(text, offset)
    return QueryError(message, hint=hint, line=line, column=column)
