from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.store.endpoints import end_peers
from tests.store.homes import HOMES, PEER_HOMES
from tests.store.serving import end_ground


@pytest.fixture(scope="session", autouse=True)
def _ground() -> Iterator[None]:
    yield
    end_peers()
    end_ground()


ALL_HOMES = [
    *sorted(HOMES),
    *(pytest.param(name, marks=pytest.mark.peers) for name in PEER_HOMES),
]


@pytest.fixture(params=ALL_HOMES)
def open_home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], object]]:
    """Open the store again and again over the same place, as several processes would."""
    with {**HOMES, **PEER_HOMES}[request.param](tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def store(open_home: Callable[[], object]) -> object:
    return open_home()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a store that is not there yet."""
    return tmp_path / "home"
