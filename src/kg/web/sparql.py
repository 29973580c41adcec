"""The query endpoint: `/sparql` as the SPARQL 1.1 Protocol describes it, and a page in browsers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import chain, islice
from typing import Final

from flask import Blueprint, Response, g, request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError
from kg.sparql.formats import FORMATS, media_type
from kg.sparql.guard import check
from kg.sparql.service import LIMITS, answer
from kg.store.interface import ByteStream, Generation
from kg.web.access import asker, cancel
from kg.web.asking import Asking
from kg.web.protocol import Asked, asked
from kg.web.query_page import respond
from kg.web.writing import updated

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
        question = asked(request)
        g.query = question.text or ""
        if question.update is not None:
            response = updated(asking, question, question.update)
        elif wants_page(question):
            response = respond(asking, question)
        elif question.text is None:
            raise InputError(
                "there is no query",
                hint="send one: GET /sparql?query=…, or POST it as application/sparql-query",
            )
        else:
            response = _answered(asking, question, question.text)
        response.headers["Vary"] = "Accept"
        return response

    return bp


def wants_page(question: Asked) -> bool:
    """Whether a browser asks: HTML is what it likes best, and it names no other format."""
    if question.wanted is not None:
        return question.wanted == "html"
    types = {f.media_type: None for formats in FORMATS.values() for f in formats}
    aliases = {name: None for formats in FORMATS.values() for f in formats for name in f.aliases}
    return request.accept_mimetypes.best_match([*types, *aliases, *HTML]) in HTML


def _answered(asking: Asking, question: Asked, text: str) -> BaseResponse:
    kept = request.method != "POST" and not _CHANGES_BY_ITSELF.search(text)
    kept = kept and not (asking.services and _MAY_ASK_OTHERS.search(text))
    if kept and request.if_none_match.contains(_tag(question, asking.store.generation())):
        return _tagged(Response(status=304), question, asking.store.generation())
    with ExitStack() as evaluating:
        found = answer(
            asking.store,
            text,
            accept=_accept(asking, question, text),
            dataset=question.dataset,
            at_least=question.at_least,
            asker=asker(),
            cancel=cancel(),
            services=asking.services,
        )
        stream = found.stream
        evaluating.callback(stream.close)
        head = _body(stream)
        body = head if isinstance(head, bytes) else _Rest(head, evaluating.pop_all())
    response = Response(body, mimetype=stream.media_type.partition(";")[0])
    response.headers["X-KG-Generation"] = str(stream.generation)
    for warning in found.warnings:
        response.headers.add("Warning", _warning(str(warning)))
    return _tagged(response, question, stream.generation) if kept else response


def _body(stream: ByteStream) -> bytes | Iterator[bytes]:
    """A short answer whole, so that its length can be told and the connection kept."""
    chunks = iter(stream)
    head = list(islice(chunks, 2))
    return b"".join(head) if len(head) < 2 else chain(head, chunks)


class _Rest:
    """The chunks of a long answer, which keeps its worker until it is read or given up."""

    def __init__(self, chunks: Iterator[bytes], held: ExitStack) -> None:
        self._chunks = chunks
        self._held = held

    def __iter__(self) -> Iterator[bytes]:
        with self._held:
            yield from self._chunks

    def close(self) -> None:
        """Give up what has not been sent."""
        self._held.close()


def _accept(asking: Asking, question: Asked, text: str) -> str | None:
    """The `Accept` header, or the media type that `format=` names."""
    if question.wanted is None:
        return request.headers.get("Accept")
    form = check(text, LIMITS, service=asking.services is not None).form
    if "/" in question.wanted or not form:
        return question.wanted
    return media_type(question.wanted, form)


def _tag(question: Asked, generation: Generation) -> str:
    """The same query, graphs and wish on the same generation have the same answer."""
    accept = request.headers.get("Accept", "")
    told = repr((generation, question.text, question.graphs, question.wanted, accept))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _tagged(response: Response, question: Asked, generation: Generation) -> BaseResponse:
    response.set_etag(_tag(question, generation))
    response.headers["Cache-Control"] = "no-cache"
    return response


def _warning(words: str) -> str:
    quoted = words.replace("\\", "\\\\").replace('"', "'").encode("latin-1", "replace")
    return f'299 - "{quoted.decode("latin-1")}"'
