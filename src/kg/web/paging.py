"""Long lists in pages: `?about=2` is the second page of the claims about a thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from flask import request, url_for

from kg.errors import InputError

Item = TypeVar("Item")
Shown = TypeVar("Shown")

SIZE: Final = 50
"""So many entries of a list are on a page."""
_DIGITS: Final = 9


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list; `all` is how many entries the list has, `first` the number of its first.

    `name` is the argument that says which page is wanted, and the id of the list on the page.
    """

    name: str
    items: tuple[Item, ...]
    all: int
    number: int
    pages: int

    @property
    def first(self) -> int:
        """The number of the first entry on it, counted from 1."""
        return (self.number - 1) * SIZE + 1

    @property
    def last(self) -> int:
        """The number of the last entry on it."""
        return self.first + len(self.items) - 1

    def showing(self, items: Iterable[Shown]) -> Page[Shown]:
        """The same page with what is shown of its entries."""
        return Page(self.name, tuple(items), self.all, self.number, self.pages)

    def href(self, number: int) -> str:
        """The address of another page of this list; the other lists stay where they are."""
        arguments: dict[str, Any] = {**(request.view_args or {}), **request.args}
        arguments[self.name] = number
        return f"{url_for(request.endpoint or '', **arguments)}#{self.name}"


def page_of(items: Sequence[Item], name: str) -> Page[Item]:
    """The page of a list that the request asks for, or the last where there are fewer.

    Raises `InputError` for what is no number of a page.
    """
    asked = request.args.get(name, "1")
    if not (asked.isascii() and asked.isdecimal() and int(asked[:_DIGITS]) > 0):
        raise InputError(f"{name}={asked[:40]} is no page", hint="pages are counted from 1")
    pages = max(1, -(-len(items) // SIZE))
    number = min(int(asked[:_DIGITS]), pages)
    start = (number - 1) * SIZE
    return Page(name, tuple(items[start : start + SIZE]), len(items), number, pages)
