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
    """Lines and columns of a text, for many places in it; a line ends as in Turtle."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str | None:
        """A line without its end; None where there is none of this number."""
        if not 0 < number <= len(self._starts):
            return None
        following = [*self._starts[number : number + 1], len(self._text)][0]
        return self._text[self._starts[number - 1] : following].rstrip("\r\n")

    def excerpt(self, line: int | None, column: int | None) -> str:
        """The line of a place, at most 80 columns of it, with a caret under the column.

        Empty where no place is known. A place behind the last character has its caret there.
        """
        shown = self.line(line or 0)
        if shown is None:
            return ""
        at = min((column or 1) - 1, len(shown))
        start, number = max(0, at - 60), f"{line} | "
        part = shown.replace("\t", " ")[start : start + 78 - len(number)]
        return f"{number}{part}\n{' ' * (len(number) + at - start)}^"


def excerpt(text: str, line: int | None, column: int | None) -> str:
    """See `Lines.excerpt`; for one place."""
    return Lines(text).excerpt(line, column)


@contextmanager
def excerpts_of(text: str, source: str | None = None) -> Iterator[None]:
    """Let errors about a text have the line of their place, and its source."""
    try:
        yield
    except InputError as error:
        error.source = error.source or source
        error.excerpt = excerpt(text, error.line, error.column)
        raise
