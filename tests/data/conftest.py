from __future__ import annotations

import pytest

from kg.store.interface import Store
from kg.processes.opening import open_embedded as open_store
from kg.store.seed import seed


@pytest.fixture(scope="session")
def seed_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """What everybody gets who starts with an empty folder: the data, validated and derived from."""
    store = open_store(tmp_path_factory.mktemp("seed") / "home")
    seed(store)
    return store
