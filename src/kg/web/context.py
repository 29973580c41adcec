"""The address of our JSON-LD context: all prefixes, and of which kind the values of properties are.

Properties are written as `ckg:mode`, not as `mode`: many of their names are prefixes too.
"""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from kg.rdf.json_ld import context as members

PATH: Final = "/context/v1.jsonld"


def blueprint() -> Blueprint:
    """The address of the context."""
    bp = Blueprint("context", __name__)

    @bp.get(PATH)
    def context() -> BaseResponse:
        """The context, as texts in JSON-LD may name or copy it."""
        text = json.dumps({"@context": members()}, indent=2)
        response = Response(f"{text}\n", mimetype="application/ld+json")
        response.headers["Cache-Control"] = "public, max-age=3600"
        response.add_etag()
        return response.make_conditional(request)

    return bp
