from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
from tests.seeded import Seeded, seeded_in, small_seeded_in, use_small_seed

hypothesis.settings.register_profile("kg", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("kg")


@pytest.fixture(autouse=True)
def kg_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own for each test: none may touch the one of the person who runs it."""
    home = tmp_path / "kg-home"
    monkeypatch.setenv("KG_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of all processes that run tests in this session."""
    place = tmp_path_factory.getbasetemp()
    return place.parent if "PYTEST_XDIST_WORKER" in os.environ else place


@pytest.fixture(scope="session")
def seeded(shared_place: Path) -> Seeded:
    """The data that comes with kg, validated and derived from; to be read, or copied."""
    return seeded_in(shared_place)


@pytest.fixture(scope="session")
def small_seeded(shared_place: Path) -> Seeded:
    """A store with the small seed, which this process does not take for that of kg by itself."""
    return small_seeded_in(shared_place)


@pytest.fixture
def small_seed(small_seeded: Seeded, shared_place: Path, monkeypatch: pytest.MonkeyPatch) -> Seeded:
    """The same, and for the time of the test the data that comes with kg is the small seed."""
    use_small_seed(shared_place, monkeypatch)
    return small_seeded
