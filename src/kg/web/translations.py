"""The language of the site: English in the sources, other languages by gettext.

`locale/messages.pot` is the catalogue of all messages that a person reads on pages, out of the
templates, of what is marked in these modules, and of the scripts. A language is one more folder:
`locale/TAG/LC_MESSAGES/messages.mo`. Data keeps its own language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Any, Final

from flask import Flask, current_app, has_app_context
from markupsafe import Markup

from kg.errors import InputError
from kg.web.facts import direction_of

FOLDER: Final = "locale"
SOURCE: Final = "en"
"""The language of the messages, of labels, and of what the modules below this one say."""
_KEY: Final = "kg.language"
_AROUND_ENGLISH: Final = Markup(' lang="en" dir="auto"')


@dataclass(frozen=True)
class Language:
    """The language of a site: its tag, and the messages in it."""

    tag: str = SOURCE
    messages: NullTranslations = field(default_factory=NullTranslations)

    @property
    def direction(self) -> str:
        """The direction in which it is read, for `dir`."""
        return direction_of(self.tag)

    @property
    def around_english(self) -> Markup:
        """The attributes of an element with words that stay English; none on an English page."""
        return Markup() if self.tag == SOURCE else _AROUND_ENGLISH


ENGLISH: Final = Language()


def language(tag: str) -> Language:
    """The language with a tag, such as `hy` or `pt-BR`.

    Raises `InputError` if the site has no messages in it.
    """
    if tag == SOURCE:
        return ENGLISH
    there = languages()
    if tag not in there:
        raise InputError(
            f"the site has no messages in {tag!r}",
            hint=f"it has {', '.join(there)}; docs/translating.md says how to add a language",
        )
    path = files("kg.web").joinpath(FOLDER, tag, "LC_MESSAGES", "messages.mo")
    with path.open("rb") as stream:
        return Language(tag, GNUTranslations(stream))


def languages() -> tuple[str, ...]:
    """The tags of all languages that the site has messages in."""
    folders = files("kg.web").joinpath(FOLDER).iterdir()
    made = (f.name for f in folders if f.joinpath("LC_MESSAGES", "messages.mo").is_file())
    return (SOURCE, *sorted(made))


def register(app: Flask, chosen: Language) -> None:
    """Let the templates and modules of an application speak a language."""
    app.extensions[_KEY] = chosen
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install = app.jinja_env.install_gettext_translations  # type: ignore[attr-defined]
    install(chosen.messages, newstyle=True)
    app.jinja_env.globals["site_language"] = chosen
    app.jinja_env.globals["english"] = chosen.around_english
    app.jinja_env.filters["number"] = number


def marked(message: str) -> str:
    """The message itself: marks what is translated where it is used."""
    return message


def gettext(message: str, **values: Any) -> str:
    """A message in the language of the site, with its values put in."""
    words = _messages().gettext(message)
    return words % values if values else words


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """A message that depends on a number, which is put in as `num`."""
    return _messages().ngettext(one, many, num) % {"num": num, **values}


def number(value: int) -> str:
    """A whole number in groups of three digits."""
    return f"{value:,}".replace(",", gettext(","))


def _messages() -> NullTranslations:
    """Those of the application that answers; English where there is none."""
    return current_app.extensions[_KEY].messages if has_app_context() else ENGLISH.messages
