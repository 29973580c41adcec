"""The part of `/openapi.json` about contributions and feeds."""

from __future__ import annotations

from typing import Any, Final

_TEXT: Final = {"type": "string"}
_TOKEN: Final[list[dict[str, list[str]]]] = [{"token": []}]
_FIELDS: Final = ("title", "reason", "document", "added", "removed", "format", "base", "draft")
_FORM: Final = {
    "type": "object",
    "properties": dict.fromkeys(_FIELDS, _TEXT),
}
_DATA: Final = ("text/turtle", "application/trig", "application/ld+json", "text/csv")


def contribution_paths(problem: dict[str, Any]) -> dict[str, Any]:
    """The addresses; `problem` is how an error is described."""

    def operation(about: str, media_type: str, *parameters: dict[str, Any]) -> dict[str, Any]:
        content = {media_type: {"schema": {} if media_type.endswith("json") else _TEXT}}
        answers = {"200": {"description": about, "content": content}, "default": problem}
        return {"summary": about, "parameters": list(parameters), "responses": answers}

    number = _in("path", "number", "the number of a contribution", schema={"type": "integer"})
    words = [_in("query", name, f"the {name}") for name in ("title", "reason", "document", "base")]
    sent = {
        "required": True,
        "content": {
            **{form: {"schema": _TEXT} for form in _DATA},
            "multipart/form-data": {"schema": _FORM},
        },
    }
    sends = {"security": _TOKEN, "requestBody": sent}
    one = "application/json"
    listed = [_in("query", "state", "only these"), _in("query", "before", "only lower numbers")]
    kind, slug = _in("path", "kind", "what it is"), _in("path", "slug", "its name")
    step = _in("path", "name", "check, submit, accept, reject, withdraw, comment or revert")
    note, version = _in("query", "note", "a remark"), _in("query", "version", "the one you saw")
    return {
        "/contribute": {"get": operation("a form for a contribution", "text/html")},
        "/contribute/claim": {
            "get": operation("a form for one claim", "text/html"),
            "post": operation("the claim as triples, and what they would mean", "text/html"),
        },
        "/contribute/preview": {
            "get": operation("the same form", "text/html"),
            "post": operation("what would come of triples, kept nowhere", "text/html")
            | {"requestBody": sent},
        },
        "/contributions": {
            "get": operation("all contributions", one, *listed),
            "post": operation("propose a change", one, *words) | sends,
        },
        "/contributions/{number}": {
            "get": operation("a contribution", one, number),
            "put": operation("send it again", one, number, *words) | sends,
            "post": operation("its page, for a token in a form", "text/html", number),
        },
        "/contributions/{number}/diff": {
            "get": operation("what comes and goes", "text/plain", number)
        },
        "/contributions/{number}/{name}": {
            "post": operation("take a step", one, number, step, note, version)
            | {"security": _TOKEN}
        },
        "/feeds/changes.atom": {"get": operation("the newest changes", "application/atom+xml")},
        "/feeds/{kind}/{slug}.atom": {
            "get": operation("the newest changes of a thing", "application/atom+xml", kind, slug)
        },
    }


def _in(place: str, name: str, about: str, *, schema: dict[str, Any] = _TEXT) -> dict[str, Any]:
    return {
        "in": place,
        "name": name,
        "required": place == "path",
        "description": about,
        "schema": schema,
    }
