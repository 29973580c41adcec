"""Atom feeds of what was changed, overall and for each thing."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.web.addresses import thing_iri
from kg.web.asking import Asking
from kg.web.history import Change
from kg.web.missing import not_found

ATOM: Final = "application/atom+xml"
ENTRIES: Final = 50
"""So many changes are in a feed, the newest."""

NEVER: Final = "1970-01-01T00:00:00+00:00"
"""When a feed without entries was changed, since Atom asks for a time."""


def blueprint(asking: Asking) -> Blueprint:
    """The addresses of feeds."""
    bp = Blueprint("feeds", __name__)

    @bp.get("/feeds/changes.atom")
    def all_accepted() -> BaseResponse:
        """The newest changes of data."""
        return _feed("Accepted changes", asking.history.newest(ENTRIES))

    @bp.get("/feeds/<kind>/<path:slug>.atom")
    def of_thing(kind: str, slug: str) -> BaseResponse:
        """The newest changes of one thing."""
        iri = thing_iri(kind, slug)
        found = asking.history.of(iri)
        if not found and not asking.exists(iri):
            return not_found(asking, kind, slug)
        return _feed(f"Changes of {asking.label(iri) or slug}", found[:ENTRIES])

    return bp


def _feed(title: str, changes: list[Change]) -> BaseResponse:
    xml = render_template(
        "feed.xml",
        title=title,
        here=request.base_url,
        site=url_for("site.home", _external=True),
        updated=changes[0].entry.time if changes else NEVER,
        changes=changes,
    )
    response = Response(xml, mimetype=ATOM)
    response.add_etag()
    return response.make_conditional(request)
