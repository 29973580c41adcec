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
ID_HEADER: Final = HEADER.lower().encode()
"""Its name as it is sent."""

BEGAN: Final = "kg.began"
"""In the environ: when the request was first looked at, where that was elsewhere."""

_GIVEN: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_LOG: Final = logging.getLogger("kg.web")


def register(app: Flask) -> None:
    """Give requests their ids and log them; an id that a proxy has given is kept."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of the request that is being answered."""
    return str(g.get("request_id", ""))


def request_id_from(given: str) -> str:
    """The id that a request came with, or another where that is none."""
    return given if _GIVEN.fullmatch(given) else uuid.uuid4().hex[:16]


def tell(request_id: str, method: str, path: str, status: int, seconds: float) -> None:
    """Log one request; neither the query nor the address of who asks."""
    fields = {
        "request": request_id,
        "method": method,
        "path": path[:200],
        "status": status,
        "milliseconds": round(1000 * seconds, 1),
    }
    _LOG.info("request", extra={"fields": fields})


def _begin() -> None:
    g.request_id = request_id_from(request.headers.get(HEADER, ""))
    g.begun = request.environ.get(BEGAN) or time.perf_counter()


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    seconds = time.perf_counter() - g.get("begun", 0.0)
    tell(request_id(), request.method, request.path, response.status_code, seconds)
    return response
