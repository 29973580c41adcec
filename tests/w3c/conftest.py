from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.store.serving import end_ground
from tests.w3c.scratch import Scratch, scratch_server


@pytest.fixture(scope="session", autouse=True)
def _ground() -> Iterator[None]:
    yield
    end_ground()


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """One server for all tests of a module, over a plain dataset."""
    with scratch_server(tmp_path_factory.mktemp("scratch")) as server:
        yield server
