from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import kg.cli
from kg.cli import COMMANDS, KgGroup, main
from kg.errors import (
    InputError,
    KgError,
    NotFoundError,
    QueryError,
    RefusedError,
    ShaclFailure,
    StoreError,
)


def run_raising(error: Exception) -> Result:
    """The result of a command that fails with this error."""

    @click.group(cls=KgGroup)
    def group() -> None: ...

    @group.command()
    def fail() -> None:
        raise error

    return CliRunner().invoke(group, ["fail"])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFoundError("x"), 1),
        (RefusedError("x", object()), 1),
        (InputError("x"), 2),
        (ShaclFailure("x"), 2),
        (StoreError("x"), 2),
        (KgError("x"), 2),
    ],
)
def test_an_error_is_one_line_on_stderr_and_an_exit_code(error: KgError, code: int) -> None:
    result = run_raising(error)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", "error: x\n")


@pytest.mark.parametrize(
    "place", [{}, {"source": "q.rq"}, {"source": "q.rq", "line": 2, "column": 7}, {"line": 2}]
)
def test_input_that_cannot_be_read_is_told_in_one_line_with_place_and_hint(
    place: dict[str, Any],
) -> None:
    error = QueryError("no such thing", hint="write another", **place)
    told = "".join(f"{part}:" for part in place.values())
    shown = f"error: {told}{' ' if told else ''}no such thing (write another)\n"
    assert run_raising(error).stderr == shown


def test_the_hint_of_another_error_has_a_line_of_its_own() -> None:
    error = NotFoundError("nothing is here", hint="name one of these\n  a\n  b")
    told = run_raising(error).stderr
    assert told == "error: nothing is here\nhint: name one of these\n  a\n  b\n"


def test_an_error_that_is_not_ours_keeps_its_traceback() -> None:
    assert isinstance(run_raising(ZeroDivisionError()).exception, ZeroDivisionError)


def test_the_commands_of_all_modules_are_in_the_table() -> None:
    modules = [found.name for found in pkgutil.iter_modules(kg.cli.__path__)]
    exposed = {
        (command.name, module)
        for module in modules
        for command in getattr(importlib.import_module(f"kg.cli.{module}"), "COMMANDS", ())
    }
    assert {(name, module) for name, (module, _) in COMMANDS.items()} == exposed


def test_help_lists_each_command_with_its_line() -> None:
    result = CliRunner().invoke(main, ["--help"])
    listed = result.stdout.partition("Commands:\n")[2].splitlines()
    assert [tuple(line.split(maxsplit=1)) for line in listed] == [
        (name, line) for name, (_, line) in sorted(COMMANDS.items())
    ]


def test_a_command_that_does_not_exist_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["qurey"])
    assert result.exit_code == 2
    assert "No such command 'qurey'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "unused"),
    [
        (["--help"], {"flask", "pyshacl", "rdflib", "pyoxigraph"}),
        (["query", "-q", "ASK {}"], {"flask", "jinja2", "numpy", "uvicorn", "pyshacl"}),
        (["search", "--help"], {"flask", "uvicorn", "pyshacl"}),
        (["fmt", "--help"], {"flask", "pyshacl"}),
    ],
)
def test_a_command_does_not_wait_for_what_others_need(
    arguments: list[str], unused: set[str], tmp_path: Path
) -> None:
    code = "import sys; from kg.cli import main; main(sys.argv[1:], standalone_mode=False)"
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, *arguments],
        capture_output=True,
        check=True,
        env={**os.environ, "KG_HOME": str(tmp_path)},
        text=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "kg.cli" in imported
    assert imported & unused == set()
