from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.small_store import fill
from tests.store.homes import commit
from tests.store.toy import quad

from kg.cli import main
from kg.store.embedded import EmbeddedStore


@pytest.fixture
def home(kg_home: Path) -> Path:
    fill(kg_home)
    return kg_home


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def test_a_backup_says_its_name_and_comes_back(home, tmp_path, monkeypatch):
    made = run("backup", tmp_path)
    assert made.exit_code == 0
    file = Path(made.stdout.removesuffix("\n"))
    assert file.parent == tmp_path
    assert made.stderr.startswith("generation 1, ")
    monkeypatch.setenv("KG_HOME", str(tmp_path / "back"))
    back = run("restore", file)
    assert back.exit_code == 0
    assert back.stdout.startswith("generation 1 of ")
    assert "Ada Host" in run("show", "ada-host").stdout


def test_a_store_is_replaced_only_by_force_and_then_moved_aside(home, tmp_path):
    file = tmp_path / "kg.tar"
    assert run("backup", file).exit_code == 0
    commit(EmbeddedStore(home), quad("later", "o"), commit_id="later")
    refused = run("restore", file)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--force" in refused.stderr
    done = run("restore", "--force", file)
    assert done.exit_code == 0
    (aside,) = home.parent.glob(f"{home.name}.before-restore-*")
    assert f"what was there before is in {aside}" in done.stderr
    assert EmbeddedStore(home).generation() == 1
    assert EmbeddedStore(aside).generation() == 2


def test_what_is_no_backup_is_told_in_one_line(home, tmp_path):
    file = tmp_path / "kg.tar"
    file.write_text("no tar")
    result = run("restore", "--force", file)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {file}: is not a whole backup")
    assert len(result.stderr.splitlines()) == 1
    assert os.listdir(home)


def test_an_empty_store_has_nothing_to_back_up(kg_home, tmp_path):
    result = run("backup", tmp_path / "kg.tar")
    assert result.exit_code == 1
    assert "nothing to back up" in result.stderr
    assert not kg_home.exists()
