"""What must not reach an engine is refused here, from the words of the query alone.

The engine calls other servers for `SERVICE`, and its parser and planner recurse: deep or long
queries end the whole process. Everything here takes linear time.

The tokens are those of the SPARQL grammar (the longest that fit). The engine reads character by
character instead, so two readings are closed off: `<b:c#>` after an operand, which it takes for a
comparison with a comment behind it, and `trueSERVICE`, which it takes for two words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kg.errors import QueryError
from kg.sparql.lexer import OPENING, Token, place, tokens, unescape, word
from kg.sparql.nesting import Levels
from kg.sparql.prologue import Prologue, read_prologue
from kg.store.interface import Limits

UPDATES: Final = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD".split())
FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

GROUPS: Final = frozenset({"OPTIONAL", "UNION", "MINUS"})
OPERATORS: Final = frozenset("|| && = != < > <= >= + - * / ! ^ |".split())


@dataclass(frozen=True, slots=True)
class Scan:
    """A query that may reach the engine: its tokens, its form and its prologue.

    `body` has the tokens after the prologue. `form` is empty where the text is no query; the
    engine then says what is wrong.
    """

    text: str
    tokens: tuple[Token, ...]
    form: str
    prologue: Prologue
    body: tuple[Token, ...] = ()

    def words(self) -> frozenset[str]:
        """The keywords that occur, in upper case."""
        return frozenset(word(token) for token in self.tokens)


def check(text: str, limits: Limits) -> Scan:
    """Let a query through, or raise `QueryError` with the place and what to do instead."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.query_bytes:
        raise QueryError(
            f"the query has {size} bytes; the limit is {limits.query_bytes}",
            hint="ask in several queries",
        )
    found = _checked_tokens(text, limits)
    _refuse_what_unescaping_shows(text)
    prologue, rest = read_prologue(found)
    first = word(found[rest]) if rest < len(found) else ""
    return Scan(text, found, first if first in FORMS else "", prologue, found[rest:])


def _checked_tokens(text: str, limits: Limits) -> tuple[Token, ...]:
    found: list[Token] = []
    levels = Levels()
    operators = groups = 0
    for token in tokens(text):
        if token.kind == "bad":
            raise bad_token(text, token)
        _refuse_word(text, token, token.start)
        if levels.is_comparison(token):
            raise _error(
                text,
                token.start,
                "an IRI cannot stand right after another value here",
                "to compare, write a space after the '<'",
            )
        opened = levels.mismatch(token)
        if opened is not None:
            raise _mismatch(text, token, opened)
        levels.add(token)
        operators += token.kind == "punct" and token.text in OPERATORS
        groups += word(token) in GROUPS
        found.append(token)
        for number, limit, what in (
            (len(found), limits.tokens, "words and signs"),
            (levels.depth, limits.nesting, "levels of brackets"),
            (levels.patterns, limits.patterns, "triple patterns and path steps"),
            (groups, limits.groups, "of OPTIONAL, UNION and MINUS"),
            (operators, limits.operators, "operators"),
        ):
            if number > limit:
                raise _error(
                    text,
                    token.start,
                    f"the query has more than {limit} {what}",
                    "ask in several queries, or list values with VALUES",
                )
    if levels.innermost is not None:
        opened = levels.innermost
        raise _error(text, opened.start, f"this '{opened.text}' is never closed", None)
    return tuple(found)


def _mismatch(text: str, token: Token, opened: Token | str) -> QueryError:
    if isinstance(opened, str):
        return _error(text, token.start, f"this '{token.text}' closes nothing", None)
    line, column = place(text, opened.start)
    return _error(
        text,
        token.start,
        f"found '{token.text}' where '{OPENING[opened.text]}' is due",
        f"it closes the '{opened.text}' at {line}:{column}",
    )


def _refuse_word(text: str, token: Token, offset: int) -> None:
    keyword = word(token)
    if "SERVICE" in keyword:
        raise _error(
            text,
            offset,
            "SERVICE is not offered: this endpoint asks no other servers",
            "ask each endpoint by itself and join the answers",
        )
    if keyword in UPDATES:
        raise _error(
            text,
            offset,
            f"{keyword} is an update, and only queries are answered here",
            "start with SELECT, ASK, CONSTRUCT or DESCRIBE",
        )


def _refuse_what_unescaping_shows(text: str) -> None:
    """Look again as an engine does that replaces escapes such as `U+0053` first."""
    plain = unescape(text)
    if plain is None:
        return
    for token in tokens(plain.text):
        _refuse_word(text, token, plain.offset(token.start))


def bad_token(text: str, token: Token) -> QueryError:
    """What is wrong with characters that start no token."""
    character = token.text[0]
    if token.text.startswith(('"""', "'''")):
        return _error(
            text, token.start, "this long string is not closed", f"end it with {character * 3}"
        )
    if character in "\"'":
        return _error(
            text,
            token.start,
            "this string is not closed, or has an escape that does not exist",
            f"end it with {character} on the same line; write a backslash itself as \\\\",
        )
    if character == "&":
        return _error(text, token.start, "a single & means nothing", "write &&")
    if character in "“”„‘’":
        return _error(text, token.start, f"{character} is no quotation mark here", 'write "')
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return _error(text, token.start, f"{shown} cannot stand here", None)


def _error(text: str, offset: int, message: str, hint: str | None) -> QueryError:
    line, column = place(text, offset)
    return QueryError(message, hint=hint, line=line, column=column)
