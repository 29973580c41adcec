"""The reconciliation service over HTTP, after the Reconciliation API 0.2.

    /reconcile                 the manifest; batches of queries; values of properties
    /reconcile/properties      properties that things of a type have
    /reconcile/suggest/…       entities, types, properties by what is typed
    /reconcile/flyout/…        what to show beside a suggestion
    /reconcile/preview         what to show beside a candidate, in a frame of others
    /reconcile/features, …/feature/…   what the features of a score say

JSONP is optional in 0.2 and not there: every answer may be read from other origins.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from flask import Blueprint, Response, abort, render_template, request
from markupsafe import escape
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError
from kg.reconciliation.match import FEATURES
from kg.reconciliation.schema import IDENTIFIERS, TERMS
from kg.reconciliation.service import Reconciler

NAME: Final = "Conflict knowledge graph"
KINDS: Final = ("entity", "type", "property")
PREVIEW: Final = {"width": 420, "height": 260}

FRAMED: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
"""What the preview may load, and that pages of others may show it in a frame."""


INTRODUCTION: Final = (
    "A score is from 0 to 100 and comes from the likeness of the names (name_similarity). Where\n"
    "properties are asked for and known, they make up three tenths of it. Another type than that\n"
    "asked for, with type_strict=should, takes off a fifth. A candidate is a match from 95 on,\n"
    "if the next is 8 behind, no property speaks against it and no word is respelled.\n\n",
)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Limits of one request: `docs/limits.md` has them as `reconcile_…`."""

    queries: int = 100
    ids: int = 500
    size: int = 1_000_000
    seconds: float = 10.0


def blueprint(reconciler: Reconciler, sizes: Sizes) -> Blueprint:
    """The addresses of the service."""
    bp = Blueprint("reconcile", __name__, url_prefix="/reconcile")

    @bp.route("", methods=["GET", "POST"])
    def endpoint() -> BaseResponse:
        """The manifest, or the answer to `queries`, `query` or `extend`."""
        for name, answer in (("queries", _batch), ("query", _single), ("extend", _extend)):
            text = request.values.get(name)
            if text is not None:
                if len(text.encode()) > sizes.size:
                    abort(413, f"{name} has more than {sizes.size} bytes (reconcile_bytes).")
                return _told(answer(reconciler, sizes, text))
        if request.method == "POST":
            raise InputError("a POST has queries or extend as a form")
        return _told(manifest(request.root_url.rstrip("/"), reconciler, sizes))

    @bp.get("/properties")
    def properties() -> BaseResponse:
        """Properties to extend things of a type by."""
        asked = {"type": request.args.get("type", ""), "limit": _number("limit", 50)}
        return _told(reconciler.ask({"do": "propose", **asked}))

    @bp.get("/suggest/<kind>")
    def suggest(kind: str) -> BaseResponse:
        """What may be meant by the beginning of a name."""
        asked = {"prefix": request.args.get("prefix", "")[:300], "cursor": _number("cursor", 0)}
        return _told(reconciler.ask({"do": f"suggest-{_kind(kind)}", **asked}))

    @bp.get("/flyout/<kind>")
    def flyout(kind: str) -> BaseResponse:
        """A few words on a suggestion, as HTML in JSON."""
        asked = {"kind": _kind(kind), "id": request.args.get("id", "")}
        found = reconciler.ask({"do": "flyout", **asked})
        html = f"<p><strong>{escape(found['name'])}</strong></p><p>{escape(found['about'])}</p>"
        return _told({"id": found["id"], "html": html})

    @bp.get("/preview")
    def preview() -> BaseResponse:
        """A small page on a thing."""
        found = reconciler.ask({"do": "preview", "id": request.args.get("id", "")})
        response = Response(render_template("preview.html", **found), mimetype="text/html")
        response.headers["Content-Security-Policy"] = FRAMED
        return response

    @bp.get("/features")
    def features() -> BaseResponse:
        """What makes a score: every feature, in words."""
        lines = [f"{name}: {about}\n" for name, about in FEATURES.items()]
        return Response("".join([*INTRODUCTION, *lines]), mimetype="text/plain")

    @bp.get("/feature/<path:name>")
    def feature(name: str) -> BaseResponse:
        """What a feature of a score says."""
        about = FEATURES.get(name.partition(":")[0])
        if about is None:
            abort(404, f"There is no feature {name!r}; there are {', '.join(FEATURES)}.")
        return Response(f"{name}: {about}\n", mimetype="text/plain")

    return bp


