"""A language that nobody speaks: each message of the catalogue in wide letters and brackets.

A page in it has no plain letters but those of data, which stand in an element with its language.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from html.parser import HTMLParser

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kg.messages import FOLDER, Language

TAG = "ar-x-pseudo"
_KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>|&\w+;)")
_WIDE = {code: code + 0xFEE0 for code in (*range(65, 91), *range(97, 123))}
_PLAIN = re.compile(r"[A-Za-z]")
_VARIABLE = re.compile(r"[?$]\w+")
_IRI = re.compile(r"\w+:\S+")
_SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label")
_CODE = {"code", "pre", "textarea", "script", "style"}
_EMPTY = {"br", "input", "link", "meta", "img", "hr"}


@cache
def catalogue() -> Catalog:
    """The messages of the pages and of their scripts."""
    return read(FOLDER.joinpath("messages.pot").read_bytes())


def read(text: bytes) -> Catalog:
    """The messages of a file of gettext."""
    return read_po(io.BytesIO(text))


@cache
def language() -> Language:
    """The pseudo-language, as compiled as any other."""
    made = Catalog(locale="ar", fuzzy=False)
    for message in catalogue():
        if message.id:
            words = [message.id] if isinstance(message.id, str) else [*message.id]
            said = [spoken(each) for each in words]
            forms = (said[0], *[said[-1]] * (made.num_plurals - 1))
            made.add(message.id, forms if len(words) > 1 else said[0])
    return compiled(TAG, made)


def compiled(tag: str, made: Catalog) -> Language:
    """A language with the messages of a catalogue."""
    stream = io.BytesIO()
    write_mo(stream, made)
    stream.seek(0)
    return Language(tag, GNUTranslations(stream))


def spoken(message: str) -> str:
    """A message in the pseudo-language; values and tags in it stay."""
    parts = _KEPT.split(message)
    return "⟦" + "".join(p if i % 2 else p.translate(_WIDE) for i, p in enumerate(parts)) + "⟧"


def plain_words(html: str) -> list[str]:
    """What a page says that is neither data nor translated: texts, and attributes that are read."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Looks at all texts outside elements with code or with a language of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_data = self._in_data or tag in _CODE or given.get("translate") == "no"
        is_data |= "lang" in given and tag != "html"
        if not is_data:
            self.found += _untranslated(tag, given)
        if tag not in _EMPTY:
            self._open.append((tag, is_data))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        in_title = bool(self._open) and self._open[-1][0] == "title" and "⟦" in data
        is_variable = _VARIABLE.fullmatch(data.strip()) is not None  # completed in the editor
        if _PLAIN.search(data) and not self._in_data and not in_title and not is_variable:
            self.found.append(" ".join(data.split()))

    @property
    def _in_data(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def _untranslated(tag: str, given: dict[str, str | None]) -> Iterator[str]:
    """Attributes have no elements inside, so that data in them stands beside what is translated."""
    for name in _SPOKEN:
        value = given.get(name) or ""
        if _PLAIN.search(value) and "⟦" not in value and not _IRI.fullmatch(value):
            yield f"<{tag} {name}={value}>"
