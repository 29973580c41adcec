from __future__ import annotations

import pytest
from tests.seeded import Seeded

from kg.processes.opening import open_embedded
from kg.store.interface import Store


@pytest.fixture(scope="session")
def seed_store(seeded: Seeded) -> Store:
    """What everybody gets who starts with an empty folder."""
    return open_embedded(seeded.home)
