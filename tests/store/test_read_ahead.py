"""The engine's files are read before they are needed: all of them, or as much as there is room."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.resilience.server import wait_until
from tests.store.serving import QUICK, supervised

from kg.processes import supervisor
from kg.store import read_ahead as module
from kg.store.read_ahead import SHARE, STEP_BYTES, read_ahead

SIZE = 2 * STEP_BYTES + 1_000

Told = list[tuple[str, int, int]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("000001.sst", "000002.sst", "LOG", "000003.log"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(SIZE)
    return tmp_path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the system is told of: file, first byte, and how many."""
    found: Told = []

    def advise(file: int, start: int, size: int, advice: int) -> None:
        assert advice == os.POSIX_FADV_WILLNEED
        found.append((Path(os.readlink(f"/proc/self/fd/{file}")).name, start, size))

    monkeypatch.setattr(module.os, "posix_fadvise", advise)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(module, "_free_bytes", lambda: 10**12)
    return found


def test_all_of_each_table_is_read_in_steps(folder: Path, told: Told) -> None:
    assert read_ahead(folder, 10**9) == 2 * SIZE
    steps = [(0, STEP_BYTES), (STEP_BYTES, STEP_BYTES), (2 * STEP_BYTES, 1_000)]
    assert told == [(name, *step) for name in ("000001.sst", "000002.sst") for step in steps]


@pytest.mark.parametrize("most", [0, 1, STEP_BYTES + 1, SIZE + 7])
def test_no_more_is_read_than_may_be(folder: Path, told: Told, most: int) -> None:
    assert read_ahead(folder, most) == most
    assert sum(size for _, _, size in told) == most


def test_a_share_of_the_free_memory_is_used(
    folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_free_bytes", lambda: SIZE)
    assert read_ahead(folder, 10**9) == int(SHARE * SIZE)
    assert sum(size for _, _, size in told) == int(SHARE * SIZE)


def test_where_nothing_tells_of_memory_the_limit_holds(
    folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> int:
        raise OSError("not there")

    monkeypatch.setattr(module, "_free_bytes", fails)
    assert read_ahead(folder, 1_000) == 1_000
    assert told == [("000001.sst", 0, 1_000)]


def test_what_is_gone_is_left_out(
    folder: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "000000.sst").symlink_to(folder / "removed")
    assert read_ahead(folder, 10**9) == 2 * SIZE
    assert {name for name, _, _ in told} == {"000001.sst", "000002.sst"}
    assert read_ahead(folder / "no such folder", 10**9) == 0
    monkeypatch.delattr(module.os, "posix_fadvise")
    assert read_ahead(folder, 10**9) == 0


def test_a_server_has_the_files_of_its_engine_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Path, int]] = []
    monkeypatch.setattr(supervisor, "read_ahead", lambda *given: told.append(given))
    settings = replace(QUICK, read_ahead_bytes=1_234)
    with supervised(tmp_path, "kg.processes.opening:PLAIN", settings) as running:
        wait_until(lambda: bool(told), 20, "nothing is read")
        assert told == [(running.folder.live.resolve(), 1_234)]
        assert told[0][0].is_dir()


def test_the_memory_that_is_free_is_told() -> None:
    assert 10_000_000 < module._free_bytes() < 10**14
