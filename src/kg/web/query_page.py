"""The query page: a text area, a run button, a table; it works without JavaScript."""

from __future__ import annotations

import time
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError, NotFoundError, QueryError
from kg.sparql.errors import excerpt
from kg.sparql.examples import examples
from kg.sparql.formats import FORMATS
from kg.sparql.guard import check
from kg.sparql.service import LIMITS, answer
from kg.web.access import asker, cancel
from kg.web.asking import Asking, without_header
from kg.web.protocol import Asked, asked
from kg.web.results import Table, briefly, solutions_table, triples_table

_READ_AS: Final = {
    "SELECT": "application/sparql-results+json",
    "ASK": "application/sparql-results+json",
    "CONSTRUCT": "application/n-triples",
    "DESCRIBE": "application/n-triples",
}
LABEL_SECONDS: Final = 1.0
"""So long labels are looked up for one answer; what has none then is shown by its name."""

NAMES: Final = {
    "json": "JSON",
    "xml": "XML",
    "csv": "CSV",
    "tsv": "TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdfxml": "RDF/XML",
    "jsonld": "JSON-LD",
    "nq": "N-Quads",
    "trig": "TriG",
}


def blueprint(asking: Asking) -> Blueprint:
    """The page over a store."""
    bp = Blueprint("query", __name__)

    @bp.route("/query", methods=["GET", "POST"])
    def page() -> BaseResponse:
        """The form, and below it the answer to what was asked."""
        return respond(asking, asked(request))

    return bp


def respond(asking: Asking, question: Asked) -> BaseResponse:
    """The page for a query, or the empty form."""
    g.query = question.text or ""
    shown: dict[str, Any] = {"text": g.query, "graphs": question.graphs}
    shown["release"] = question.release
    status = 200
    if question.text is None:
        shown["examples"] = [(e, without_header(e.text)) for e in examples()]
    else:
        try:
            shown |= _asked(asking, question, question.text)
        except (InputError, NotFoundError) as error:
            status = 404 if isinstance(error, NotFoundError) else 400
            place = excerpt(error, question.text) if isinstance(error, QueryError) else ""
            shown |= {"error": error, "excerpt": place}
    return Response(render_template("query.html", **shown), status, mimetype="text/html")


def _asked(asking: Asking, question: Asked, text: str) -> dict[str, Any]:
    form = check(text, LIMITS, service=asking.services is not None).form
    started = time.perf_counter()
    found = answer(
        asking.store_of(question.release),
        text,
        accept=_READ_AS.get(form),
        dataset=question.dataset,
        asker=asker(),
        cancel=cancel(),
        services=asking.services,
    )
    read = solutions_table if form in ("SELECT", "ASK") else triples_table
    table: Table = read(found.stream, briefly(asking.label, LABEL_SECONDS))
    return {
        "table": table,
        "warnings": found.warnings,
        "milliseconds": round(1000 * (time.perf_counter() - started)),
        "downloads": _downloads(question, form),
    }


def _downloads(question: Asked, form: str) -> list[tuple[str, str]]:
    asked_for = [("query", question.text or ""), *question.graphs]
    address = url_for("sparql.endpoint")
    return [
        (NAMES[f.name], f"{address}?{urlencode([*asked_for, ('format', f.name)])}")
        for f in FORMATS[form]
    ]
