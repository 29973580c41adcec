from __future__ import annotations

import logging

import pytest
from tests.web.bridge.served import App, serving

from kg.web.bridge import Bridge


@pytest.fixture(autouse=True)
def _quiet():
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)


@pytest.fixture
def app():
    app = App()
    yield app
    app.let_go.set()


@pytest.fixture
def place(app):
    bridge = Bridge(app, threads=4, max_body=3_000_000, waiting=2, headers={"X-Ours": "yes"})
    with serving(bridge) as place:
        yield place
        app.let_go.set()
