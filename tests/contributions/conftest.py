from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.seeded import Seeded
from tests.store.serving import end_ground, supervised

OURS = "kg.processes.opening:OURS"


@pytest.fixture(scope="session", autouse=True)
def _ends_the_ground() -> Iterator[None]:
    yield
    end_ground()


@pytest.fixture(scope="module")
def served_home(small_seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A store of the small seed with a supervisor on it, for the tests of one file."""
    home = tmp_path_factory.mktemp("served") / "home"
    small_seeded.copy_to(home)
    with supervised(home, OURS):
        yield home
