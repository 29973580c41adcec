"""JSON-LD before the parser: no context from elsewhere, nothing said twice, a bounded cost.

The parser recurses, copies contexts at every turn, and leaves out without a word what it cannot
read: a key that no context defines, an IRI with a space, a language that is none. What this module
finds by the tokens alone is refused with its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from kg.errors import TurtleError
from kg.rdf.characters import FORBIDDEN, Written, forbidden, hidden_at, place
from kg.rdf.upload_contexts import Contexts
from kg.rdf.upload_rules import UploadLimits

_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_DIGITS: Final = 1_000
_TERMS: Final = 10_000
_TOKEN: Final = re.compile(rf"{_STRING}|[{{}}\[\],]|\bnull\b|[-+.0-9eE]{{{_DIGITS}}}|\"", re.DOTALL)
_STRINGS: Final = re.compile(_STRING, re.DOTALL)


def guard_json(text: str, limits: UploadLimits) -> None:
    """Refuse what would be costly, unclear or lost; raises `TurtleError` with the place."""
    if text.lstrip()[:1] not in ("{", "["):
        raise TurtleError("this is not JSON-LD", hint="it begins with { or [", line=1, column=1)
    _Guard(text, limits).read()


@dataclass(slots=True)
class _Level:
    """An object or an array that is open; `key` is the key whose value is being read.

    `takes_context` says that the next value is a context: that of @context, or one in its array.
    """

    array: bool
    expects_key: bool
    key: str = ""
    keys: set[str] = field(default_factory=set)
    takes_context: bool = False
    is_context: bool = False
    in_context: bool = False


class _Guard:
    """Follows the tokens of a text."""

    def __init__(self, text: str, limits: UploadLimits) -> None:
        self._text = text
        self._limits = limits
        self._levels: list[_Level] = []
        self._values = 0
        self._strings = 0
        self._contexts = Contexts()

    def read(self) -> None:
        for match in _TOKEN.finditer(self._text):
            token = match[0]
            first = token[0]
            if first == '"':
                self._string(token, match.start())
            elif first in "{[":
                self._opened(first, match.start())
            elif first == ",":
                self._count(match.start())
                if self._levels:
                    self._levels[-1].expects_key = not self._levels[-1].array
            elif first in "}]":
                if not self._levels:
                    raise self._refused("nothing is open here", "take it out", match.start())
                self._levels.pop()
            elif first == "n":
                self._contexts.count += 1
            else:
                message = f"a number of more than {_DIGITS} characters"
                raise self._refused(message, "round it", match.start())
        self._contexts.check(self._values, self._limits, self._refused)

    def _count(self, offset: int) -> None:
        self._values += 1
        if self._values > self._limits.json_values:
            raise self._refused(
                f"more than {self._limits.json_values} values",
                "send it in several parts, or as Turtle or N-Quads",
                offset,
            )

    def _opened(self, bracket: str, offset: int) -> None:
        self._count(offset)
        level = _Level(bracket == "[", bracket == "{")
        if self._levels:
            around = self._levels[-1]
            level.is_context = around.takes_context
            level.in_context = around.takes_context or around.in_context
            if level.array:
                level.key, level.takes_context = around.key, around.takes_context
        self._contexts.count += level.is_context
        self._levels.append(level)
        if len(self._levels) > self._limits.nesting:
            raise self._refused(
                f"nested more than {self._limits.nesting} deep",
                "give nodes an @id, and write them one after the other",
                offset,
            )

    def _string(self, token: str, offset: int) -> None:
        self._strings += 1
        if len(token) == 1:
            raise self._refused("a string is not closed", 'write " at its end', offset)
        if not self._levels or self._strings > 2 * self._values:
            raise self._refused("a string cannot stand here", "a comma is missing", offset)
        if len(token) > 12 * self._limits.literal_length:
            hint = f"at most {self._limits.literal_length} characters"
            raise self._refused(f"a string of {len(token)} characters", hint, offset)
        value = self._decoded(token, offset) if "\\" in token else token[1:-1]
        level = self._levels[-1]
        if level.expects_key:
            self._key(level, value, offset)
            return
        if level.takes_context:
            raise self._remote(offset)
        if level.in_context and len(self._levels) > 1:
            owner = level.key if level.is_context else self._levels[-2].key
            self._contexts.said(owner, level.key, value)
        self._contexts.read(level.key, value, offset)

    def _decoded(self, token: str, offset: int) -> str:
        value = ""
        with suppress(ValueError):  # the parser says which escape there is not
            value = str(json.loads(token))
        if found := FORBIDDEN.search(value):
            at = hidden_at([Written(offset, token, value)])
            raise forbidden(self._text, offset if at is None else at, found[0])
        return value

    def _key(self, level: _Level, key: str, offset: int) -> None:
        if key in level.keys:
            raise self._refused(
                f"the key {key[:60]!r} stands twice in one object",
                "write an array of both values: programs disagree on which one counts",
                offset,
            )
        level.keys.add(key)
        level.key, level.expects_key = key, False
        level.takes_context = key == "@context"
        if level.takes_context:
            self._contexts.begun(offset, scoped=level.in_context)
        elif key == "@import":
            raise self._remote(offset)
        elif level.is_context:
            self._contexts.defined(key)
            if self._contexts.size > _TERMS:
                raise self._refused(
                    f"contexts of more than {_TERMS} terms", "leave out what is not used", offset
                )
        elif not level.in_context:
            self._contexts.used(key, offset)

    def _remote(self, offset: int) -> TurtleError:
        return self._refused(
            "contexts are not fetched from elsewhere", "put the context into the text", offset
        )

    def _refused(self, message: str, hint: str, offset: int) -> TurtleError:
        line, column = place(self._text, offset)
        return TurtleError(message, hint=hint, line=line, column=column)


def written_in_json(text: str) -> Iterator[Written]:
    """The strings of a text, in their order."""
    for match in _STRINGS.finditer(text):
        raw = match[0]
        value = raw[1:-1]
        if "\\" in raw:
            with suppress(ValueError):
                value = str(json.loads(raw))
        yield Written(match.start(), raw, value)
