from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
from tests.seeded import Seeded, seeded_in

hypothesis.settings.register_profile("kg", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("kg")


@pytest.fixture(autouse=True)
def kg_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own for each test: none may touch the one of the person who runs it."""
    home = tmp_path / "kg-home"
    monkeypatch.setenv("KG_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """The data that comes with kg, validated and derived from; to be read, or copied."""
    place = tmp_path_factory.getbasetemp()
    return seeded_in(place.parent if "PYTEST_XDIST_WORKER" in os.environ else place)