def manifest(root: str, reconciler: Reconciler, sizes: Sizes) -> dict[str, Any]:
    """The manifest of a service that is reached below `root`."""
    suggest = {
        kind: {
            "service_url": root,
            "service_path": f"/reconcile/suggest/{kind}",
            "flyout_service_url": root,
            "flyout_service_path": f"/reconcile/flyout/{kind}?id=${{id}}",
        }
        for kind in KINDS
    }
    proposal = {"service_url": root, "service_path": "/reconcile/properties"}
    return {
        "versions": ["0.2"],
        "name": NAME,
        "identifierSpace": IDENTIFIERS,
        "schemaSpace": TERMS,
        "defaultTypes": reconciler.ask({"do": "types"})["types"],
        "documentation": f"{root}/reconcile/features",
        "logo": f"{root}/static/icon.svg",
        "serviceVersion": version("conflict-kg"),
        "view": {"url": f"{root}/id/{{{{id}}}}"},
        "feature_view": {"url": f"{root}/reconcile/feature/{{{{id}}}}"},
        "preview": {"url": f"{root}/reconcile/preview?id={{{{id}}}}", **PREVIEW},
        "suggest": suggest,
        "extend": {"propose_properties": proposal, "property_settings": []},
        "batchSize": sizes.queries,
    }


def _told(answer: Mapping[str, Any]) -> BaseResponse:
    """An answer as JSON: in the order that it has, since sorting takes as long as writing it."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return Response(text, mimetype="application/json")


def _batch(reconciler: Reconciler, sizes: Sizes, text: str) -> dict[str, Any]:
    queries = _object(text, "queries")
    if len(queries) > sizes.queries:
        abort(413, f"A batch has at most {sizes.queries} queries (reconcile_queries).")
    return reconciler.ask({"do": "reconcile", "queries": queries, "seconds": sizes.seconds})


def _single(reconciler: Reconciler, sizes: Sizes, text: str) -> dict[str, Any]:
    """One query, as text or as an object: older clients send it so."""
    query = _object(text, "query") if text.lstrip().startswith("{") else text
    asked = {"do": "reconcile", "queries": {"query": query}, "seconds": sizes.seconds}
    found: dict[str, Any] = reconciler.ask(asked)["query"]
    return found


def _extend(reconciler: Reconciler, sizes: Sizes, text: str) -> dict[str, Any]:
    asked = _object(text, "extend")
    ids, properties = asked.get("ids"), asked.get("properties")
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise InputError("ids is a list of identifiers")
    if not isinstance(properties, list) or not all(_has_id(item) for item in properties):
        raise InputError("properties is a list of objects with id")
    if len(ids) > sizes.ids or len(properties) > sizes.queries:
        abort(413, f"At most {sizes.ids} ids and {sizes.queries} properties (reconcile_ids).")
    asked = {"do": "extend", "ids": ids, "properties": properties, "seconds": sizes.seconds}
    return reconciler.ask(asked)


def _has_id(item: object) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("id"), str)


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # half of a pair of surrogates is no text
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is no JSON of text: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{name} is an object of JSON")
    return found


def _kind(kind: str) -> str:
    if kind not in KINDS:
        abort(404, f"There are suggestions of {', '.join(KINDS)}.")
    return kind


def _number(name: str, default: int) -> int:
    text = request.args.get(name, "")
    if text and not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise InputError(f"{name} is a number")
    return int(text or default)
