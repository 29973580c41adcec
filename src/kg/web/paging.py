"""Long lists in pages: `?about=2` is the second page of the claims about a thing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from flask import request, url_for

from kg.errors import InputError
from kg.web.translations import gettext, number

Item = TypeVar("Item")
Shown = TypeVar("Shown")

_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class PageSizes:
    """How much a page shows of what there is; `docs/limits.md` explains each of them."""

    entries: int = 30
    sorted_entries: int = 200
    rows: int = 50
    neighbours: int = 60
    points: int = 500


PAGE_SIZES: Final = PageSizes()


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list; `all` is how many entries the list has, `first` the number of its first.

    `name` is the argument that says which page is wanted, and the id of the list on the page. A
    list that is not `counted` has more than `all`, and this page may lead to another one.
    """

    name: str
    items: tuple[Item, ...]
    all: int
    number: int
    pages: int
    size: int
    counted: bool = True

    @property
    def first(self) -> int:
        """The number of the first entry on it, counted from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def count(self) -> str:
        """How many entries the list has, in words."""
        all_ = number(self.all)
        return all_ if self.counted else gettext("more than %(number)s", number=all_)

    @property
    def last(self) -> int:
        """The number of the last entry on it."""
        return self.first + len(self.items) - 1

    def showing(self, items: Iterable[Shown]) -> Page[Shown]:
        """The same page with what is shown of its entries."""
        return Page(
            self.name, tuple(items), self.all, self.number, self.pages, self.size, self.counted
        )

    def href(self, number: int) -> str:
        """The address of another page of this list; the other lists stay where they are."""
        arguments: dict[str, Any] = {**(request.view_args or {}), **request.args}
        arguments[self.name] = number
        return f"{url_for(request.endpoint or '', **arguments)}#{self.name}"


def page_of(items: Sequence[Item], name: str, size: int) -> Page[Item]:
    """The page of a list that the request asks for, or the last where there are fewer.

    Raises `InputError` for what is no number of a page.
    """
    pages = max(1, -(-len(items) // size))
    number = min(asked_page(name), pages)
    start = (number - 1) * size
    return Page(name, tuple(items[start : start + size]), len(items), number, pages, size)


def asked_page(name: str) -> int:
    """The number of the page of a list that the request asks for.

    Raises `InputError` for what is no number of a page.
    """
    asked = request.args.get(name, "1")
    if not (asked.isascii() and asked.isdecimal() and int(asked[:_DIGITS]) > 0):
        raise InputError(f"{name}={asked[:40]} is no page", hint="pages are counted from 1")
    return int(asked[:_DIGITS])
