"""The application: everything it needs is handed in, so that tests and servers make their own."""

from __future__ import annotations

from typing import Final

from flask import Flask, request
from werkzeug.wrappers import Response

from kg.store.interface import Store
from kg.web import errors, query_page, site, sparql, things, vocabularies
from kg.web.addresses import local_path
from kg.web.asking import Asking
from kg.web.evaluations import EVALUATIONS, Evaluations
from kg.web.formats import RDF_FORMS
from kg.web.words import language

HEADERS: Final[dict[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Link, Location, Content-Type, Retry-After, Warning, X-KG-Generation"
    ),
}
"""On every response, errors included; what is read here is public, so any page may read it."""

PREFLIGHT: Final[dict[str, str]] = {
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

MAX_BODY_BYTES: Final = 1_000_000


def create_app(store: Store, *, evaluations: int = EVALUATIONS) -> Flask:
    """A Flask application over a store; it opens nothing and reads no environment.

    It evaluates so many queries of visitors at once; give it more threads than that.
    """
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    app.jinja_env.filters["language"] = language
    app.jinja_env.filters["local"] = local_path
    app.jinja_env.globals["rdf_forms"] = RDF_FORMS
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    asking = Asking(store)
    app.register_blueprint(site.blueprint(asking))
    places = Evaluations(evaluations)
    app.register_blueprint(sparql.blueprint(asking, places))
    app.register_blueprint(query_page.blueprint(asking, places))
    app.register_blueprint(things.blueprint(asking))
    app.register_blueprint(vocabularies.blueprint(asking))
    errors.register(app)
    app.after_request(_with_headers)
    return app


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS":
        response.headers.update(PREFLIGHT)
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
    return response
