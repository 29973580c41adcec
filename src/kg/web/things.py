"""Linked data: `/id/{kind}/{slug}` leads to `/doc/{kind}/{slug}`, a page or RDF by Accept."""

from __future__ import annotations

import pyoxigraph as ox
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kg.web.addresses import split_iri, thing_iri
from kg.web.asking import Asking
from kg.web.citing import FORMS as CITATIONS
from kg.web.citing import citation
from kg.web.formats import chosen, described, split_suffix
from kg.web.missing import not_found
from kg.web.pages import PAGES, TEMPLATES, other
from kg.web.rows import Row
from kg.web.summary import json_ld


def blueprint(asking: Asking) -> Blueprint:
    """The pages and descriptions of all kinds of things."""
    bp = Blueprint("things", __name__)

    @bp.get("/id/<kind>/<path:slug>")
    def identified(kind: str, slug: str) -> Response:
        """A thing is not a page: 303 to what describes it."""
        return redirect(url_for("things.page", kind=kind, slug=slug), 303)

    @bp.get("/doc/<kind>/<path:slug>")
    def page(kind: str, slug: str) -> Response:
        """What we know about a thing, in the form that the client reads."""
        name, suffix = split_suffix(slug)
        iri = thing_iri(kind, name)
        rows = asking.rows("replaced", entity=ox.NamedNode(iri))
        if not rows:
            return not_found(asking, kind, name)
        if (present := _present(rows[0])) is not None:
            ending = slug.removeprefix(name)
            return redirect(
                url_for("things.page", kind=present[0], slug=f"{present[1]}{ending}"), 301
            )
        form = chosen(suffix, request.accept_mimetypes)
        if form.written_as:
            data = asking.read("description", form.written_as, entity=ox.NamedNode(iri))
            return described(data, form, iri)
        context = PAGES.get(kind, other)(asking, iri)
        html = render_template(
            f"{TEMPLATES.get(kind, 'other')}.html",
            iri=iri,
            kind=kind,
            slug=name,
            history=asking.history.of(iri),
            citation=citation(asking.store, kind, name, context["thing"].label),
            citation_forms=CITATIONS,
            summary=json_ld(context["thing"], kind, context["facts"]),
            **context,
        )
        return described(html, form, iri)

    return bp


def _present(row: Row) -> tuple[str, str] | None:
    """Kind and slug of what has taken the place of a thing; None for one that has its own."""
    return split_iri(row["present"].value) if "present" in row else None
