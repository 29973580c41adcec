"""What the description of the addresses is made of: parameters, answers and operations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from kg.web.formats import FORMS

TEXT: Final = {"type": "string"}
TOKEN: Final[list[dict[str, list[str]]]] = [{"token": []}]
PAGES: Final = sorted({form.media_type for form in FORMS})
_PROBLEM: Final = {
    "description": "what is wrong, and what to do about it",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/plain": {"schema": TEXT},
        "text/html": {"schema": TEXT},
    },
}


def in_path(name: str, about: str, *, schema: dict[str, Any] = TEXT) -> dict[str, Any]:
    """A part of an address."""
    return _parameter("path", name, about, schema)


def in_query(name: str, about: str, *, schema: dict[str, Any] = TEXT) -> dict[str, Any]:
    """A parameter behind the question mark of an address, which may be left out."""
    return _parameter("query", name, about, schema)


def _parameter(place: str, name: str, about: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "in": place,
        "name": name,
        "required": place == "path",
        "description": about,
        "schema": schema,
    }


def forms(media_types: Iterable[str], schema: dict[str, Any] = TEXT) -> dict[str, Any]:
    """The same content in each of some media types."""
    return {media_type: {"schema": schema} for media_type in media_types}


def operation(
    about: str, parameters: list[dict[str, Any]], answers: dict[str, Any]
) -> dict[str, Any]:
    """What a method of an address does; whatever else it answers is a problem."""
    return {
        "summary": about,
        "parameters": parameters,
        "responses": {**answers, "default": _PROBLEM},
    }


def page(about: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    """What is a page for people and RDF for programs."""
    answers = {"200": {"description": about, "content": forms(PAGES)}}
    return operation(about, list(parameters), answers)


def told_in_json(about: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    """What is answered in JSON."""
    found = {"200": {"description": about, "content": forms(["application/json"], {})}}
    return operation(about, list(parameters), found)


def told(about: str, media_type: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    """What is answered in one form, or later."""
    answers = {
        status: {"description": about, "content": forms([media_type], {})}
        for status in ("200", "503")
    }
    return operation(about, list(parameters), answers)
