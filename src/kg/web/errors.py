"""Errors as answers: a page for people, problem details or plain text for programs.

One table says which status an error has. What is not in it stays a 500 with a traceback in the log.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, Final

from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.http import HTTP_STATUS_CODES
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import (
    ConflictError,
    EndpointError,
    ForbiddenError,
    InputError,
    KgError,
    LimitError,
    NotAcceptableError,
    NotFoundError,
    QueryError,
    RefusedError,
    ShaclFailure,
    StaleError,
    StoreError,
    TooManyError,
    UnsupportedError,
    UnsupportedMediaError,
    WorkflowError,
)
from kg.messages import marked
from kg.sparql.errors import excerpt, problem
from kg.validation import Report, Severity
from kg.web.findings import finding_members
from kg.web.journal import request_id
from kg.web.missing import NothingHereError, WithdrawnError
from kg.web.translations import said

STATUSES: Final[tuple[tuple[type[KgError], int], ...]] = (
    (WithdrawnError, 410),
    (NotFoundError, 404),
    (NotAcceptableError, 406),
    (UnsupportedMediaError, 415),
    (StaleError, 412),
    (ConflictError, 409),
    (WorkflowError, 409),
    (RefusedError, 422),
    (ShaclFailure, 500),
    (UnsupportedError, 501),
    (TooManyError, 429),
    (StoreError, 503),
    (InputError, 400),
    (KgError, 500),
)
"""The first class that fits decides."""

PROBLEM: Final = "application/problem+json"
PAGE: Final = "text/html"
PLAIN: Final = "text/plain"
_RETRY_SECONDS: Final = "5"
TOLD: Final = 100
"""At most so many violations are told."""


def register(app: Flask) -> None:
    """Let an application answer with these."""
    app.register_error_handler(KgError, _ours)
    app.register_error_handler(HTTPException, _theirs)


def status_of(error: KgError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, ForbiddenError):
        return 403 if error.known else 401
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def form_of_errors() -> str:
    """The media type that a client wants to read errors in: problem details where it is silent.

    A client that asks for results in some other form reads problem details too.
    """
    offered = [PROBLEM, "application/json", PLAIN, PAGE, "application/xhtml+xml"]
    best = request.accept_mimetypes.best_match(offered, default=PROBLEM)
    return {"application/json": PROBLEM, "application/xhtml+xml": PAGE}.get(best, best)


def _ours(error: KgError) -> BaseResponse:
    status = status_of(error)
    text = g.get("query", "")
    members = fault_members(error)
    if isinstance(error, QueryError):
        members = problem(error, text, status=status)
    if isinstance(error, LimitError) and error.limit:
        members["limit"] = error.limit
    if isinstance(error, EndpointError):
        members["endpoint"] = error.endpoint
    if isinstance(error, RefusedError) and isinstance(error.report, Report):
        members["violations"] = [finding_members(f) for f in error.report.violations[:TOLD]]
        beside = (f for f in error.report.results if f.severity is not Severity.VIOLATION)
        members["warnings"] = [finding_members(f) for f in islice(beside, TOLD)]
    if isinstance(error, NothingHereError) and error.suggestions:
        members["suggestions"] = [{"id": s.iri, "label": s.label} for s in error.suggestions]
    in_words = "\n".join(part for part in (str(error), shown_in(error, text)) if part)
    shown = {
        "error": error,
        "excerpt": shown_in(error, text),
        "suggestions": error.suggestions if isinstance(error, NothingHereError) else [],
    }
    after = _wait(error)
    response = answer(members, in_words, shown | {"wait": after})
    if status in (429, 503):
        response.headers["Retry-After"] = after or _RETRY_SECONDS
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="kg"'
    return response


def fault_members(error: KgError) -> dict[str, Any]:
    """What is wrong, where, and what may help, as members of problem details."""
    status = status_of(error)
    members: dict[str, Any] = {"title": _title(status), "status": status, "detail": error.message}
    if isinstance(error, InputError) and error.line is not None:
        members |= {"line": error.line, "column": error.column or 1}
        if error.excerpt:
            members["excerpt"] = error.excerpt
    if error.hint:
        members["hint"] = error.hint
    return members


def _wait(error: KgError) -> str:
    """After how many seconds to try again; empty where that would end in the same way."""
    if isinstance(error, LimitError):
        return str(error.retry_after or "")
    return _RETRY_SECONDS


def shown_in(error: KgError, query: str) -> str:
    """The line that an error is about, with a caret; empty where none is known."""
    if isinstance(error, QueryError):
        return excerpt(error, query)
    return error.excerpt if isinstance(error, InputError) else ""


def _theirs(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    detail = error.description or _title(status)
    if detail == NotFound.description:
        detail = f"no page has the address {request.path}"
    members = {"title": _title(status), "status": status, "detail": detail}
    response = answer(members, detail, {"error": KgError(detail)})
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            response.headers[name] = value
    return response


def answer(members: dict[str, Any], in_words: str, shown: dict[str, Any]) -> BaseResponse:
    """An error in the form that the client wants to read."""
    status = int(members["status"])
    form = form_of_errors()
    if form == PAGE:
        html = render_template(
            "error.html", title=said(_title(status)), status=status, sought=_sought(),
            request_id=request_id(), **shown,
        )  # fmt: skip
        response = Response(html, status, mimetype=PAGE)
    elif form == PLAIN:
        response = Response(f"{in_words}\n", status, mimetype=PLAIN)
    else:
        body = json.dumps({"type": "about:blank", **members}, ensure_ascii=False, indent=2)
        response = Response(f"{body}\n", status, content_type=PROBLEM)
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response


def _sought() -> str:
    """What an address may have been about: its last part, as words to search for."""
    last = request.path.rstrip("/").rpartition("/")[2]
    return " ".join(last.replace("-", " ").replace("_", " ").split())[:200]


def _title(status: int) -> str:
    return TITLES.get(status, HTTP_STATUS_CODES.get(status, "Error"))


TITLES: Final[dict[int, str]] = {
    400: marked("This request cannot be read"),
    401: marked("This needs a token"),
    403: marked("Not allowed"),
    404: marked("Nothing is here"),
    405: marked("This address is not asked in this way"),
    406: marked("There is no such form of this"),
    410: marked("This was withdrawn"),
    409: marked("This is not written so"),
    412: marked("This has changed meanwhile"),
    413: marked("This is too large"),
    415: marked("This form of request is not read here"),
    422: marked("The data does not conform"),
    429: marked("Too much at once"),
    500: marked("Something is wrong with the server"),
    501: marked("This server cannot do this"),
    503: marked("The server cannot answer now"),
}
