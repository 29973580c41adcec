"""docs/contributions.md: its commands are run, and print what stands there."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.seeded import Seeded

from kg.cli import main
from kg.contributions.model import TRANSITIONS, State
from kg.resources import root

DOCS = Path(__file__).parents[2] / "docs" / "contributions.md"
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
WRITE = "KG_WRITE_WALKTHROUGH"
"""Set in the environment, it writes what the commands print into the document."""


def printed(console: str, place: Path) -> str:
    """The commands of a block, each with what it prints, both streams as a terminal shows them."""
    shown = []
    for command in re.findall(r"^\$ kg (.*)$", console, re.MULTILINE):
        result = CliRunner().invoke(
            main, shlex.split(command), env={"KG_HOME": str(place / "home"), "COLUMNS": "80"}
        )
        assert result.exit_code in (0, 1), result.output
        shown.append(f"$ kg {command}\n{TIME.sub('2026-01-01 12:00', result.output)}")
    return "".join(shown)


def rows(query: str, place: Path) -> int:
    """How many solutions a query has, as the walkthrough leaves the store."""
    arguments = ["query", "-f", "csv", "-q", query]
    result = CliRunner().invoke(main, arguments, env={"KG_HOME": str(place / "home")})
    assert result.exit_code == 0, result.output
    return len(result.stdout.splitlines()) - 1


@pytest.mark.long
def test_the_walkthrough_prints_what_stands_in_it(
    seeded: Seeded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded.copy_to(tmp_path / "home")
    (tmp_path / "examples").symlink_to(root() / "examples")
    monkeypatch.chdir(tmp_path)

    def run(block: re.Match[str]) -> str:
        language, name, text = block.groups()
        if language == "turtle":
            (tmp_path / name).write_text(text, encoding="utf-8")
        if language == "sparql":
            assert rows(text, tmp_path) > 0
        if language != "console":
            return block[0]
        return f"```console\n{printed(text, tmp_path)}```"

    text = DOCS.read_text(encoding="utf-8")
    found = BLOCK.sub(run, text)
    if os.environ.get(WRITE):
        DOCS.write_text(found, encoding="utf-8")
    assert found == text


def test_the_table_of_steps_is_that_of_the_code() -> None:
    text = DOCS.read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.partition("## The steps")[2].partition("\n## ")[0].splitlines()
        if line.startswith("| `")
    ]
    every = ", ".join(state.value for state in State)
    assert rows == [
        [
            f"`{action.value}`",
            ", ".join(state.value for state in row.sources).replace(every, "any state") or "–",
            row.target.value if row.target else "the same",
            f"`{row.scope.value}`, {row.whose.value}",
            row.words,
        ]
        for action, row in TRANSITIONS.items()
    ]
