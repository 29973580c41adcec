"""`kg permalink` shows and erases what visitors have kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.permalinks import FILE, Permalinks

NOW = datetime(2024, 1, 2, 3, 4, tzinfo=UTC)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["permalink", *arguments])


@pytest.fixture
def address(kg_home: Path) -> str:
    kg_home.mkdir()
    return Permalinks(kg_home / FILE).keep("ASK {}", (), 7, NOW)


def test_a_kept_query_is_shown(address: str) -> None:
    result = run("show", f"https://example.org/q/{address}")
    assert (result.exit_code, result.stdout) == (0, "ASK {}\n")
    assert result.stderr == "kept at 2024-01-02 03:04 UTC, on generation 7\n"


def test_a_removed_query_is_gone(address: str) -> None:
    assert run("remove", address).exit_code == 0
    result = run("show", address)
    assert result.exit_code == 1
    assert "was removed" in result.stderr


def test_where_nothing_is_kept_that_is_said(kg_home: Path) -> None:
    result = run("show", "abcdefghij")
    assert result.exit_code == 1
    assert "this store keeps no queries" in result.stderr
    assert not kg_home.exists()
