from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from tests.examples import examples
from tests.samples import mark_all_but_samples
from tests.seeded import Seeded, seeded_in, small_seeded_in, use_small_seed

hypothesis.settings.register_profile(
    "kg", max_examples=examples(100), deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.load_profile("kg")


STORIES = """
cli/test_claim.py cli/test_consensus_command.py cli/test_export.py cli/test_load.py cli/test_log.py
cli/test_redact.py cli/test_release.py cli/test_rename.py cli/test_serve.py cli/test_upgrade.py
contributions/test_life.py contributions/test_races.py contributions/test_redacting.py
contributions/test_web.py
enrichment/test_enrich_command.py federation/test_equal_to_one_store.py federation/test_serving.py
ontology/test_reasoner.py processes/test_commits.py processes/test_pool.py
processes/test_reconciling.py processes/test_serving.py resilience/test_damage.py
store/test_backup.py store/test_bulk.py store/test_doctor.py store/test_history.py
store/test_redaction.py store/test_remote.py store/test_replay.py store/test_seed.py
store/test_upgrade.py validation/test_touched_checks.py validation/test_validate_command.py
web/test_every_page.py web/test_graph_store.py
""".split()
"""Files whose tests each start a server, make a store or look at all data: they are all long."""

LONGEST = """
attacks/test_attacks.py resilience/test_crash.py store/test_contract_commits.py
store/test_contract_graphs.py sparql/test_guard.py sparql/test_update_guard.py
claims/test_incremental.py store/test_embedded.py store/test_log.py
cli/test_odd_arguments.py
""".split()
"""Files that several processes are to begin with, so that none is left with one at the end."""


@pytest.hookimpl(tryfirst=True)  # before those are left out that are long
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark_all_but_samples(items)
    place = Path(__file__).parent
    stories = {place / name for name in STORIES}
    for item in items:
        if item.path in stories:
            item.add_marker(pytest.mark.long)
    order = {place / name: number for number, name in enumerate([*LONGEST, *STORIES])}
    items.sort(key=lambda item: order.get(item.path, len(order)))


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Places for stores that are not there yet: most tests need none, and no folder is made."""
    place = tmp_path_factory.mktemp("homes")
    return (place / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def kg_home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of its own for each test: none may touch the one of the person who runs it."""
    home = next(homes)
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
