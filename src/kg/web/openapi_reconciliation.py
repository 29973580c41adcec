"""The part of `/openapi.json` about the Reconciliation API."""

from __future__ import annotations

from typing import Any, Final

from kg.web.openapi_parts import TEXT, in_path, in_query, operation, told_in_json

_HTML: Final = {"200": {"description": "a page", "content": {"text/html": {"schema": TEXT}}}}
_PLAIN: Final = {"200": {"description": "words", "content": {"text/plain": {"schema": TEXT}}}}


def reconciliation_paths() -> dict[str, Any]:
    """What the manifest of the service describes in full, in a few words."""
    what = [in_query(name, "an object of JSON") for name in ("queries", "query", "extend")]
    kind = in_path("kind", "`entity`, `type` or `property`")
    identifier = in_query("id", "such as `person/nikol-pashinyan`")
    return {
        "/reconcile": {
            "get": told_in_json("the manifest of the Reconciliation API 0.2, or an answer", *what),
            "post": told_in_json("candidates for queries, or values of properties"),
        },
        "/reconcile/properties": {
            "get": told_in_json("properties of a type", in_query("type", "such as `Person`"))
        },
        "/reconcile/suggest/{kind}": {
            "get": told_in_json("suggestions", kind, in_query("prefix", "what is typed"))
        },
        "/reconcile/flyout/{kind}": {"get": told_in_json("a few words", kind, identifier)},
        "/reconcile/preview": {"get": operation("a small page", [identifier], _HTML)},
        "/reconcile/features": {"get": operation("what makes a score", [], _PLAIN)},
        "/reconcile/feature/{name}": {
            "get": operation("what a feature says", [in_path("name", "its name")], _PLAIN)
        },
    }
