from __future__ import annotations

import click
import pytest
from click.testing import CliRunner, Result

from kg.cli import KgGroup, main
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


def test_place_and_hint_are_shown() -> None:
    error = QueryError("no such thing", hint="write another", source="q.rq", line=2, column=7)
    assert run_raising(error).stderr == "error: q.rq:2:7: no such thing\nhint: write another\n"


def test_an_error_that_is_not_ours_keeps_its_traceback() -> None:
    assert isinstance(run_raising(ZeroDivisionError()).exception, ZeroDivisionError)


def test_the_commands_of_the_modules_are_collected() -> None:
    assert {"fmt", "validate"} <= set(main.commands)
