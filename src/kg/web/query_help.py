"""What the editor of queries asks for: the terms to complete, and what is wrong with a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import pyoxigraph as ox
from flask import Blueprint, Response, jsonify, request
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError, QueryError
from kg.namespaces import BASE, PREFIXES, compact
from kg.publication.usage import Usage
from kg.sparql.advice import Advice
from kg.sparql.errors import explain, fault, problem
from kg.sparql.guard import check
from kg.sparql.service import LIMITS, advice_on
from kg.web.asking import Asking
from kg.web.facts import Facts
from kg.web.neighbours import step
from kg.web.protocol import asked

_CLASSES: Final = (OWL.Class, RDFS.Class)
_PROPERTIES: Final = (OWL.ObjectProperty, OWL.DatatypeProperty, RDF.Property)
_OF_CLASS: Final = 60
"""At most so many properties of one class are told, those that it uses most."""


def blueprint(asking: Asking) -> Blueprint:
    """Help with writing queries, over a store."""
    bp = Blueprint("query_help", __name__)

    @bp.get("/query/schema.json")
    def schema() -> BaseResponse:
        """Prefixes, and the classes and properties that the data uses."""
        facts = asking.facts("ontology")
        usage = asking.counted.usage() or _all_terms(facts)
        response = jsonify(_schema(usage, facts))
        response.headers["Cache-Control"] = "no-cache"
        response.set_etag(f"{usage.generation}-{asking.store.generation()}")
        return response.make_conditional(request)

    @bp.get("/query/neighbours")
    def beside() -> Response:
        """What is one step away from a thing, for the picture of an answer."""
        entity = _named(request.args.get("of", ""))
        response = jsonify(asking.once("step", entity.value, lambda: step(asking, entity)))
        response.headers["Cache-Control"] = "no-cache"
        return response

    @bp.post("/query/check")
    def checked() -> Response:
        """What is wrong with a query that is not run, or warnings about it, with their places.

        A fault is an answer here and no error: the question was whether there is one.
        """
        text = asked(request).text or ""
        try:
            return jsonify({"warnings": _warnings(asking, text), "fault": None})
        except QueryError as error:
            return jsonify({"warnings": [], "fault": problem(error, text)})

    return bp


def _named(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise InputError(
            f"of names no thing: {error}", hint=f"for example of={BASE}id/state/armenia"
        ) from error


def _warnings(asking: Asking, text: str) -> tuple[Advice, ...]:
    """The warnings about a query; raises `QueryError` for one that cannot be asked."""
    scan = check(text, LIMITS, service=asking.services is not None)
    if not scan.form:
        raise explain(QueryError("no query form was found"), text)
    if wrong := fault(text):
        raise wrong
    return advice_on(asking.store, scan, asking.store.generation())


def _all_terms(facts: Facts) -> Usage:
    """All terms that there are, as long as nobody has counted which of them are used."""
    classes, properties = (
        {iri: 0 for sort in sorts for iri in facts.subjects(str(RDF.type), str(sort))}
        for sorts in (_CLASSES, _PROPERTIES)
    )
    return Usage(0, classes, properties, {})


def _schema(usage: Usage, facts: Facts) -> dict[str, Any]:
    return {
        "generation": usage.generation,
        "prefixes": PREFIXES,
        "classes": _terms(usage.classes, facts),
        "properties": _terms(usage.properties, facts),
        "ofClass": {compact(iri): _most_used(used) for iri, used in usage.of_class.items()},
    }


def _terms(counts: Mapping[str, int], facts: Facts) -> list[dict[str, Any]]:
    """Those that have a short name, the most used first."""
    return [
        {
            "name": compact(iri),
            "iri": iri,
            "count": counts[iri],
            "label": facts.text(iri, str(RDFS.label)) or "",
            "definition": facts.text(iri, str(SKOS.definition)) or "",
        }
        for iri in _short(counts)
    ]


def _most_used(counts: Mapping[str, int]) -> list[str]:
    return [compact(iri) for iri in _short(counts)][:_OF_CLASS]


def _short(counts: Mapping[str, int]) -> Iterable[str]:
    return sorted(
        (iri for iri in counts if compact(iri) != iri), key=lambda iri: (-counts[iri], iri)
    )
