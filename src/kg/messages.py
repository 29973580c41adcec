"""What the site says in which language: English in the sources, other languages by gettext.

`locale/messages.pot` is the catalogue of all messages that a person reads on pages: those of the
templates, those that are `marked` in modules, and those of the scripts. A language is one more
folder with `LC_MESSAGES/messages.mo`. Data keeps its own language, and what the command line says
is English.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from kg.errors import InputError

SOURCE: Final = "en"
"""The language of the messages in the sources, and of most labels in the data."""
RIGHT_TO_LEFT: Final = ("ar", "fa", "he", "ur")
FOLDER: Final = files("kg").joinpath("locale")


def marked(message: str) -> str:
    """The message itself; marks what is translated where it is shown."""
    return message


def counted(one: str, many: str) -> tuple[str, str]:
    """A message and its plural; marks what is translated where it is shown with a number."""
    return one, many


def direction_of(tag: str) -> str:
    """The direction in which a language is read, for `dir`."""
    return "rtl" if tag.split("-")[0] in RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True)
class Language:
    """The language of a site: its tag, and the messages in it."""

    tag: str = SOURCE
    messages: NullTranslations = field(default_factory=NullTranslations)

    @property
    def direction(self) -> str:
        """The direction in which it is read, for `dir`."""
        return direction_of(self.tag)


ENGLISH: Final = Language()


def language(tag: str, folder: Traversable = FOLDER) -> Language:
    """The language with a tag, such as `hy` or `pt-BR`.

    Raises `InputError` if the site has no messages in it.
    """
    if tag == SOURCE:
        return ENGLISH
    there = languages(folder)
    if tag not in there:
        raise InputError(
            f"the site has no messages in the language {tag!r}",
            hint=f"it has {', '.join(there)}; docs/translating.md says how to add one",
        )
    path = folder.joinpath(tag.replace("-", "_"), "LC_MESSAGES", "messages.mo")
    with path.open("rb") as stream:
        return Language(tag, GNUTranslations(stream))


def languages(folder: Traversable = FOLDER) -> tuple[str, ...]:
    """The tags of all languages that the site has messages in."""
    made = (
        each.name.replace("_", "-")
        for each in folder.iterdir()
        if each.joinpath("LC_MESSAGES", "messages.mo").is_file()
    )
    return (SOURCE, *sorted(made))
