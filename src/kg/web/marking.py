"""Pieces of HTML that a page has by the hundred; templates call them as they call macros."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from flask import Flask
from markupsafe import Markup, escape

from kg.web.facts import Thing

_NOTHING: Final = Markup('<span class="none">–</span>')


def register(app: Flask) -> None:
    """Let templates of an application call them; its language is known by then."""
    names = app.jinja_env.globals
    names["term"] = partial(term, str(names["english"]))
    names["standing_mark"] = partial(standing_mark, app.jinja_env.filters["data"])


def term(english: str, value: Any) -> Markup:
    """A thing or a text as it is shown: a link where it leads somewhere.

    `english` are the attributes of words that are in the language of the data.
    """
    if value is None:
        return _NOTHING
    if not hasattr(value, "iri"):
        return _text(english, value)
    said = "" if getattr(value, "is_said", False) else english
    iri, label = escape(value.iri), escape(value.label)
    if not value.href:
        return Markup(f'<span title="{iri}"{said}>{label}</span>')  # noqa: S704 - all is escaped
    rel = ' rel="external noopener"' if value.href == value.iri else ""
    link = f'<a href="{escape(value.href)}"{rel} title="{iri}"{said}>{label}</a>'
    return Markup(link)  # noqa: S704 - all is escaped


def _text(english: str, value: Any) -> Markup:
    attributes = english
    if value.language:
        attributes = f' lang="{escape(value.language)}" dir="{escape(value.direction)}"'
    return Markup(f"<span{attributes}>{escape(value.value)}</span>")  # noqa: S704 - all is escaped


def standing_mark(data: Any, standing: Thing) -> Markup:
    """How a content stands, as a mark with a class of its own; `data` marks words of the data."""
    kind, words = escape(standing.iri.rpartition("/")[2]), escape(data(standing.label))
    return Markup(f'<span class="mark is-{kind}">{words}</span>')  # noqa: S704 - all is escaped
