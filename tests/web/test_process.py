"""What a web process does before anybody asks it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, request
from tests.processes.running import once, running

from kg.web import process


def test_pages_are_looked_at_and_marked_as_its_own() -> None:
    app, asked = Flask("kg"), []

    @app.get("/<path:name>")
    @app.get("/", defaults={"name": ""})
    def page(name: str) -> str:
        asked.append((f"/{name}", request.headers["X-Request-ID"]))
        return ""

    process._warm(app)
    assert asked == [(path, "start-up") for path in process.WARMED]


def test_these_pages_are_there(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server:
        found = [once(server, "GET", path, Accept="text/html") for path in process.WARMED]
    assert [each.status for each in found] == [200] * len(process.WARMED)
