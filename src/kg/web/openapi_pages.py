"""The part of `/openapi.json` about pages: things, terms, releases, lists, search and queries."""

from __future__ import annotations

from typing import Any

from kg.namespaces import KINDS
from kg.publication.dumps import DUMPS
from kg.web.openapi_parts import (
    PAGES,
    forms,
    in_path,
    in_query,
    operation,
    page,
    told,
    told_in_json,
)


def page_paths() -> dict[str, Any]:
    """The addresses of all pages but those of contributions."""
    return {
        **_things(),
        **_terms(),
        **_releases(),
        **_lists(),
        **_query_page(),
    }


def _things() -> dict[str, Any]:
    """A thing, and how it is cited."""
    return {
        "/id/{kind}/{slug}": {"get": _thing("303 to what describes a thing", 303)},
        "/doc/{kind}/{slug}": {"get": _thing("the description of a thing", 200)},
        "/cite/{kind}/{file}": {
            "get": told(
                "how a thing is cited",
                "application/x-bibtex",
                in_path("kind", "such as `event`"),
                in_path("file", "its slug and `.bib` or `.csl.json`"),
            )
        },
    }


def _terms() -> dict[str, Any]:
    """Terms, vocabularies, graphs, shapes, classes and templates."""
    return {
        "/ns": {"get": page("the terms of the ontology")},
        "/ontology/{name}": {"get": page("a term", in_path("name", "such as `Claim`"))},
        "/vocab/{scheme}": {"get": page("a vocabulary", in_path("scheme", "such as `mode`"))},
        "/vocab/{scheme}/{name}": {
            "get": page(
                "a concept",
                in_path("scheme", "such as `mode`"),
                in_path("name", "such as `fact`"),
            )
        },
        "/graph/{name}": {"get": page("a named graph", in_path("name", "such as `curated`"))},
        "/shapes/{name}": {"get": page("a shape", in_path("name", "such as `ClaimShape`"))},
        "/classes/{name}": {"get": page("what a class has", in_path("name", "such as `Claim`"))},
        "/templates/{name}.csv": {"get": _template("a table to fill in", "text/csv")},
        "/templates/{name}.schema.json": {
            "get": _template("what JSON-LD of a class looks like", "application/schema+json")
        },
    }


def _releases() -> dict[str, Any]:
    """Releases, their files, and the newest state as files."""
    return {
        "/releases": {"get": page("all releases")},
        "/id/release/{version}": {
            "get": operation(
                "a release",
                [in_path("version", "`1.2.0`")],
                {"303": {"description": "where its page is"}},
            )
        },
        "/doc/release/{version}": {
            "get": page("a release, with its files", in_path("version", "`1.2.0`"))
        },
        "/releases/{version}/{name}": {
            "get": told(
                "a file of a release",
                "application/octet-stream",
                in_path("version", "`1.2.0`"),
                in_path("name", "such as `SHA256SUMS`"),
            )
        },
        "/.well-known/void": {"get": page("the dataset in VoID and DCAT")},
        "/dumps/{name}": {"get": _dump()},
    }


def _lists() -> dict[str, Any]:
    """Search, links, and what has none."""
    return {
        "/search": {
            "get": page(
                "names, claims, definitions and notes",
                in_query("q", "words"),
                in_query("kind", "only this kind"),
                in_query("page", "the number of a page"),
            )
        },
        "/search/suggestions": {
            "get": told_in_json("what may be meant by what was typed", in_query("q", "words"))
        },
        "/links": {"get": page("every link to another collection, with its evidence")},
        "/links/review": {"get": page("candidates for links, with their evidence")},
        "/wanted": {"get": page("what has no link yet")},
    }


def _query_page() -> dict[str, Any]:
    """What the script of the query page asks for, and what it makes."""
    return {
        "/claims": {"get": page("the claims behind a row", in_query("of", "IRIs of things"))},
        "/query/schema.json": {"get": told("prefixes, classes, properties", "application/json")},
        "/query/spreadsheet": {
            "get": told("solutions without formulas", "text/csv", in_query("query", "a query"))
        },
        "/query/neighbours": {
            "get": told("one step from a thing", "application/json", in_query("of", "its IRI"))
        },
        "/query/answer": {"post": told("some rows of an answer", "application/json")},
        "/query/check": {"post": told("what is wrong with a query", "application/json")},
        "/query/link": {"post": told("a short address of a query", "application/json")},
        "/q/{address}": {"get": page("a kept query", in_path("address", "as a link has it"))},
    }


def _thing(about: str, status: int) -> dict[str, Any]:
    parameters = [
        in_path("kind", "what it is", schema={"type": "string", "enum": list(KINDS)}),
        in_path("slug", "its name, perhaps with a suffix such as `.ttl`"),
    ]
    content = forms(PAGES) if status == 200 else forms(["text/html"])
    return operation(about, parameters, {str(status): {"description": about, "content": content}})


def _template(about: str, media_type: str) -> dict[str, Any]:
    answers = {"200": {"description": about, "content": forms([media_type])}}
    return operation(about, [in_path("name", "such as `claim`")], answers)


def _dump() -> dict[str, Any]:
    names = {"type": "string", "enum": list(DUMPS)}
    data = {"application/gzip": {"schema": {"type": "string", "format": "binary"}}}
    found = {"200": {"description": "the newest generation in one file", "content": data}}
    return operation("a dump", [in_path("name", "the file", schema=names)], found)
