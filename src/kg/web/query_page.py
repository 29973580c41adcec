"""The query page: an editor, a run button, an answer; it works without JavaScript."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import InputError, NotFoundError, QueryError
from kg.permalinks import Permalink
from kg.sparql.errors import excerpt
from kg.sparql.examples import gallery
from kg.sparql.guard import check
from kg.sparql.service import LIMITS, answer
from kg.store.interface import ByteStream
from kg.web.access import asker, cancel
from kg.web.asking import Asking, without_header
from kg.web.editor import page_with_editor
from kg.web.explained import explained
from kg.web.protocol import Asked, asked
from kg.web.query_answer import READ_AS, members, shown, wanted_rows
from kg.web.results import ROWS_SHOWN, SORTED_ROWS
from kg.web.spreadsheets import sheet

ROWS_AT_ONCE: Final = 100
"""So many rows the script asks for at once; pictures ask for `AnswerSizes.rows`."""


@dataclass(frozen=True)
class AnswerSizes:
    """The most rows that one request for a page of an answer gets, and that are sorted."""

    rows: int = 5_000
    sorted_rows: int = SORTED_ROWS


ANSWER_SIZES: Final = AnswerSizes()


def blueprint(asking: Asking, sizes: AnswerSizes) -> Blueprint:
    """The page over a store."""
    bp = Blueprint("query", __name__)

    @bp.route("/query", methods=["GET", "POST"])
    def page() -> BaseResponse:
        """The form, and below it the answer to what was asked."""
        return respond(asking, asked(request), sizes)

    @bp.post("/query/answer")
    def part() -> BaseResponse:
        """Some rows of an answer, for the script of the page."""
        question = asked(request)
        g.query = _text(question)
        wanted = wanted_rows(sizes.rows, ROWS_AT_ONCE, sizes.sorted_rows)
        response = jsonify(members(shown(asking, question, g.query, wanted)))
        response.headers["Cache-Control"] = "no-store"
        return response

    @bp.get("/query/spreadsheet")
    def spreadsheet() -> BaseResponse:
        """All solutions as CSV in which no spreadsheet finds a formula."""
        question = asked(request)
        g.query = _text(question)
        stream = _solutions(asking, question, g.query)
        response = Response(_closing(stream), mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="answer.csv"'
        return response

    return bp


def respond(
    asking: Asking,
    question: Asked,
    sizes: AnswerSizes = ANSWER_SIZES,
    *,
    kept: Permalink | None = None,
) -> BaseResponse:
    """The page for a query, which may be `kept` at a short address, or the empty form."""
    g.query = question.text or ""
    told: dict[str, Any] = {"text": g.query, "graphs": question.graphs, "kept": kept}
    told["release"] = question.release
    told["explains"] = asking.store.capabilities.explains
    status = 200
    if question.text is None:
        told["gallery"] = [
            (topic, [(each, without_header(each.text)) for each in listed])
            for topic, listed in gallery()
        ]
    else:
        try:
            told |= _told(asking, question, question.text, sizes)
        except (InputError, NotFoundError) as error:
            status = 404 if isinstance(error, NotFoundError) else 400
            place = excerpt(error, question.text) if isinstance(error, QueryError) else ""
            told |= {"error": error, "excerpt": place}
    return page_with_editor("query.html", told, status)


def _told(asking: Asking, question: Asked, text: str, sizes: AnswerSizes) -> dict[str, Any]:
    """Some rows of the answer, or how it came about where `explain` is given."""
    if request.values.get("explain"):
        return {"explained": explained(asking, question, text)}
    wanted = wanted_rows(ROWS_SHOWN, ROWS_SHOWN, sizes.sorted_rows)
    found = shown(asking, question, text, wanted)
    return {"answer": found, "members": members(found)}


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Parameters by name, as `url_for` takes them."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _text(question: Asked) -> str:
    if question.text is None:
        raise InputError("there is no query", hint="send one in the field query")
    return question.text


def _solutions(asking: Asking, question: Asked, text: str) -> ByteStream:
    form = check(text, LIMITS, service=asking.services is not None).form
    if form and form != "SELECT":
        raise InputError(f"{form} has no table for a spreadsheet", hint="ask a SELECT query")
    return answer(
        asking.store_of(question.release),
        text,
        accept=READ_AS["SELECT"],
        dataset=question.dataset,
        asker=asker(),
        cancel=cancel(),
        services=asking.services,
    ).stream


def _closing(stream: ByteStream) -> Iterator[bytes]:
    """The lines, and the stream given up when they are not wanted any more."""
    try:
        yield from sheet(stream)
    finally:
        stream.close()
