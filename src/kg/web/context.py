"""Our JSON-LD context: all prefixes, and of which kind the values of our properties are.

Properties are written as `ckg:mode`, not as `mode`: many of their names are prefixes too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from kg.namespaces import CKG, PREFIXES
from kg.store.interface import Term
from kg.web.asking import Asking

PATH: Final = "/context/v1.jsonld"
_XSD: Final = PREFIXES["xsd"]


def blueprint(asking: Asking) -> Blueprint:
    """The address of the context."""
    bp = Blueprint("context", __name__)

    @bp.get(PATH)
    def context() -> BaseResponse:
        """The context, as texts in JSON-LD may name or copy it."""
        members = {**_prefixes(), **dict(_coercion(row) for row in asking.kept("coercions"))}
        text = json.dumps({"@context": members}, indent=2)
        response = Response(f"{text}\n", mimetype="application/ld+json")
        response.headers["Cache-Control"] = "public, max-age=3600"
        response.add_etag()
        return response.make_conditional(request)

    return bp


def _prefixes() -> dict[str, Any]:
    return {name: {"@id": iri, "@prefix": True} for name, iri in sorted(PREFIXES.items())}


def _coercion(row: Mapping[str, Term]) -> tuple[str, dict[str, str]]:
    name = row["property"].value.removeprefix(str(CKG))
    kind = f"xsd:{row['type'].value.removeprefix(_XSD)}" if "type" in row else "@id"
    return f"ckg:{name}", {"@type": kind}
