"""Short links to queries: made at `/query/link`, followed at `/q/…`."""

from __future__ import annotations

import threading
import time
from collections import deque
from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, abort, g, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from kg.errors import InputError, TooManyError
from kg.permalinks import Permalinks
from kg.sparql.guard import check
from kg.sparql.service import LIMITS
from kg.web.access import asker
from kg.web.asking import Asking
from kg.web.protocol import Asked, asked, dataset_of
from kg.web.query_page import AnswerSizes, respond

_HOUR: Final = 3600.0
_CLIENTS: Final = 10_000
"""Of at most so many clients it is remembered how much they kept; then of none."""


class Turns:
    """Lets each client do something so often in an hour; the times are kept in memory only."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}

    def take(self, client: str) -> None:
        """Count one; raises `TooManyError` for one too many."""
        now = time.monotonic()
        with self._lock:
            if len(self._times) > _CLIENTS:
                self._times.clear()
            times = self._times.setdefault(client, deque())
            while times and times[0] < now - _HOUR:
                times.popleft()
            if len(times) >= self._most:
                words = f"at most {self._most} links are made in an hour"
                wait = max(1, round(times[0] + _HOUR - now))
                raise TooManyError(words, limit="permalinks_hourly", retry_after=wait)
            times.append(now)


def blueprint(
    asking: Asking, permalinks: Permalinks | None, sizes: AnswerSizes, hourly: int
) -> Blueprint:
    """Links over a store; without `permalinks` there are none."""
    bp = Blueprint("permalinks", __name__)
    turns = Turns(hourly)

    @bp.post("/query/link")
    def make() -> Response:
        """Keep a query: its address in JSON for scripts, else a redirect to it."""
        if permalinks is None:
            abort(404, "This server keeps no queries.")
        question = asked(request)
        g.query = question.text or ""
        if not check(g.query, LIMITS, service=asking.services is not None).form:
            raise InputError("a link is made to a query", hint="write one first")
        generation = _generation(request.form.get("generation"), asking.store.generation())
        turns.take(asker().client)
        kept = permalinks.keep(g.query, question.graphs, generation, datetime.now(UTC))
        address = url_for("permalinks.follow", address=kept, _external=True)
        if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
            return redirect(address, 303)
        return jsonify({"address": address, "generation": generation})

    @bp.get("/q/<address>")
    def follow(address: str) -> Response:
        """The page of a kept query with the answer of today."""
        if permalinks is None:
            abort(404, "This server keeps no queries.")
        found = permalinks.read(address)
        if found is None:
            abort(410, "This query was removed.")
        release = dict(found.graphs).get("release")
        dataset = dataset_of(found.graphs)
        question = Asked(found.query, dataset, None, found.graphs, release=release)
        response = respond(asking, question, sizes, kept=found)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return bp


def _generation(text: str | None, newest: int) -> int:
    """The generation that a query was run on, which is the newest unless an older one is named."""
    if not text:
        return newest
    if not text.isascii() or not text.isdecimal() or len(text) > 15 or int(text) > newest:
        raise InputError("generation is the number of one that there is", hint=f"up to {newest}")
    return int(text)
