"""docs/limits.md says what the settings of a server are."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.processes.settings import LEAST, Settings, settings
from kg.store.interface import Limits

DOCS = Path(__file__).parents[1] / "docs"


def table() -> dict[str, str]:
    """The settings of the table, with their defaults as people read them."""
    lines = (DOCS / "limits.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return {row[0].strip("`"): row[1] for row in cells if row[0].startswith("`")}


def shown(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"


def test_every_setting_is_in_the_table_with_its_default() -> None:
    assert table() == {field.name: shown(field.default) for field in fields(Settings)}


def test_a_query_without_a_server_has_the_limits_of_size_that_the_table_has() -> None:
    told = table()
    ours = {field.name: field.default for field in fields(Limits) if field.default is not None}
    assert {name: told[name] for name in ours} == {n: shown(value) for n, value in ours.items()}


@pytest.mark.parametrize(("name", "least"), sorted(LEAST.items()))
def test_less_than_anything_works_with_is_refused(name: str, least: int, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{name} is at least {least}"):
        settings(tmp_path, [f"{name}={least - 1}"])
    assert getattr(settings(tmp_path, [f"{name}={least}"]), name) == least
