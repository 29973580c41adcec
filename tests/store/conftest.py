from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.store.homes import HOMES


@pytest.fixture(params=sorted(HOMES))
def open_home(request, tmp_path: Path) -> Callable[[], object]:
    """Open the store again and again over the same place, as several processes would."""
    return lambda: HOMES[request.param](tmp_path / "home")


@pytest.fixture
def store(open_home):
    return open_home()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a store that is not there yet."""
    return tmp_path / "home"
