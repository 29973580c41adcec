"""The search of the site: a page of hits, and suggestions for what is being typed."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, jsonify, render_template, request

from kg.errors import InputError, LimitError
from kg.namespaces import KINDS
from kg.reconciliation.search import TERM
from kg.reconciliation.service import Answer, Reconciler
from kg.web.addresses import href

FEWEST_CHARACTERS: Final = 2
MOST_CHARACTERS: Final = 200
SUGGESTED: Final = 8
SUGGESTION_SECONDS: Final = 60
"""So long a browser need not ask again what it has asked."""


def blueprint(reconciler: Reconciler, on_a_page: int) -> Blueprint:
    """The addresses of the search, over an index of names and texts."""
    bp = Blueprint("search", __name__)

    @bp.get("/search")
    def page() -> str:
        """What has some words in its names or in what is written of it."""
        needle, kind, number = _needle(), _kind(), _page()
        start = on_a_page * (number - 1)
        found = _ask(reconciler, needle, kind=kind, start=start, limit=on_a_page)
        hits = [{**hit, "href": href(hit["iri"])} for hit in found["hits"]]
        return render_template(
            "search.html",
            needle=needle,
            kind=kind,
            kinds=found["kinds"],
            all=sum(count for _, count in found["kinds"]),
            count=found["count"],
            hits=[hit for hit in hits if not hit["near"]],
            near=[hit for hit in hits if hit["near"]],
            page=number,
            pages=-(-found["count"] // on_a_page),
            fewest=FEWEST_CHARACTERS,
        )

    @bp.get("/search/suggestions")
    def suggestions() -> Response:
        """The best hits for what was typed so far, for the script of the search box.

        While the index is being made there are none, and `again` says to ask once more.
        """
        try:
            found = _ask(reconciler, _needle(), limit=SUGGESTED)
        except LimitError:
            response = jsonify(suggestions=[], again=True)
            response.headers["Cache-Control"] = "no-store"
            return response
        names = ("label", "type", "near", "parts")
        told = [{name: hit[name] for name in names} | {"href": href(hit["iri"])}
                for hit in found["hits"]]  # fmt: skip
        response = jsonify(suggestions=told, again=False)
        response.headers["Cache-Control"] = f"max-age={SUGGESTION_SECONDS}"
        return response

    return bp


def _ask(reconciler: Reconciler, needle: str, **more: Any) -> Answer:
    if len(needle) < FEWEST_CHARACTERS:
        return {"count": 0, "kinds": [], "hits": []}
    return reconciler.ask({"do": "search", "text": needle, **more})


def _needle() -> str:
    return request.args.get("q", "").strip()[:MOST_CHARACTERS]


def _kind() -> str:
    kind = request.args.get("kind", "")
    if kind and kind not in (*KINDS, TERM):
        raise InputError(f"there is no kind {kind!r}", hint=f"one of {', '.join((*KINDS, TERM))}")
    return kind


def _page() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 6 and int(text)):
        raise InputError("page is the number of a page of hits", hint="the first is page=1")
    return int(text)
