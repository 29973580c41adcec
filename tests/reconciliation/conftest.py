from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from tests.seeded import Seeded

from kg.processes.opening import OURS
from kg.reconciliation.build import build
from kg.reconciliation.index import Index
from kg.reconciliation.service import Answer, Question, answer
from kg.store.embedded import EmbeddedStore
from kg.web import create_app
from kg.web.reconcile import Sizes

Match = Callable[..., list[dict[str, Any]]]


class Fixed:
    """Answers from one index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def ask(self, question: Question) -> Answer:
        return answer(self._index, question)


@pytest.fixture(scope="package")
def store(seeded: Seeded) -> EmbeddedStore:
    return EmbeddedStore(seeded.home, OURS)


@pytest.fixture(scope="package")
def index(store: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The index of the data that comes with kg."""
    folder: Path = tmp_path_factory.mktemp("index")
    build(store.snapshot(), folder)
    return Index(folder)


@pytest.fixture(scope="package")
def client(store: EmbeddedStore, index: Index) -> FlaskClient:
    return create_app(store, reconciling=(Fixed(index), Sizes(queries=20, ids=5))).test_client()


@pytest.fixture
def match(index: Index) -> Match:
    """The candidates of a query."""

    def ask(text: str, **more: object) -> list[dict[str, Any]]:
        query = {"query": text, **more}
        question = {"do": "reconcile", "queries": {"q": query}, "seconds": 60}
        found: list[dict[str, Any]] = answer(index, question)["q"]["result"]
        return found

    return ask
