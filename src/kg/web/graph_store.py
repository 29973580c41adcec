"""The SPARQL 1.1 Graph Store Protocol at `/data`: whole graphs are read and written by their names.

A graph is named indirectly (`?graph=IRI`, `?default`), or directly: `/data/curated` is
`graph:curated`. What is sent is parsed where the store prepares changes, never here.
"""

from __future__ import annotations

import re
import uuid
from contextlib import closing
from dataclasses import replace
from typing import Final, TypeAlias
from urllib.parse import unquote

import pyoxigraph as ox
from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError
from kg.namespaces import GRAPH
from kg.sparql.formats import GRAPHS, graph_media_type
from kg.store.graphs import no_graph
from kg.store.interface import Dataset, Generation, GraphChange, Upload
from kg.store.workflow import refuse_drafts
from kg.tokens import Scope
from kg.web.access import asker, cancel, needed
from kg.web.asking import Asking, query_text
from kg.web.protocol import at_least, refuse_encodings
from kg.web.streams import GENERATION, streamed
from kg.web.writing import committed

Name: TypeAlias = ox.NamedNode | ox.DefaultGraph

MULTIPART: Final = "multipart/form-data"
_TRUTH: Final = "application/sparql-results+json"
_OURS: Final = re.compile(r"([0-9]{1,15})-[a-z]+")
"""Our tags: a generation and a form."""
_SUFFIXES: Final = {each.media_type: each.suffix for each in GRAPHS}


def blueprint(asking: Asking) -> Blueprint:
    """The graph store over a store."""
    bp = Blueprint("graph_store", __name__)

    @bp.get("/data")
    @bp.get("/data/<path:name>")
    def read(name: str | None = None) -> BaseResponse:
        """The triples of a graph, in the form that the client likes best."""
        return _read(asking, _named(name))

    @bp.put("/data")
    @bp.put("/data/<path:name>")
    def put(name: str | None = None) -> BaseResponse:
        """Replace a graph."""
        return _written(asking, _named(name), "a graph replaced over HTTP", replaces=True)

    @bp.post("/data")
    @bp.post("/data/<path:name>")
    def post(name: str | None = None) -> BaseResponse:
        """Add to a graph; one that is not named is new."""
        if name is None and not {"default", "graph"} & set(request.args):
            name = uuid.uuid4().hex
            response = _written(asking, ox.NamedNode(GRAPH[name]), "a new graph over HTTP")
            response.headers["Location"] = url_for("graph_store.read", name=name, _external=True)
            return response
        return _written(asking, _named(name), "triples added over HTTP")

    @bp.delete("/data")
    @bp.delete("/data/<path:name>")
    def delete(name: str | None = None) -> BaseResponse:
        """Delete a graph."""
        token = needed(Scope.WRITE)
        change = _conditional(GraphChange(_named(name), replaces=True))
        return committed(asking, change, token, "a graph deleted over HTTP")

    return bp


def _named(name: str | None) -> Name:
    """The graph that the address names; `InputError` unless that is exactly one."""
    given, default = request.args.getlist("graph"), "default" in request.args
    if len(given) + default + (name is not None) != 1:
        raise InputError(
            "the address names one graph",
            hint="/data?graph=IRI, /data?default, or /data/curated for graph:curated",
        )
    if default:
        return ox.DefaultGraph()
    iri = _ours(given[0]) if name is None else GRAPH[name]
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise InputError(
            f"the name of a graph is not an IRI: {error}", hint="it begins with a scheme"
        ) from error


def _ours(iri: str) -> str:
    """The name of a graph; its address here stands for it, too."""
    here = url_for("graph_store.read", _external=True) + "/"
    return GRAPH[unquote(iri.removeprefix(here))] if iri.startswith(here) else iri


def _read(asking: Asking, name: Name) -> BaseResponse:
    refuse_drafts(_only(name), asker())
    store, wanted = asking.store, asking.own_writes.at_least(asker(), at_least(request))
    media_type = graph_media_type(request.headers.get("Accept"))
    generation = store.generation()
    is_new_enough = wanted is None or wanted <= generation
    if isinstance(name, ox.NamedNode) and not _exists(asking, name):
        raise no_graph(name)
    if is_new_enough and request.if_none_match.contains_weak(_tag(generation, media_type)):
        return _tagged(Response(status=304), generation, media_type)
    stream = store.query(
        query_text("graph"),
        accept=media_type,
        dataset=_only(name),
        at_least=wanted,
        asker=asker(),
        cancel=cancel(),
    )
    return _tagged(streamed(stream), stream.generation, media_type)


def _exists(asking: Asking, name: Name) -> bool:
    """Whether a graph has triples."""
    stream = asking.store.query(
        query_text("graph-exists"),
        accept=_TRUTH,
        dataset=_only(name),
        at_least=asking.own_writes.at_least(asker(), at_least(request)),
        asker=asker(),
        cancel=cancel(),
    )
    found = ox.parse_query_results(b"".join(stream), ox.QueryResultsFormat.JSON)
    return isinstance(found, ox.QueryBoolean) and bool(found)


def _only(name: Name) -> Dataset:
    """The dataset whose default graph is this one; no graph can be reached by name."""
    return Dataset(None if isinstance(name, ox.DefaultGraph) else (name,), ())


def _tag(generation: Generation, media_type: str) -> str:
    return f"{generation}-{_SUFFIXES[media_type]}"


def _tagged(response: Response, generation: Generation, media_type: str) -> Response:
    response.set_etag(_tag(generation, media_type))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept"
    response.headers[GENERATION] = str(generation)
    return response


def _written(asking: Asking, name: Name, words: str, *, replaces: bool = False) -> BaseResponse:
    """Commit what is sent: 201 where the graph was not there before, else 200."""
    token = needed(Scope.WRITE)
    change = _conditional(GraphChange(name, _uploads(), replaces))
    was_there = _exists(asking, name)
    response = committed(asking, change, token, words)
    response.status_code = 200 if was_there else 201
    return response


def _uploads() -> tuple[Upload, ...]:
    """The body of the request, or the files of its form."""
    if request.mimetype != MULTIPART:
        refuse_encodings(request)
        return (Upload(request.get_data(), request.content_type or ""),)
    files = [file for _, file in request.files.items(multi=True)]
    if not files or request.form:
        raise InputError(
            "a form has files, and nothing but files",
            hint="each part has a file name and a Content-Type, such as text/turtle",
        )
    return tuple(_upload(file) for file in files)


def _upload(file: FileStorage) -> Upload:
    with closing(file):
        return Upload(file.read(), file.content_type or "")


def _conditional(change: GraphChange) -> GraphChange:
    """A change under the conditions of the request (RFC 9110, section 13)."""
    matching, other = request.if_match, request.if_none_match
    if matching.star_tag:
        change = replace(change, present=True)
    elif matching:
        change = replace(change, generations=_generations(matching.as_set()))
    if other.star_tag:
        change = replace(change, present=False)
    elif other:
        raise InputError(
            "a write under If-None-Match knows `*` only", hint="If-Match names a state by its ETag"
        )
    return change


def _generations(tags: set[str]) -> tuple[Generation, ...]:
    """The generations that tags of ours name; tags of others name none."""
    found = (_OURS.fullmatch(tag) for tag in tags)
    return tuple(sorted({int(match[1]) for match in found if match}))
