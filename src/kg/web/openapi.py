"""The description of the addresses for programs, in OpenAPI 3.1, at `/openapi.json`.

It is written by hand, and a test compares it with the addresses that there are; pages for people
only are not in it.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from kg.namespaces import KINDS
from kg.publication.dumps import DUMPS
from kg.sparql.formats import FORMATS
from kg.store.answers import EXPLANATION
from kg.web.formats import FORMS
from kg.web.openapi_contributions import contribution_paths
from kg.web.protocol import QUERY_GRAPHS, UPDATE_GRAPHS
from kg.web.reports import REPORTS

TITLE: Final = "Conflict knowledge graph"
VERSION: Final = "1"
"""Of this description: a removed address or parameter is a new one."""

_TEXT: Final = {"type": "string"}
_RESULTS: Final = sorted({form.media_type for forms in FORMATS.values() for form in forms})
_PAGES: Final = sorted({form.media_type for form in FORMS})
_RDF: Final = sorted({form.media_type for form in FORMATS["CONSTRUCT"]})
_PROBLEM: Final = {
    "description": "what is wrong, and what to do about it",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        "text/plain": {"schema": _TEXT},
        "text/html": {"schema": _TEXT},
    },
}
_HTML: Final = {"200": {"description": "a page", "content": {"text/html": {"schema": _TEXT}}}}
_PLAIN: Final = {"200": {"description": "words", "content": {"text/plain": {"schema": _TEXT}}}}
_EXPLAINED: Final = {EXPLANATION: {"schema": {"$ref": "#/components/schemas/Explanation"}}}
_TOKEN: Final[list[dict[str, list[str]]]] = [{"token": []}]


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
            "/data": _graph_store([_in("query", "graph", "the IRI of a graph")]),
            "/data/{name}": _graph_store([_in("path", "name", "the graph `graph:name`")]),
            "/validate": {"get": _form(), "post": _validation()},
            "/id/{kind}/{slug}": {"get": _thing("303 to what describes a thing", 303)},
            "/doc/{kind}/{slug}": {"get": _thing("the description of a thing", 200)},
            "/cite/{kind}/{file}": {
                "get": _told(
                    "how a thing is cited",
                    "application/x-bibtex",
                    _in("path", "kind", "such as `event`"),
                    _in("path", "file", "its slug and `.bib` or `.csl.json`"),
                )
            },
            "/ns": {"get": _page("the terms of the ontology")},
            "/ontology/{name}": {"get": _page("a term", _in("path", "name", "such as `Claim`"))},
            "/vocab/{scheme}": {
                "get": _page("a vocabulary", _in("path", "scheme", "such as `mode`"))
            },
            "/vocab/{scheme}/{name}": {
                "get": _page(
                    "a concept",
                    _in("path", "scheme", "such as `mode`"),
                    _in("path", "name", "such as `fact`"),
                )
            },
            "/releases": {"get": _page("all releases")},
            "/id/release/{version}": {
                "get": _operation(
                    "a release",
                    [_in("path", "version", "`1.2.0`")],
                    {"303": {"description": "where its page is"}},
                )
            },
            "/doc/release/{version}": {
                "get": _page("a release, with its files", _in("path", "version", "`1.2.0`"))
            },
            "/releases/{version}/{name}": {
                "get": _told(
                    "a file of a release",
                    "application/octet-stream",
                    _in("path", "version", "`1.2.0`"),
                    _in("path", "name", "such as `SHA256SUMS`"),
                )
            },
            "/graph/{name}": {
                "get": _page("a named graph", _in("path", "name", "such as `curated`"))
            },
            "/shapes/{name}": {
                "get": _page("a shape", _in("path", "name", "such as `ClaimShape`"))
            },
            "/classes/{name}": {
                "get": _page("what a class has", _in("path", "name", "such as `Claim`"))
            },
            "/templates/{name}.csv": {"get": _template("a table to fill in", "text/csv")},
            "/templates/{name}.schema.json": {
                "get": _template("what JSON-LD of a class looks like", "application/schema+json")
            },
            **_query_page(),
            "/search": {
                "get": _page(
                    "names, claims, definitions and notes",
                    _in("query", "q", "words"),
                    _in("query", "kind", "only this kind"),
                    _in("query", "page", "the number of a page"),
                )
            },
            "/search/suggestions": {
                "get": _json("what may be meant by what was typed", _in("query", "q", "words"))
            },
            **_reconciliation(),
            **contribution_paths(_PROBLEM),
            "/links": {"get": _page("every link to another collection, with its evidence")},
            "/links/review": {"get": _page("candidates for links, with their evidence")},
            "/wanted": {"get": _page("what has no link yet")},
            "/.well-known/void": {"get": _page("the dataset in VoID and DCAT")},
            "/dumps/{name}": {"get": _dump()},
            "/healthz": {"get": _told("whether the process answers", "application/json")},
            "/readyz": {
                "get": _told(
                    "whether queries are answered",
                    "application/json",
                    _in("query", "for", "`write`: whether commits are taken, too"),
                )
            },
            "/metrics": {"get": _told("counts, for Prometheus", "text/plain")},
        },
        "components": {
            "schemas": {
                "Problem": PROBLEM,
                "Receipt": RECEIPT,
                "Verdict": VERDICT,
                "Explanation": EXPLANATION_SCHEMA,
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "hint": _TEXT,
        "limit": {"type": "string", "description": "the name of the limit that ended it"},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "excerpt": {"type": "string", "description": "the line, with a caret below it"},
        "violations": {"type": "array", "items": {"type": "object"}},
        "warnings": {"type": "array", "items": {"type": "object"}},
    },
}

RECEIPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["generation", "commit_id"],
    "properties": {
        "generation": {"type": "integer", "minimum": 1},
        "commit_id": _TEXT,
        "added": {"type": "integer"},
        "removed": {"type": "integer"},
    },
}

VERDICT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["conforms", "violations", "warnings"],
    "properties": {
        "conforms": {"type": "boolean"},
        "violations": {"type": "array", "items": {"type": "object"}},
        "violation_count": {"type": "integer"},
        "warnings": {"type": "array", "items": {"type": "object"}},
        "fault": {
            "type": ["object", "null"],
            "description": "why it cannot be read, as in a problem, where `fault=told` asks for it",
        },
    },
}

_STEP: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["operator", "estimated", "rows", "seconds"],
    "properties": {
        "operator": _TEXT,
        "estimated": {"type": ["number", "null"], "description": "rows that were expected"},
        "rows": {"type": "integer"},
        "seconds": {"type": "number"},
    },
}

EXPLANATION_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["generation", "answered_by", "reason", "advice", "steps", "seconds", "rows"],
    "properties": {
        "generation": {"type": "integer"},
        "answered_by": {"type": "string", "enum": ["columns", "oxigraph"]},
        "reason": {"type": "string", "description": "why the copy in columns left it, or empty"},
        "advice": {"type": "string", "description": "what would be faster, or empty"},
        "steps": {"type": "array", "items": _STEP},
        "seconds": {"type": "number"},
        "rows": {"type": ["integer", "null"], "description": "null for a verdict"},
        "bytes": {"type": "integer"},
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


def _forms(media_types: list[str], schema: dict[str, Any] = _TEXT) -> dict[str, Any]:
    return {media_type: {"schema": schema} for media_type in media_types}


def _operation(
    about: str,
    parameters: list[dict[str, Any]],
    answers: dict[str, Any],
) -> dict[str, Any]:
    return {
        "summary": about,
        "parameters": parameters,
        "responses": {**answers, "default": _PROBLEM},
    }


def _iris(names: tuple[str, ...]) -> list[dict[str, Any]]:
    several = {"type": "array", "items": {"type": "string", "format": "iri"}}
    return [_in("query", name, "IRIs of graphs", schema=several) for name in names]


def _query() -> dict[str, Any]:
    parameters = [
        _in("query", "query", "the text; without it, the description of the endpoint"),
        _in(
            "query",
            "format",
            "the form of the answer, where Accept cannot be set; `explain` is how it comes about",
        ),
        _in("query", "at-least", "the oldest generation that may answer"),
        _in(
            "query", "release", "the version of a release that is asked instead of the newest state"
        ),
        *_iris(QUERY_GRAPHS),
    ]
    content = {**_forms([*_RESULTS, "text/html"]), **_EXPLAINED}
    answers = {"200": {"description": "the answer, or how it came about", "content": content}}
    return _operation("ask a query", parameters, answers)


def _query_or_update() -> dict[str, Any]:
    receipt = {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}
    answers = {
        "200": {
            "description": "the answer to a query, or the receipt of an update",
            "content": {**_forms([*_RESULTS, "text/html"]), **_EXPLAINED, **receipt},
        }
    }
    form = {"type": "object", "properties": {"query": _TEXT, "update": _TEXT, "format": _TEXT}}
    found = _operation("ask or change", _iris(QUERY_GRAPHS + UPDATE_GRAPHS), answers)
    found["requestBody"] = {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": _TEXT},
            "application/sparql-update": {"schema": _TEXT},
            "application/x-www-form-urlencoded": {"schema": form},
        },
    }
    found["security"] = [{}, *_TOKEN]
    return found


def _graph_store(parameters: list[dict[str, Any]]) -> dict[str, Any]:
    read = {"200": {"description": "the triples of a graph", "content": _forms(_RDF)}}
    receipt = {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}
    written = {
        status: {"description": about, "content": receipt}
        for status, about in (("200", "it was changed"), ("201", "it is new"))
    }
    body = {"required": True, "content": _forms(_RDF)}
    change = {"security": _TOKEN}
    return {
        "get": _operation("read a graph", parameters, read),
        "put": _operation("replace a graph", parameters, written) | change | {"requestBody": body},
        "post": _operation("add to a graph", parameters, written) | change | {"requestBody": body},
        "delete": _operation("delete a graph", parameters, written) | change,
    }


def _validation() -> dict[str, Any]:
    verdict = {"application/json": {"schema": {"$ref": "#/components/schemas/Verdict"}}}
    others = [form for form in REPORTS if form not in verdict]
    content = verdict | _forms(others)
    answers = {"200": {"description": "what the gate would say", "content": content}}
    template = _in("query", "template", "whose table a CSV is, where its first title does not say")
    told = {"type": "string", "enum": ["told"]}
    fault = _in("query", "fault", "200 also for text that cannot be read, in JSON", schema=told)
    found = _operation("validate RDF or a table", [template, fault], answers)
    found["requestBody"] = {"required": True, "content": _forms([*_RDF, "text/csv"])}
    return found


def _form() -> dict[str, Any]:
    answers = {"200": {"description": "a form for data", "content": _forms(["text/html"])}}
    return _operation("validate RDF by hand", [], answers)


def _thing(about: str, status: int) -> dict[str, Any]:
    parameters = [
        _in("path", "kind", "what it is", schema={"type": "string", "enum": list(KINDS)}),
        _in("path", "slug", "its name, perhaps with a suffix such as `.ttl`"),
    ]
    content = _forms(_PAGES) if status == 200 else _forms(["text/html"])
    return _operation(about, parameters, {str(status): {"description": about, "content": content}})


def _page(about: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    answers = {"200": {"description": about, "content": _forms(_PAGES)}}
    return _operation(about, list(parameters), answers)


def _template(about: str, media_type: str) -> dict[str, Any]:
    answers = {"200": {"description": about, "content": _forms([media_type])}}
    return _operation(about, [_in("path", "name", "such as `claim`")], answers)


def _dump() -> dict[str, Any]:
    names = {"type": "string", "enum": list(DUMPS)}
    data = {"application/gzip": {"schema": {"type": "string", "format": "binary"}}}
    found = {"200": {"description": "the newest generation in one file", "content": data}}
    return _operation("a dump", [_in("path", "name", "the file", schema=names)], found)


def _query_page() -> dict[str, Any]:
    """What the script of the query page asks for, and what it makes."""
    return {
        "/claims": {"get": _page("the claims behind a row", _in("query", "of", "IRIs of things"))},
        "/query/schema.json": {"get": _told("prefixes, classes, properties", "application/json")},
        "/query/spreadsheet": {
            "get": _told("solutions without formulas", "text/csv", _in("query", "query", "a query"))
        },
        "/query/neighbours": {
            "get": _told("one step from a thing", "application/json", _in("query", "of", "its IRI"))
        },
        "/query/answer": {"post": _told("some rows of an answer", "application/json")},
        "/query/check": {"post": _told("what is wrong with a query", "application/json")},
        "/query/link": {"post": _told("a short address of a query", "application/json")},
        "/q/{address}": {"get": _page("a kept query", _in("path", "address", "as a link has it"))},
    }


def _reconciliation() -> dict[str, Any]:
    """What the manifest of the service describes in full, in a few words."""
    what = [_in("query", name, "an object of JSON") for name in ("queries", "query", "extend")]
    kind = _in("path", "kind", "`entity`, `type` or `property`")
    identifier = _in("query", "id", "such as `person/nikol-pashinyan`")
    return {
        "/reconcile": {
            "get": _json("the manifest of the Reconciliation API 0.2, or an answer", *what),
            "post": _json("candidates for queries, or values of properties"),
        },
        "/reconcile/properties": {
            "get": _json("properties of a type", _in("query", "type", "such as `Person`"))
        },
        "/reconcile/suggest/{kind}": {
            "get": _json("suggestions", kind, _in("query", "prefix", "what is typed"))
        },
        "/reconcile/flyout/{kind}": {"get": _json("a few words", kind, identifier)},
        "/reconcile/preview": {"get": _operation("a small page", [identifier], _HTML)},
        "/reconcile/features": {"get": _operation("what makes a score", [], _PLAIN)},
        "/reconcile/feature/{name}": {
            "get": _operation("what a feature says", [_in("path", "name", "its name")], _PLAIN)
        },
    }


def _json(about: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    found = {"200": {"description": about, "content": _forms(["application/json"], {})}}
    return _operation(about, list(parameters), found)


def _told(about: str, media_type: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    answers = {
        status: {"description": about, "content": _forms([media_type], {})}
        for status in ("200", "503")
    }
    return _operation(about, list(parameters), answers)
