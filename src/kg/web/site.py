"""The home page and search."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, render_template, request

from kg.namespaces import compact
from kg.sparql.names import Hit, names_of
from kg.web.addresses import href, split_iri, thing_iri
from kg.web.asking import Asking, query_text, without_header
from kg.web.facts import Text, Thing

_FEWEST_CHARACTERS = 2
_MOST_HITS = 60
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
        long_enough = len(needle) >= _FEWEST_CHARACTERS
        hits = names_of(asking.store).search(needle) if long_enough else []
        found = [_shown(hit) for hit in hits[:_MOST_HITS]]
        return render_template(
            "search.html", needle=needle, found=found, all=len(hits), fewest=_FEWEST_CHARACTERS
        )

    return bp


def _thing(asking: Asking, term: ox.NamedNode | ox.Literal) -> Thing:
    label = asking.label(term.value)
    return Thing(term.value, label or compact(term.value), href(term.value))


def _shown(hit: Hit) -> tuple[str, Thing, Text | None]:
    """Sort, link, and the name that matched where it is not the label."""
    parts = split_iri(hit.thing.iri)
    label, name = hit.thing.label, hit.name
    sort = parts[0].replace("-", " ") if parts else "term"
    also = None if name.text == label else Text(name.text, name.language or None)
    return sort, Thing(hit.thing.iri, label, href(hit.thing.iri)), also
