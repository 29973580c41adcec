"""Where the triples of a text stand in it.

Parsers do not say it, so this is a second reading, for texts that have been read already and of
which there is something to tell. It knows just enough of each format to follow subjects,
predicates and objects; what it cannot follow has no place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple, TypeAlias

from kg.errors import InputError


class Placed(NamedTuple):
    """A triple and the offsets of its three terms.

    An IRI is its text, a literal its lexical form without language and datatype, and a blank node
    a name that nothing else has.
    """

    subject: str
    predicate: str
    object: str
    subject_at: int
    predicate_at: int
    object_at: int


Reader: TypeAlias = Callable[[str], Iterator[Placed]]
"""Yields the triples of a text in their order."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


class Lines:
    """Lines and columns of a text, for many places in it."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@contextmanager
def excerpts_of(text: str, source: str | None = None) -> Iterator[None]:
    """Let errors about a text have the line of their place, and its source."""
    try:
        yield
    except InputError as error:
        error.source = error.source or source
        error.excerpt = excerpt(text, error.line, error.column)
        raise


def line_of(text: str, number: int) -> str:
    """A line of a text, without its end; empty where there is none of this number."""
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    if not 0 < number <= len(starts):
        return ""
    end = _LINE_END.search(text, starts[number - 1])
    return text[starts[number - 1] : end.start() if end else len(text)]


def excerpt(text: str, line: int | None, column: int | None) -> str:
    """The line of a place, at most 80 columns of it, with a caret under the column.

    Empty where no place is known. A place behind the last character has its caret there.
    """
    shown = line_of(text, line or 0).replace("\t", " ")
    if line is None or (not shown and line > 1 + text.count("\n")):
        return ""
    at = min((column or 1) - 1, len(shown))
    start = max(0, at - 60)
    number = f"{line} | "
    return f"{number}{shown[start : start + 78 - len(number)]}\n{' ' * (len(number) + at - start)}^"
