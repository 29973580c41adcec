"""For crawlers: where all pages are, and what is not worth their while."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.namespaces import BASE
from kg.sparql.names import UNNAMED, kind_of, names_of
from kg.store.interface import Store
from kg.web.addresses import local_path

ADDRESSES: Final = 50_000
"""At most so many stand in one sitemap; its protocol allows no more."""

ROBOTS: Final = """User-agent: *
Disallow: /sparql
Disallow: /query?
Disallow: /q/
Disallow: /claims?
Disallow: /search
Disallow: /validate
Disallow: /reconcile
Crawl-delay: 1
Sitemap: {root}/sitemap.xml
"""

_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def blueprint(store: Store) -> Blueprint:
    """Sitemaps and robots.txt."""
    bp = Blueprint("crawlers", __name__)

    @bp.get("/sitemap.xml")
    def sitemaps() -> BaseResponse:
        """The list of sitemaps."""
        parts = range(-(-len(_things(store)) // ADDRESSES) or 1)
        places = (url_for("crawlers.sitemap", part=part, _external=True) for part in parts)
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
