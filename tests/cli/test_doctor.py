from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.store.homes import commit
from tests.store.toy import quad

from kg.cli import main
from kg.processes.opening import UNGATED
from kg.store.embedded import EmbeddedStore


@pytest.fixture
def home(kg_home: Path) -> Path:
    commit(EmbeddedStore(kg_home, UNGATED), quad("a", "o"))
    return kg_home


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *arguments])


def test_a_well_store_has_a_table_without_problems(home):
    result = run("--deep")
    assert result.exit_code == 0, result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "ok       log            1 commits" in result.stdout
    assert "problem" not in result.stdout


def test_a_problem_exits_with_one_and_says_what_to_do(home):
    log = home / "commits.log"
    log.write_bytes(log.read_bytes().replace(b"a reason", b"a poison"))
    result = run()
    assert result.exit_code == 1
    assert "problem  log " in result.stdout
    assert "→ `kg restore` brings a backup back" in result.stdout


def test_findings_come_as_json(home):
    (home / "settings.toml").write_text("seconds = 'ten'\n")
    result = run("-f", "json")
    found = {each["subject"]: each for each in json.loads(result.stdout)}
    assert found["log"]["state"] == "ok"
    assert found["settings"]["state"] == "problem"
    assert result.exit_code == 1


def test_a_warning_is_no_reason_to_fail(home):
    (home / "live.left").mkdir()
    result = run()
    assert result.exit_code == 0
    assert "warning  leftovers" in result.stdout


def test_a_damaged_directory_is_made_anew(home):
    (home / "live" / "CURRENT").write_text("nonsense\n")
    assert run().exit_code == 1
    result = run("--rebuild")
    assert result.exit_code == 0, result.stdout
    assert "made anew: generation 1" in result.stderr


def test_where_there_is_no_store_none_is_made(kg_home):
    assert run().exit_code == 0
    assert run("--rebuild").exit_code == 1
    assert not kg_home.exists()
