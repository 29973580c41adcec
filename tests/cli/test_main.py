from __future__ import annotations

from typing import Any

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


def test_the_commands_of_the_modules_are_collected() -> None:
    assert {"fmt", "validate"} <= set(main.commands)
