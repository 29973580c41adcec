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
