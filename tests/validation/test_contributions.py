"""What people really get wrong, and what they are told: whole texts that a stranger understands.

After a change of words: `KG_APPROVE=1 .venv/bin/pytest -n0 tests/validation/test_contributions.py`
writes the texts anew. Read each of them before it is committed, as if you knew nothing of kg.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main

FOLDER = Path(__file__).parent / "contributions"
FILES = sorted(FOLDER.glob("*.ttl"))
APPROVE = "KG_APPROVE"
UNREADABLE = {"missing-dot", "qid-with-space", "windows-1252"}
ONLY_WARNED = {"duplicated-entity"}


def told(path: Path) -> str:
    """The command, what it prints to a terminal without colours, and how it ends."""
    result = CliRunner().invoke(main, ["validate", path.name])
    return f"$ kg validate {path.name}\n{result.output}$ echo $?\n{result.exit_code}\n"


def test_there_are_twelve() -> None:
    assert len(FILES) == 12
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == [path.stem for path in FILES]


@pytest.mark.usefixtures("small_seed")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.sample(2)
def test_a_broken_contribution_is_told_in_the_approved_words(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER)
    text, approved = told(path), path.with_suffix(".txt")
    if os.environ.get(APPROVE):
        approved.write_text(text, encoding="utf-8")
    assert text == approved.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_approved_text_names_the_line_and_fits_a_terminal(path: Path) -> None:
    text = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert f"{path.name}:" in text
    assert max(map(len, text.splitlines())) <= 80
    code = 2 if path.stem in UNREADABLE else 0 if path.stem in ONLY_WARNED else 1
    assert text.endswith(f"$ echo $?\n{code}\n")
