"""The language of an application: its templates, modules and scripts say messages in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from gettext import NullTranslations
from importlib.resources import files
from typing import Any, Final

from flask import Flask, current_app, has_app_context
from markupsafe import Markup

from kg.messages import ENGLISH, SOURCE, Language
from kg.web.assets import FOLDER

_PERIOD: Final = 200
"""No language asks for more than the last two digits of a number from 100 on."""
_KEY: Final = "kg.language"
_AROUND_ENGLISH: Final = Markup(' lang="en" dir="auto"')


def register(app: Flask, chosen: Language) -> None:
    """Let an application speak a language.

    In templates, `_("…")` and `{% trans %}` are for words that stand there. What is `marked` in a
    module is `said`, and what stays English is `data`: an element of its own says so on a page in
    another language, or the attributes `{{ english }}` do in the tag of one that is there already.
    """
    app.extensions[_KEY] = chosen
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install = app.jinja_env.install_gettext_translations  # type: ignore[attr-defined]
    install(chosen.messages, newstyle=True)
    app.jinja_env.globals.update(_in_templates(chosen.messages))
    app.jinja_env.globals["site_language"] = chosen
    app.jinja_env.globals["script_messages"] = for_scripts(chosen)
    app.jinja_env.globals["english"] = "" if chosen.tag == SOURCE else _AROUND_ENGLISH
    app.jinja_env.filters["number"] = number
    app.jinja_env.filters["kind"] = kind
    app.jinja_env.filters["said"] = said
    app.jinja_env.filters["data"] = partial(data, chosen)


def gettext(message: str, **values: Any) -> str:
    """A message in the language of the site, with its values put in."""
    words = _messages().gettext(message)
    return words % values if values else words


def ngettext(one: str, many: str, num: int, **values: Any) -> str:
    """A message that depends on a number, which is put in as `num`."""
    return _messages().ngettext(one, many, num) % {"num": num, **values}


def _in_templates(messages: NullTranslations) -> dict[str, Callable[..., Markup]]:
    """What templates call: the same as jinja2 installs, with messages without values kept."""

    @cache
    def plain(message: str) -> Markup:
        return Markup(messages.gettext(message)) % {}  # noqa: S704 - messages are ours

    def singular(message: str, /, **values: Any) -> Markup:
        return Markup(messages.gettext(message)) % values if values else plain(message)  # noqa: S704

    def plural(one: str, many: str, num: int, /, **values: Any) -> Markup:
        words = messages.ngettext(one, many, num)
        return Markup(words) % {"num": num, **values}  # noqa: S704 - messages are ours

    return {"_": singular, "gettext": singular, "ngettext": plural}


def number(value: int) -> str:
    """A whole number in groups of three digits."""
    return f"{value:,}".replace(",", gettext(","))


def kind(name: str) -> str:
    """The words of a name that is written with hyphens, such as a kind or a state."""
    return said(name.replace("-", " "))


def said(message: str) -> str:
    """A message that is `marked` elsewhere; nothing for nothing, which gettext has a use for."""
    return gettext(message) if message else ""


def data(chosen: Language, value: object) -> object:
    """Words that stay English, in an element that says so where the page is in another language."""
    if chosen.tag == SOURCE or not value:
        return value
    return Markup("<span{}>{}</span>").format(_AROUND_ENGLISH, value)


def for_scripts(chosen: Language) -> dict[str, Any]:
    """The messages of the scripts by their English words; none where the page is English.

    One that depends on a number has its `forms`, and in `form_of` which of them each number takes.
    """
    if chosen.tag == SOURCE:
        return {}
    path = files("kg.web").joinpath("static", FOLDER, "messages.json")
    listed: list[list[str]] = json.loads(path.read_text(encoding="utf-8"))
    words = chosen.messages
    return {one: _forms(words, one, *many) if many else words.gettext(one) for one, *many in listed}


def _forms(messages: NullTranslations, one: str, many: str) -> dict[str, Any]:
    words = [messages.ngettext(one, many, number) for number in range(_PERIOD)]
    forms = list(dict.fromkeys(words))
    return {"forms": forms, "form_of": "".join(str(forms.index(each)) for each in words)}


def _messages() -> NullTranslations:
    """Those of the application that answers; English where there is none."""
    chosen: Language = current_app.extensions[_KEY] if has_app_context() else ENGLISH
    return chosen.messages
