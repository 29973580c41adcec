"""What operators and their tools ask: is it alive, is it ready, how is it doing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import StoreError, UnsupportedError
from kg.store.interface import Store
from kg.store.served import ServedStore


def blueprint(store: Store) -> Blueprint:
    """The addresses for operators."""
    bp = Blueprint("operations", __name__)

    @bp.get("/healthz")
    def health() -> BaseResponse:
        """This process answers, and so does the store behind it."""
        return _told(200, {"status": "ok", "generation": store.generation()})

    @bp.get("/readyz")
    def ready() -> BaseResponse:
        """Whether queries are answered and commits are taken; `?for=read` or `write` asks one."""
        try:
            found = _state(store)
        except StoreError as error:
            found = {"read": False, "write": False, "why": error.message}
        asked = request.args.get("for")
        wanted = [asked] if asked in ("read", "write") else ["read", "write"]
        return _told(200 if all(found[name] for name in wanted) else 503, found)

    @bp.get("/metrics")
    def metrics() -> BaseResponse:
        """Numbers in the text format of Prometheus."""
        if not isinstance(store, ServedStore):
            raise UnsupportedError("numbers are there where `kg serve` runs")
        return Response(store.metrics(), mimetype="text/plain; version=0.0.4; charset=utf-8")

    return bp


def _state(store: Store) -> dict[str, Any]:
    if not isinstance(store, ServedStore):
        generation = store.generation()
        return {"read": True, "write": store.capabilities.writable, "generation": generation}
    status = store.status()
    return {
        "read": status["workers"] > 0,
        "write": status["write_ready"],
        "generation": status["generation"],
        **({"why": status["why_not"]} if status["why_not"] else {}),
    }


def _told(status: int, members: dict[str, Any]) -> BaseResponse:
    response: Response = jsonify(members)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response
