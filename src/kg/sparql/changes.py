"""Changes of a text at several places, and names that it does not use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Change: TypeAlias = tuple[int, int, str]
"""From where to where, in code points, and what to put there."""


def with_changes(text: str, changes: Iterable[Change]) -> str:
    """The text with changes that do not overlap."""
    parts: list[str] = []
    done = 0
    for start, end, put in sorted(changes):
        parts += (text[done:start], put)
        done = end
    return "".join((*parts, text[done:]))


def unused(text: str, stem: str) -> str:
    """A name that begins with a stem and does not occur in the text."""
    number = 0
    while f"{stem}{number}" in text:
        number += 1
    return f"{stem}{number}"
