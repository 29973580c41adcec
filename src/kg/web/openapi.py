"""The description of the addresses for programs, in OpenAPI 3.1, at `/openapi.json`.

It is written by hand, and a test compares it with the addresses that there are; pages for people
only are not in it.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from kg.sparql.formats import FORMATS
from kg.store.answers import EXPLANATION
from kg.web.openapi_contributions import contribution_paths
from kg.web.openapi_pages import page_paths
from kg.web.openapi_parts import TEXT, TOKEN, forms, in_path, in_query, operation, told
from kg.web.openapi_reconciliation import reconciliation_paths
from kg.web.openapi_schemas import SCHEMAS
from kg.web.protocol import QUERY_GRAPHS, UPDATE_GRAPHS
from kg.web.reports import REPORTS

TITLE: Final = "Conflict knowledge graph"
VERSION: Final = "1"
"""Of this description: a removed address or parameter is a new one."""

_RESULTS: Final = sorted({form.media_type for known in FORMATS.values() for form in known})
_RDF: Final = sorted({form.media_type for form in FORMATS["CONSTRUCT"]})
_EXPLAINED: Final = {EXPLANATION: {"schema": {"$ref": "#/components/schemas/Explanation"}}}


def blueprint() -> Blueprint:
    """The address of the description."""
    bp = Blueprint("openapi", __name__)

    @bp.get("/openapi.json")
    def openapi() -> Response:
        """The description, for the address under which it was asked for."""
        response = jsonify(description(request.root_url.rstrip("/")))
        response.add_etag()
        return response.make_conditional(request)

    return bp


def description(root: str) -> dict[str, Any]:
    """The description of a server that is reached at `root`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": VERSION},
        "servers": [{"url": root}],
        "paths": {
            "/sparql": {"get": _query(), "post": _query_or_update()},
            "/data": _graph_store([in_query("graph", "the IRI of a graph")]),
            "/data/{name}": _graph_store([in_path("name", "the graph `graph:name`")]),
            "/validate": {"get": _form(), "post": _validation()},
            **page_paths(),
            **reconciliation_paths(),
            **contribution_paths(),
            **_operations(),
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _iris(names: tuple[str, ...]) -> list[dict[str, Any]]:
    several = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return [in_query(name, "IRIs of graphs", schema=several) for name in names]


def _query() -> dict[str, Any]:
    parameters = [
        in_query("query", "the text; without it, the description of the endpoint"),
        in_query(
            "format",
            "the form of the answer, where Accept cannot be set; `explain` is how it comes about",
        ),
        in_query("at-least", "the oldest generation that may answer"),
        in_query("release", "the version of a release that is asked instead of the newest state"),
        *_iris(QUERY_GRAPHS),
    ]
    content = {**forms([*_RESULTS, "text/html"]), **_EXPLAINED}
    answers = {"200": {"description": "the answer, or how it came about", "content": content}}
    return operation("ask a query", parameters, answers)


def _query_or_update() -> dict[str, Any]:
    receipt = {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}
    answers = {
        "200": {
            "description": "the answer to a query, or the receipt of an update",
            "content": {**forms([*_RESULTS, "text/html"]), **_EXPLAINED, **receipt},
        }
    }
    form = {"type": "object", "properties": {"query": TEXT, "update": TEXT, "format": TEXT}}
    found = operation("ask or change", _iris(QUERY_GRAPHS + UPDATE_GRAPHS), answers)
    found["requestBody"] = {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": TEXT},
            "application/sparql-update": {"schema": TEXT},
            "application/x-www-form-urlencoded": {"schema": form},
        },
    }
    found["security"] = [{}, *TOKEN]
    return found


def _graph_store(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    read = {"200": {"description": "the triples of a graph", "content": forms(_RDF)}}
    receipt = {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}
    written = {
        status: {"description": about, "content": receipt}
        for status, about in (("200", "it was changed"), ("201", "it is new"))
    }
    body = {"required": True, "content": forms(_RDF)}
    change = {"security": TOKEN}
    return {
        "get": operation("read a graph", parameters, read),
        "put": operation("replace a graph", parameters, written) | change | {"requestBody": body},
        "post": operation("add to a graph", parameters, written) | change | {"requestBody": body},
        "delete": operation("delete a graph", parameters, written) | change,
    }


def _validation() -> dict[str, Any]:
    verdict = {"application/json": {"schema": {"$ref": "#/components/schemas/Verdict"}}}
    others = [form for form in REPORTS if form not in verdict]
    content = verdict | forms(others)
    answers = {"200": {"description": "what the gate would say", "content": content}}
    template = in_query("template", "whose table a CSV is, where its first title does not say")
    asked = {"type": "string", "enum": ["told"]}
    fault = in_query("fault", "200 also for text that cannot be read, in JSON", schema=asked)
    found = operation("validate RDF or a table", [template, fault], answers)
    found["requestBody"] = {"required": True, "content": forms([*_RDF, "text/csv"])}
    return found


def _form() -> dict[str, Any]:
    answers = {"200": {"description": "a form for data", "content": forms(["text/html"])}}
    return operation("validate RDF by hand", [], answers)


def _operations() -> dict[str, Any]:
    """What says how the process does."""
    return {
        "/healthz": {"get": told("whether the process answers", "application/json")},
        "/readyz": {
            "get": told(
                "whether queries are answered",
                "application/json",
                in_query("for", "`write`: whether commits are taken, too"),
            )
        },
        "/metrics": {"get": told("counts, for Prometheus", "text/plain")},
    }
