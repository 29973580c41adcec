from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.namespaces import CONSENSUS, CURATED, DERIVED, ONTOLOGY
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch
from kg.web import create_app

HERE = Path(__file__).parent
FILES = {
    "fixture.ttl": CURATED,
    "fixture-ontology.ttl": ONTOLOGY,
    "fixture-derived.ttl": DERIVED,
    "fixture-consensus.ttl": CONSENSUS,
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

Get = Callable[..., TestResponse]


def fixture_quads() -> tuple[ox.Quad, ...]:
    return tuple(
        ox.Quad(*quad.triple, ox.NamedNode(graph))
        for name, graph in FILES.items()
        for quad in ox.parse(path=HERE / name, format=ox.RdfFormat.TURTLE)
    )


def commit(store: EmbeddedStore, *quads: ox.Quad, removed: tuple[ox.Quad, ...] = ()) -> int:
    meta = CommitMeta(author="a test", message="a reason", time=datetime(2024, 1, 2, tzinfo=UTC))
    patch = Patch(added=quads, removed=removed)
    return store.commit(patch, meta, commit_id=f"test-{store.generation()}").generation


@pytest.fixture(scope="session")
def fixture_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with the quads of the fixture; to be read, or copied."""
    home = tmp_path_factory.mktemp("web") / "store"
    commit(EmbeddedStore(home), *fixture_quads())
    return home


@pytest.fixture(scope="session")
def shared_app(fixture_home: Path) -> Flask:
    """For tests that only read."""
    return create_app(EmbeddedStore(fixture_home))


@pytest.fixture
def client(shared_app: Flask) -> FlaskClient:
    return shared_app.test_client()


@pytest.fixture
def get(client: FlaskClient) -> Get:
    """Ask for a page as a browser does, or with another Accept header."""

    def ask(path: str, accept: str = BROWSER) -> TestResponse:
        return client.get(path, headers={"Accept": accept}, buffered=True)

    return ask


@pytest.fixture
def store(fixture_home: Path, tmp_path: Path) -> EmbeddedStore:
    """A store of its own, for tests that write: to copy a folder is quicker than to commit."""
    shutil.copytree(fixture_home, tmp_path / "store", symlinks=True)
    return EmbeddedStore(tmp_path / "store")
