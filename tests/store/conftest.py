from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.store.endpoints import end_peers
from tests.store.homes import HOMES, PEER_HOMES, commit
from tests.store.serving import end_ground
from tests.store.toy import imported, quad

from kg.store.interface import Store


@pytest.fixture(scope="session", autouse=True)
def _ground() -> Iterator[None]:
    yield
    end_peers()
    end_ground()


ALL_HOMES = [
    *(pytest.param(name, marks=[pytest.mark.long] * (name == "remote")) for name in sorted(HOMES)),
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


@pytest.fixture(params=ALL_HOMES, scope="module")
def known(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A store with one commit, which all tests of a file ask and none changes.

    Its file opens no other: at a server of others each takes the place of the one before.
    """
    folder = tmp_path_factory.mktemp("known") / "home"
    with {**HOMES, **PEER_HOMES}[request.param](folder) as opened:
        store = opened()
        commit(store, quad("a", "b"), quad("a", "b", imported), quad("c", "d", imported))
        yield store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a store that is not there yet."""
    return tmp_path / "home"
