"""The hooks and the action do what they say, as far as that can be seen without their hosts."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from kg.resources import root

HOOKS = {
    hook["id"]: hook for hook in yaml.safe_load((root() / ".pre-commit-hooks.yaml").read_text())
}
ACTION = yaml.safe_load((root() / "deploy" / "github-action" / "action.yml").read_text())
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"] if "id" in step}
BIN = Path(sys.executable).parent
GOOD = "person,label@en\njane-doe,Jane Doe\n"


def script(step: str, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as its host would, with a kg that is there already."""
    (folder / "kg").mkdir(exist_ok=True)
    if not (folder / "kg" / "bin").exists():
        (folder / "kg" / "bin").symlink_to(BIN)
    given = {"RUNNER_TEMP": str(folder), "GITHUB_OUTPUT": str(folder / "output"), **inputs}
    assert set(STEPS[step]["env"]) == set(inputs)
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]],
        cwd=folder, env={**os.environ, **given}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "ran", "status"),
    [(GOOD, 0, "0"), (GOOD.replace("Jane Doe", ""), 0, "1"), ("person,x@en\n", 2, "2")],
)
@pytest.mark.sample(1)
def test_the_action_reports_and_fails_where_data_does_not_conform(
    tmp_path: Path, table: str, ran: int, status: str
) -> None:
    (tmp_path / "with blank").mkdir()
    (tmp_path / "with blank" / "people.csv").write_text(table)
    done = script(
        "validate",
        tmp_path,
        FILES="with blank\n\n",
        FAIL_ON="violation",
        FORMAT="sarif",
        REPORT="r",
    )
    assert done.returncode == ran, done.stderr
    assert (tmp_path / "output").read_text() == f"status={status}\n"
    if ran == 0:
        [run] = json.loads((tmp_path / "r").read_text())["runs"]
        assert len(run["results"]) == int(status)
        assert script("verdict", tmp_path, STATUS=status, REPORT="r").returncode == int(status)
    else:
        assert "there is no column 'x@en'" in done.stderr


def test_every_input_of_the_action_is_used_and_no_other() -> None:
    text = (root() / "deploy" / "github-action" / "action.yml").read_text()
    used = set(re.findall(r"inputs\.([a-z-]+)", text))
    assert used == set(ACTION["inputs"])


@pytest.mark.parametrize(
    ("hook", "file", "text", "code"),
    [
        ("kg-fmt", "a.ttl", "<http://e/a> <http://e/b> <http://e/c> .", 0),
        ("kg-validate-tables", "a.csv", GOOD.replace("Jane Doe", ""), 1),
        ("kg-validate", "a.ttl", "<http://e/a> <http://e/b> 1", 2),
    ],
)
@pytest.mark.sample(1)
def test_a_hook_runs_its_entry_on_the_files_of_its_pattern(
    tmp_path: Path, hook: str, file: str, text: str, code: int
) -> None:
    assert re.search(HOOKS[hook]["files"], file)
    (tmp_path / file).write_text(text)
    done = subprocess.run(
        [BIN / "kg", *shlex.split(HOOKS[hook]["entry"])[1:], file],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
