"""The home page."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, render_template

from kg.messages import marked
from kg.namespaces import compact
from kg.web.addresses import href, thing_iri
from kg.web.asking import Asking, query_text, without_header
from kg.web.facts import Thing

EXAMPLE = "two-claims"
STARTS = (
    ("event", "tegh-firefight", marked("the firefight near Tegh")),
    ("place", "nagorno-karabakh", marked("Nagorno-Karabakh")),
    ("document", "article-000", marked("a document, sentence by sentence")),
)
"""Kind and slug of things to look at first, and the words of the link; left out where absent."""


def blueprint(asking: Asking) -> Blueprint:
    """Pages that belong to no thing."""
    bp = Blueprint("site", __name__)

    @bp.get("/")
    def home() -> str:
        """What this is, with live counts and one query that shows the point."""
        counted = asking.counted.counts()
        answers = [
            {name: _thing(asking, term) for name, term in row.items()}
            for row in asking.kept(EXAMPLE)
        ]
        return render_template(
            "home.html",
            counts=counted.whole if counted else None,
            example=without_header(query_text(EXAMPLE)),
            answers=answers,
            starts=[start for start in STARTS if asking.label(thing_iri(*start[:2]))],
        )

    return bp


def _thing(asking: Asking, term: ox.NamedNode | ox.Literal) -> Thing:
    label = asking.label(term.value)
    return Thing(term.value, label or compact(term.value), href(term.value))
