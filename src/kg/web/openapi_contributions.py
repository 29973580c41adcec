"""The part of `/openapi.json` about contributions and feeds."""

from __future__ import annotations

from typing import Any, Final

from kg.web.openapi_parts import TEXT, TOKEN, forms, in_path, in_query, operation

_FIELDS: Final = ("title", "reason", "document", "added", "removed", "format", "base", "draft")
_FORM: Final = {"type": "object", "properties": dict.fromkeys(_FIELDS, TEXT)}
_DATA: Final = ("text/turtle", "application/trig", "application/ld+json", "text/csv")


def contribution_paths() -> dict[str, Any]:
    """The addresses of contributions, of the forms for them, and of feeds."""
    number = in_path("number", "the number of a contribution", schema={"type": "integer"})
    words = [in_query(name, f"the {name}") for name in ("title", "reason", "document", "base")]
    sent = {
        "required": True,
        "content": {
            **forms(_DATA),
            "multipart/form-data": {"schema": _FORM},
        },
    }
    sends = {"security": TOKEN, "requestBody": sent}
    one = "application/json"
    listed = [in_query("state", "only these"), in_query("before", "only lower numbers")]
    kind, slug = in_path("kind", "what it is"), in_path("slug", "its name")
    step = in_path("name", "check, submit, accept, reject, withdraw, comment or revert")
    note, version = in_query("note", "a remark"), in_query("version", "the one you saw")
    return {
        "/contribute": {"get": _answered("a form for a contribution", "text/html")},
        "/contribute/claim": {
            "get": _answered("a form for one claim", "text/html"),
            "post": _answered("the claim as triples, and what they would mean", "text/html"),
        },
        "/contribute/preview": {
            "get": _answered("the same form", "text/html"),
            "post": _answered("what would come of triples, kept nowhere", "text/html")
            | {"requestBody": sent},
        },
        "/contributions": {
            "get": _answered("all contributions", one, *listed),
            "post": _answered("propose a change", one, *words) | sends,
        },
        "/contributions/{number}": {
            "get": _answered("a contribution", one, number),
            "put": _answered("send it again", one, number, *words) | sends,
            "post": _answered("its page, for a token in a form", "text/html", number),
        },
        "/contributions/{number}/diff": {
            "get": _answered("what comes and goes", "text/plain", number)
        },
        "/contributions/{number}/{name}": {
            "post": _answered("take a step", one, number, step, note, version) | {"security": TOKEN}
        },
        "/feeds/changes.atom": {"get": _answered("the newest changes", "application/atom+xml")},
        "/feeds/{kind}/{slug}.atom": {
            "get": _answered("the newest changes of a thing", "application/atom+xml", kind, slug)
        },
    }


def _answered(about: str, media_type: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    content = forms([media_type], {} if media_type.endswith("json") else TEXT)
    return operation(about, list(parameters), {"200": {"description": about, "content": content}})
