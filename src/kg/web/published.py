"""What describes the whole: the dataset in VoID and DCAT, its dumps, its graphs by name."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
from flask import Blueprint, abort, render_template, request, send_file
from werkzeug.wrappers import Response

from kg.namespaces import PREFIXES
from kg.publication.description import (
    ABOUT,
    DATASET,
    LICENCES,
    description,
    graph_description,
)
from kg.publication.dumps import DUMPS, dump_of
from kg.publication.statistics import GraphStatistics, Statistics
from kg.web.addresses import graph_iri
from kg.web.asking import Asking
from kg.web.formats import JSON, RDF_FORMS, Form, chosen, described, split_suffix


def blueprint(asking: Asking) -> Blueprint:
    """What describes the whole."""
    bp, store = Blueprint("published", __name__), asking.store

    @bp.get("/.well-known/void")
    @bp.get("/.well-known/void.<suffix>")
    def void(suffix: str | None = None) -> Response:
        """VoID and DCAT; Turtle where the client has no wish."""
        form = _rdf_form(suffix)
        log = store.log()
        root = request.root_url.rstrip("/")
        counted = asking.counted.statistics() or Statistics(store.generation(), {})
        found = description(counted, log[-1] if log else None, root)
        return described(_written(found, form), form, ABOUT)

    @bp.get("/dumps/<name>")
    def dump(name: str) -> Response:
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
    def graph(name: str) -> Response:
        """What a named graph is and holds, with the terms that are named after it."""
        name, suffix = split_suffix(name)
        iri = graph_iri(name)
        counted, terms = asking.counted.statistics(), _terms(asking, iri)
        counts = counted.graphs.get(iri) if counted else None
        if counts is None and not terms and not _has_triples(asking, iri):
            abort(404, f"There is no graph {name!r}, or nothing is in it.")
        counts = counts or GraphStatistics()
        form = chosen(suffix, request.accept_mimetypes)
        if form.written_as:
            told = _written([*graph_description(iri, counts), *terms], form)
            return described(told, form, iri)
        licence = LICENCES.get(iri)
        html = render_template("graph.html", iri=iri, name=name, counts=counts, licence=licence)
        return described(html, form, iri)

    return bp


def _has_triples(asking: Asking, graph: str) -> bool:
    return bool(asking.rows("in-graph", graph=ox.NamedNode(graph)))


def _terms(asking: Asking, graph: str) -> list[ox.Triple]:
    """What the ontology says of the terms that only this graph has."""
    found = asking.once("ontology", "", lambda: asking.triples("ontology"))
    return [t for t in found if str(t.subject).startswith(f"<{graph}#")]


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
