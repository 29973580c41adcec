"""An import can be stopped anywhere; done again it gives the same, and nothing twice."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.importers.tables import RELEASE, events, import_events, numbered

from kg.errors import InputError, StoreError
from kg.importers.running import STATE

ROWS, PART = 40, 9


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "events.csv"
    path.write_text(numbered(ROWS) + events({"id": "900003"}, {"best": "many"}).partition("\n")[2])
    return path


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole") / "import"
    outcome = import_events(source, folder, part_rows=PART)
    assert (outcome.rows, outcome.report.skipped, outcome.parts) == (ROWS + 2, 2, 5)
    return files(folder)


def test_a_folder_holds_the_claimant_the_parts_the_report_and_what_was_imported(
    whole: dict[str, bytes],
) -> None:
    parts = {f"part-{number:05}.nt" for number in range(1, 6)}
    assert set(whole) == {*parts, "release.ttl", "report.tsv", "import.json"}


def test_the_report_names_each_row_that_was_skipped_and_why(whole: dict[str, bytes]) -> None:
    lines = [line.split("\t") for line in whole["report.tsv"].decode().splitlines()]
    skipped = [line for line in lines if line[2] == "skipped"]
    assert skipped == [
        ["42", "", "skipped", "an earlier row has the same key", "900003, line 4"],
        ["43", "", "skipped", "an earlier row has the same key", "900001, line 2"],
    ]


@pytest.mark.parametrize("gone", [("part-00003.nt",), ("part-00001.nt", "part-00005.nt")])
def test_parts_that_are_missing_are_made_again_and_all_is_the_same(
    source: Path, whole: dict[str, bytes], tmp_path: Path, gone: tuple[str, ...]
) -> None:
    import_events(source, tmp_path, part_rows=PART)
    state = (tmp_path / STATE).read_text()
    begun = state[: state.index(',\n  "rows"')] + "\n}\n"
    (tmp_path / STATE).write_text(begun)
    (tmp_path / "report.tsv").unlink()
    for name in gone:
        (tmp_path / name).unlink()
    import_events(source, tmp_path, part_rows=PART)
    assert {n: c for n, c in files(tmp_path).items() if n.endswith(".nt")} == {
        n: c for n, c in whole.items() if n.endswith(".nt")
    }


def test_an_import_that_is_done_is_not_done_again(
    source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    first = import_events(source, tmp_path, part_rows=PART)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert import_events(source, tmp_path, part_rows=PART) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    assert files(tmp_path) == whole


_IMPORT = """
import sys
from pathlib import Path
from tests.importers.tables import import_events
import_events(Path(sys.argv[1]), Path(sys.argv[2]), part_rows=int(sys.argv[3]))
"""


def test_an_import_that_is_killed_again_and_again_ends_as_if_it_had_not_been(
    source: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    """Killed each time that there is one more file than before, by SIGKILL."""
    folder = tmp_path / "import"
    command = [sys.executable, "-c", _IMPORT, str(source), str(folder), str(PART)]
    killed = 0
    for wanted in (3, 8):
        process = subprocess.Popen(command)
        while process.poll() is None:
            if folder.is_dir() and len(list(folder.iterdir())) >= wanted:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.0005)
        killed += process.returncode == -signal.SIGKILL
    assert killed
    import_events(source, folder, part_rows=PART)
    assert {n: c for n, c in files(folder).items() if not n.endswith(".unfinished")} == whole


def test_a_folder_with_another_import_is_refused(source: Path, tmp_path: Path) -> None:
    import_events(source, tmp_path, part_rows=PART)
    other = tmp_path.parent / "events.csv"
    other.write_text(numbered(3))
    with pytest.raises(InputError, match="another import in the folder: it differs in sha256"):
        import_events(other, tmp_path, part_rows=PART)


def test_two_processes_do_not_import_into_one_folder(source: Path, tmp_path: Path) -> None:
    lock = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        with pytest.raises(StoreError, match="another process imports"):
            import_events(source, tmp_path)
    finally:
        os.close(lock)


def test_a_table_without_a_needed_column_is_refused_with_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(numbered(1).replace("best,", "beste,", 1))
    with pytest.raises(InputError, match=r"has no column best.*beste"):
        import_events(path, tmp_path / "import")


def test_the_claimant_is_described_with_version_licence_citation_and_method() -> None:
    predicates = {str(predicate) for predicate in RELEASE.graph().predicates()}
    assert {
        "https://schema.org/version",
        "http://purl.org/dc/terms/license",
        "http://purl.org/dc/terms/bibliographicCitation",
        "https://schema.org/measurementTechnique",
        "http://purl.org/dc/terms/publisher",
    } <= predicates
