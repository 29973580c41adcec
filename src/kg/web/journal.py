"""Each request has an id, which is in its answer, in the log, and in what the workers log of it."""

from __future__ import annotations

import logging
import re
import time
import uuid
from typing import Final

from flask import Flask, g, request
from werkzeug.wrappers import Response

HEADER: Final = "X-Request-Id"
_GIVEN: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_LOG: Final = logging.getLogger("kg.web")


def register(app: Flask) -> None:
    """Give requests their ids and log them; an id that a proxy has given is kept."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of the request that is being answered."""
    return str(g.get("request_id", ""))


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex[:16]
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    fields = {
        "request": request_id(),
        "method": request.method,
        "path": request.path[:200],  # neither the query nor the address of who asks
        "status": response.status_code,
        "milliseconds": round(1000 * (time.perf_counter() - g.get("begun", 0.0)), 1),
    }
    _LOG.info("request", extra={"fields": fields})
    return response
