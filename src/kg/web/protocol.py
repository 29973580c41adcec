"""What a request asks of the endpoint, by the SPARQL 1.1 Protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from flask import Request, abort
from werkzeug.datastructures import MultiDict

from kg.errors import InputError, UnsupportedMediaError
from kg.store.interface import WHOLE, Dataset

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
READ_ONLY: Final = "This endpoint answers queries only; nothing can be changed through it."


@dataclass(frozen=True)
class Asked:
    """A query, or None where the request has none; `graphs` are its graph parameters as given."""

    text: str | None
    dataset: Dataset
    wanted: str | None
    graphs: tuple[tuple[str, str], ...] = ()


def asked(request: Request) -> Asked:
    """Read a request by GET, by POST of a form, or by POST of the query itself."""
    if request.method != "POST":
        return _from_parameters(request.args, request.args)
    if request.mimetype == FORM:
        return _from_parameters(request.form, request.args)
    if request.mimetype == UPDATE:
        abort(403, READ_ONLY)
    if request.mimetype == QUERY:
        if "query" in request.args:
            raise _twice()
        return _with_text(_body(request), request.args, request.args)
    raise UnsupportedMediaError(
        f"a query cannot be posted as {request.mimetype or 'a body without Content-Type'}",
        hint=f"send it as {QUERY}, or as {FORM} in the field query",
    )


def _from_parameters(parameters: MultiDict[str, str], in_address: MultiDict[str, str]) -> Asked:
    if "update" in parameters or "update" in in_address:
        abort(403, READ_ONLY)
    texts = parameters.getlist("query")
    if len(texts) > 1 or (parameters is not in_address and texts and "query" in in_address):
        raise _twice()
    text = texts[0] if texts and texts[0].strip() else None
    return _with_text(text, parameters, in_address)


def _twice() -> InputError:
    return InputError("the query is given more than once", hint="ask one at a time")


def _with_text(
    text: str | None, parameters: MultiDict[str, str], in_address: MultiDict[str, str]
) -> Asked:
    default = parameters.getlist("default-graph-uri")
    named = parameters.getlist("named-graph-uri")
    graphs = [("default-graph-uri", iri) for iri in default]
    graphs += [("named-graph-uri", iri) for iri in named]
    dataset = Dataset(_graphs(default), _graphs(named)) if graphs else WHOLE
    wanted = parameters.get("format") or in_address.get("format") or None
    return Asked(text, dataset, wanted, tuple(graphs))


def _graphs(iris: list[str]) -> tuple[ox.NamedNode, ...]:
    try:
        return tuple(ox.NamedNode(iri) for iri in iris)
    except ValueError as error:
        raise InputError(
            f"the name of a graph is not an IRI: {error}",
            hint="for example https://w3id.org/conflict-kg/graph/consensus",
        ) from error


def _body(request: Request) -> str | None:
    try:
        text = request.get_data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("the query is not in UTF-8", hint="encode it as UTF-8") from error
    return text if text.strip() else None
