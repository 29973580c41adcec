from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("kg", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("kg")


@pytest.fixture(autouse=True)
def kg_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own for each test: none may touch the one of the person who runs it."""
    home = tmp_path / "kg-home"
    monkeypatch.setenv("KG_HOME", str(home))
    return home
