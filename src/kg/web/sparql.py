"""The query endpoint: `/sparql` as the SPARQL 1.1 Protocol describes it, and a page in browsers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, request, url_for
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError, NotAcceptableError
from kg.geo import functions
from kg.namespaces import DEFAULT_UNION
from kg.sparql.deviations import DEVIATIONS
from kg.sparql.formats import FORMATS, REMEMBERED, graph_media_type, media_type
from kg.sparql.guard import check
from kg.sparql.service import LIMITS, Answer, answer
from kg.store.answers import EXPLANATION
from kg.store.interface import Cancel, Generation
from kg.web.access import TOKENS, asker, cancel
from kg.web.asking import Asking
from kg.web.protocol import Asked, asked
from kg.web.query_page import respond
from kg.web.service_description import Service, description
from kg.web.streams import streamed
from kg.web.writing import updated

EXPLAIN: Final = "explain"
"""The `format` that is no form of the answer but how it came about."""

BEGUN: Final = "kg.begun"
"""In the environ: what gives or raises what came of a query that was asked already."""

HTML: Final = ("text/html", "application/xhtml+xml")
_CHANGES_BY_ITSELF: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)
_MAY_ASK_OTHERS: Final = re.compile(r"SERVICE|\\u", re.IGNORECASE)
"""An escape may stand for a letter of the word."""


def blueprint(asking: Asking) -> Blueprint:
    """The endpoint over a store."""
    bp = Blueprint("sparql", __name__)

    @bp.route("/sparql", methods=["GET", "POST"])
    def endpoint() -> BaseResponse:
        """Answer one query."""
        response: BaseResponse
        question = asked(request)
        g.query = question.text or ""
        if question.update is not None:
            response = updated(asking, question, question.update)
        elif wants_page(question, request):
            response = respond(asking, question)
        elif question.text is None:
            response = _described(asking, question)
        else:
            response = _answered(asking, question, question.text)
        response.headers["Vary"] = "Accept"
        return response

    return bp


def wants_page(question: Asked, request: Request) -> bool:
    """Whether a browser asks: HTML is what it likes best, and it names no other format."""
    if question.wanted is not None:
        return question.wanted == "html"
    accept = request.headers.get("Accept", "")
    return (_likes_page if len(accept) <= REMEMBERED else _likes_page.__wrapped__)(accept)


@lru_cache(1_000)
def _likes_page(accept: str) -> bool:
    types = {f.media_type: None for formats in FORMATS.values() for f in formats}
    aliases = {name: None for formats in FORMATS.values() for f in formats for name in f.aliases}
    offered = [*types, *aliases, *HTML]
    return parse_accept_header(accept, MIMEAccept).best_match(offered) in HTML


def _described(asking: Asking, question: Asked) -> BaseResponse:
    """The service description, for those who ask for RDF and have no query."""
    if request.method == "POST":
        raise _without_query()
    try:
        wanted = graph_media_type(accepted(asking, question, request))
    except NotAcceptableError as error:
        raise _without_query() from error
    generation = asking.store.generation()
    graphs = [row["graph"] for row in asking.kept("graphs")]
    able = asking.store.capabilities
    service = Service(
        endpoint=url_for("sparql.endpoint", _external=True),
        updates=current_app.config[TOKENS] is not None and able.writable,
        union=DEFAULT_UNION if able.union_default_graph else (),
        graphs=[graph for graph in graphs if isinstance(graph, ox.NamedNode)],
        notes=(*able.notes, *(DEVIATIONS if able.own_engine else ())),
        functions=functions.IRIS if able.own_engine else (),
    )
    response = Response(description(service, wanted), mimetype=wanted)
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(f"{generation}-{wanted}")
    return response.make_conditional(request)


def _without_query() -> InputError:
    return InputError(
        "there is no query",
        hint="send one: GET /sparql?query=…, or POST it as application/sparql-query",
    )


def _answered(asking: Asking, question: Asked, text: str) -> BaseResponse:
    accept = accepted(asking, question, request)
    store = asking.store_of(question.release)
    at_least = asking.own_writes.at_least(asker(), question.at_least)
    at_least = at_least if question.release is None else None
    if request.if_none_match:
        generation = store.generation()
        tag = tag_of(asking, question, request, generation)
        is_new_enough = generation >= (at_least or 0)
        if tag is not None and is_new_enough and request.if_none_match.contains_weak(tag):
            return _tagged(Response(status=304), tag)
    begun: Callable[[Cancel | None], Answer] | None = request.environ.get(BEGUN)
    found = (
        begun(cancel())
        if begun is not None
        else answer(
            store,
            text,
            accept=accept,
            dataset=question.dataset,
            at_least=at_least,
            asker=asker(),
            cancel=cancel(),
            services=asking.services,
        )
    )
    return told_as(found, asking, question, request)


def told_as(found: Answer, asking: Asking, question: Asked, request: Request) -> BaseResponse:
    """An answer as the response to a request."""
    response = streamed(found.stream)
    for warning in found.warnings:
        response.headers.add("Warning", _warning(str(warning)))
    response.headers["Vary"] = "Accept"
    tag = tag_of(asking, question, request, found.stream.generation)
    return response if tag is None else _tagged(response, tag)


def may_be_kept(asking: Asking, text: str, accept: str | None) -> bool:
    """Whether the same query has the same answer on the same generation."""
    if _CHANGES_BY_ITSELF.search(text) or accept == EXPLANATION:  # which has times
        return False
    return not (asking.services and _MAY_ASK_OTHERS.search(text))


def accepted(asking: Asking, question: Asked, request: Request) -> str | None:
    """The `Accept` header, or the media type that `format=` names; without text, of a graph."""
    text = question.text
    if question.wanted is None:
        return request.headers.get("Accept")
    if question.wanted == EXPLAIN and text:
        return EXPLANATION
    form = check(text, LIMITS, service=asking.services is not None).form if text else "CONSTRUCT"
    if "/" in question.wanted or not form:
        return question.wanted
    return media_type(question.wanted, form)


def tag_of(asking: Asking, question: Asked, request: Request, generation: Generation) -> str | None:
    """The same query, graphs and wish on the same generation have the same answer, and this tag.

    None for what was posted, and where the next answer may be another.
    """
    accept, text = accepted(asking, question, request), question.text or ""
    if request.method == "POST" or not may_be_kept(asking, text, accept):
        return None
    given = request.headers.get("Accept", "")
    told = repr((generation, question.text, question.graphs, question.wanted, given))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _tagged(response: Response, tag: str) -> BaseResponse:
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _warning(words: str) -> str:
    quoted = words.replace("\\", "\\\\").replace('"', "'").encode("latin-1", "replace")
    return f'299 - "{quoted.decode("latin-1")}"'
