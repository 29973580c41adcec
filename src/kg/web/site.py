"""The home page, search, and the word that the server is well."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from kg.namespaces import KINDS
from kg.web.addresses import href, short_name, split_iri, thing_iri
from kg.web.asking import Asking, query_text, without_header
from kg.web.facts import Thing

_FEWEST_CHARACTERS = 2
EXAMPLE = "two-claims"
STARTS = (
    ("event", "tegh-firefight", "the firefight near Tegh"),
    ("place", "nagorno-karabakh", "Nagorno-Karabakh"),
    ("document", "article-000", "a document, sentence by sentence"),
)
"""Kind and slug of things to look at first, and the words of the link; left out where absent."""


def blueprint(asking: Asking) -> Blueprint:
    """Pages that belong to no thing."""
    bp = Blueprint("site", __name__)

    @bp.get("/")
    def home() -> str:
        """What this is, with live counts and one query that shows the point."""
        counts = {name: term.value for name, term in asking.kept("counts")[0].items()}
        answers = [
            {name: _thing(asking, term) for name, term in row.items()}
            for row in asking.kept(EXAMPLE)
        ]
        return render_template(
            "home.html",
            counts=counts,
            example=without_header(query_text(EXAMPLE)),
            answers=answers,
            starts=[start for start in STARTS if asking.exists(thing_iri(*start[:2]))],
        )

    @bp.get("/search")
    def search() -> str:
        """Names and claims that contain some words."""
        needle = request.args.get("q", "").strip()[:200]
        found: list[tuple[str, Thing, str]] = []
        if len(needle) >= _FEWEST_CHARACTERS:
            rows = asking.rows("search", needle=ox.Literal(needle))
            found = [_hit(asking, row["entity"].value, row["match"].value) for row in rows]
        return render_template("search.html", needle=needle, found=found, fewest=_FEWEST_CHARACTERS)

    @bp.get("/healthz")
    def health() -> BaseResponse:
        """The store answers; its generation says which state it is in."""
        response: Response = jsonify(status="ok", generation=asking.store.generation())
        response.headers["Cache-Control"] = "no-store"
        return response

    return bp


def _thing(asking: Asking, term: ox.NamedNode | ox.Literal) -> Thing:
    label = asking.label(term.value)
    return Thing(term.value, label or short_name(term.value), href(term.value))


def _hit(asking: Asking, iri: str, match: str) -> tuple[str, Thing, str]:
    """Sort, link, and the name that matched where the label does not say it."""
    parts = split_iri(iri)
    label = asking.label(iri) or match
    sort = parts[0] if parts and parts[0] in KINDS else "term"
    return sort.replace("-", " "), Thing(iri, label, href(iri)), "" if match == label else match
