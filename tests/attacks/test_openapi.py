"""Requests that are made up from our own description of the addresses: none is answered by 5xx."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode
from tests.processes.running import running
from tests.resilience.server import Server
from tests.seeded import Seeded

MANY = 100
"""Requests for each address and method, of each of three sorts."""


@pytest.fixture(scope="module")
def server(small_seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("openapi") / "home"
    small_seeded.copy_to(home)
    with running(home, "client_queries=4", setup="kg.processes.opening:UNGATED") as server:
        yield server


@pytest.mark.long
def test_thousands_of_requests_meet_no_error_of_ours(server: Server) -> None:
    asked = ask_everything(server, MANY)
    sys.stdout.write(f"{asked.total()} requests: {dict(sorted(asked.items()))}\n")
    assert asked.total() >= 5000


def ask_everything(server: Server, examples: int) -> Counter[int]:
    """How many requests had which status; positive, negative, and with a token."""
    place = f"http://127.0.0.1:{server.port}"
    schema = schemathesis.openapi.from_url(f"{place}/openapi.json")
    token = {"Authorization": f"Bearer {server.token}"}
    asked: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode, headers in (
            (GenerationMode.POSITIVE, {}),
            (GenerationMode.NEGATIVE, {}),
            (GenerationMode.POSITIVE, token),
        ):
            with suppress(Unsatisfiable):  # an address without parameters cannot be asked wrongly
                ask(operation.as_strategy(mode), headers, examples, asked)
    return asked


def ask(cases, headers: dict[str, str], examples: int, asked: Counter[int]) -> None:
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def one(case) -> None:
        response = case.call(headers={**(case.headers or {}), **headers})
        asked[response.status_code] += 1
        assert response.status_code < 500, (case.as_curl_command(), response.text)

    one()
