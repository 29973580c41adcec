"""For machines that come by: the description of the dataset, dumps, sitemaps, graphs by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

import pyoxigraph as ox
from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.namespaces import BASE, PREFIXES
from kg.publication.description import (
    ABOUT,
    DATASET,
    Site,
    description,
    graph_description,
)
from kg.publication.dumps import DUMPS, dump_of
from kg.publication.statistics import statistics_of
from kg.sparql.names import UNNAMED, kind_of, names_of
from kg.store.interface import Store
from kg.web.addresses import local_path
from kg.web.formats import JSON, RDF_FORMS, Form, chosen, described, split_suffix

ADDRESSES: Final = 50_000
"""At most so many stand in one sitemap; its protocol allows no more."""

ROBOTS: Final = """User-agent: *
Disallow: /sparql
Disallow: /search
Disallow: /validate
Crawl-delay: 1
Sitemap: {root}/sitemap.xml
"""

_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def blueprint(store: Store) -> Blueprint:
    """What describes the whole."""
    bp = Blueprint("published", __name__)

    @bp.get("/.well-known/void")
    @bp.get("/.well-known/void.<suffix>")
    def void(suffix: str | None = None) -> BaseResponse:
        """VoID and DCAT; Turtle where the client has no wish."""
        form = _rdf_form(suffix)
        log = store.log()
        found = description(statistics_of(store), log[-1] if log else None, Site(_root()))
        return described(_written(found, form), form, ABOUT)

    @bp.get("/dumps/<name>")
    def dump(name: str) -> BaseResponse:
        """A dump of the newest generation."""
        if name not in DUMPS:
            abort(404, f"There is no dump {name!r}; there are {', '.join(DUMPS)}.")
        file = dump_of(store, DUMPS[name])
        generation = file.parent.name
        response = send_file(
            file,
            "application/gzip",
            as_attachment=True,
            download_name=name,
            etag=f"{name}-{generation}",
        )
        response.headers["X-KG-Generation"] = generation
        response.headers["Link"] = f'<{DATASET.value}>; rel="describedby"'
        return response

    @bp.get("/graph/<name>")
    def graph(name: str) -> BaseResponse:
        """What a named graph is and holds."""
        name, suffix = split_suffix(name)
        iri = f"{PREFIXES['graph']}{name}"
        counts = statistics_of(store).graphs.get(iri)
        if counts is None:
            abort(404, f"There is no graph {name!r}, or nothing is in it.")
        form = chosen(suffix, request.accept_mimetypes)
        if form.written_as:
            return described(_written(graph_description(iri, counts), form), form, iri)
        html = render_template("graph.html", iri=iri, name=name, counts=counts)
        return described(html, form, iri)

    @bp.get("/sitemap.xml")
    def sitemaps() -> BaseResponse:
        """The list of sitemaps."""
        parts = range(-(-len(_things(store)) // ADDRESSES) or 1)
        places = (url_for("published.sitemap", part=part, _external=True) for part in parts)
        rows = "".join(f"<sitemap><loc>{escape(place)}</loc></sitemap>\n" for place in places)
        return _xml(f"<sitemapindex {_SITEMAP}>\n{rows}</sitemapindex>\n")

    @bp.get("/sitemap-<int:part>.xml")
    def sitemap(part: int) -> BaseResponse:
        """The pages of some things."""
        found = _things(store)[part * ADDRESSES : (part + 1) * ADDRESSES]
        if not found and part:
            abort(404, "There is no such sitemap.")
        origin = request.host_url.rstrip("/")
        places = [_root() + "/"] if not part else []
        places += [origin + path for iri in found if (path := local_path(iri)) is not None]
        rows = "".join(f"<url><loc>{escape(place)}</loc></url>\n" for place in places)
        return _xml(f"<urlset {_SITEMAP}>\n{rows}</urlset>\n")

    @bp.get("/robots.txt")
    def robots() -> BaseResponse:
        """What crawlers may read: everything that is not computed for each request."""
        return Response(ROBOTS.format(root=_root()), mimetype="text/plain")

    return bp


def _root() -> str:
    return request.root_url.rstrip("/")


def _rdf_form(suffix: str | None) -> Form:
    """The form that is asked for, Turtle instead of a page."""
    if suffix is not None and suffix not in {form.suffix for form in (*RDF_FORMS, JSON)}:
        abort(404, f"The description is not served as {suffix!r}.")
    form = chosen(suffix, request.accept_mimetypes)
    return form if form.written_as else RDF_FORMS[0]


def _written(triples: Iterable[ox.Triple], form: Form) -> bytes:
    found = ox.RdfFormat.from_media_type(form.written_as or "")
    if found is None:
        raise TypeError(f"{form.written_as} is no form of RDF")
    return ox.serialize(triples, format=found, prefixes=PREFIXES) or b""


def _things(store: Store) -> list[str]:
    """What has a page of its own."""
    return [iri for iri in names_of(store).iris() if iri.startswith(BASE) and _has_page(iri)]


def _has_page(iri: str) -> bool:
    kind = kind_of(iri)
    return bool(kind) and kind not in UNNAMED


def _xml(body: str) -> BaseResponse:
    response = Response(_XML + body, mimetype="application/xml")
    response.add_etag()
    return response.make_conditional(request)
