from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kg.cli import KgGroup
from kg.cli.token import token
from kg.tokens import Scope, Tokens


def run(*arguments: str) -> Result:
    return CliRunner().invoke(KgGroup("kg", commands={"token": token}), ["token", *arguments])


@pytest.fixture
def tokens(kg_home: Path) -> Tokens:
    return Tokens(kg_home / "tokens.json")


def test_a_new_token_stands_alone_on_stdout_and_is_accepted(tokens: Tokens) -> None:
    result = run("create", "lab", "--scope", "write", "--scope", "review")
    assert result.exit_code == 0
    made = tokens.verify(result.stdout.removesuffix("\n"))
    assert made is not None
    assert (made.name, made.expires) == ("lab", None)
    assert made.scopes == {Scope.WRITE, Scope.REVIEW}
    assert result.stderr == (
        "keep it: it is not shown again\n"
        f"valid until it is revoked; `kg token revoke {made.id}` ends it\n"
    )


def test_an_end_in_days_counts_from_now(tokens: Tokens) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    assert run("create", "lab", "--scope", "read", "--expires", "90d").exit_code == 0
    (made,) = tokens.all()
    assert made.expires is not None
    assert before <= made.expires - timedelta(days=90) <= datetime.now(UTC)


def test_an_end_on_a_date_is_the_start_of_that_day_in_utc(tokens: Tokens) -> None:
    result = run("create", "lab", "--scope", "read", "--expires", "2999-01-01")
    assert [each.expires for each in tokens.all()] == [datetime(2999, 1, 1, tzinfo=UTC)]
    assert "valid until 2999-01-01 00:00 UTC" in result.stderr


@pytest.mark.parametrize(
    "expires",
    [
        *("", "0d", "d", "-1d", "999999d", "٣d", "90", "90d\n", "x\ud800"),
        *("2001-01-01", "2999-02-30", "29990101", "2999-01-01T00:00"),
    ],
)
def test_an_end_that_is_none_is_wrong_usage(expires: str, kg_home: Path) -> None:
    result = run("create", "lab", "--scope", "read", "--expires", expires)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Invalid value for '--expires'" in result.stderr
    assert not kg_home.exists()


@pytest.mark.parametrize(
    "arguments", [["lab"], ["lab", "--scope", "root"], ["--scope", "read"], ["", "--scope", "read"]]
)
def test_a_token_without_a_name_or_a_scope_is_wrong_usage(
    arguments: list[str], kg_home: Path
) -> None:
    result = run("create", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr
    assert not kg_home.exists()


def test_the_list_has_a_row_for_each_token_and_no_secret(tokens: Tokens) -> None:
    first, secret = tokens.create("lab", [Scope.WRITE, Scope.READ])
    second, other = tokens.create("guest", [Scope.READ], datetime(2999, 1, 1, tzinfo=UTC))
    tokens.revoke(second.id)
    result = run("list")
    assert result.exit_code == 0
    assert [re.split("  +", line) for line in result.stdout.splitlines()] == [
        ["id", "state", "expires", "scopes", "name"],
        [first.id, "valid", "never", "read,write", "lab"],
        [second.id, "revoked", "2999-01-01", "read", "guest"],
    ]
    assert secret[12:] not in result.output
    assert other[12:] not in result.output


@pytest.mark.parametrize("name", ["x" * 64, "word " * 12, "Лаборатория " * 5])
def test_the_list_fits_in_80_columns(name: str, tokens: Tokens) -> None:
    made, _ = tokens.create(name, list(Scope), datetime(2999, 1, 1, tzinfo=UTC))
    tokens.revoke(made.id)
    lines = run("list").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    column = lines[0].index("name")
    told = "".join(line[column:] for line in lines[1:])
    assert told.replace(" ", "") == name.replace(" ", "")


def test_the_list_as_json_has_all_but_the_secret(tokens: Tokens) -> None:
    tokens.create("Лаб", [Scope.REVIEW, Scope.READ], datetime(2999, 1, 1, tzinfo=UTC))
    (listed,) = json.loads(run("list", "-f", "json").stdout)
    (made,) = tokens.all()
    assert listed == {
        "id": made.id,
        "name": "Лаб",
        "scopes": ["read", "review"],
        "state": "valid",
        "created": f"{made.created:%Y-%m-%dT%H:%M:%SZ}",
        "expires": "2999-01-01T00:00:00Z",
        "revoked": None,
    }


def test_an_empty_list_says_how_to_make_a_token() -> None:
    result = run("list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "kg token create" in result.stderr
    result = run("list", "-f", "json")
    assert (json.loads(result.stdout), result.stderr) == ([], "")


def test_the_list_warns_of_a_file_that_is_open_to_others(tokens: Tokens, kg_home: Path) -> None:
    tokens.create("lab", [Scope.READ])
    (kg_home / "tokens.json").chmod(0o644)
    result = run("list")
    assert result.exit_code == 0
    assert result.stderr.startswith("warning: ")
    assert "mode 644" in result.stderr


def test_a_revoked_token_is_not_accepted(tokens: Tokens) -> None:
    made, secret = tokens.create("lab", [Scope.READ])
    result = run("revoke", made.id)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith(f"{made.id} of lab was revoked at 20")
    assert tokens.verify(secret) is None


def test_an_id_that_no_token_has_is_not_found() -> None:
    result = run("revoke", "aaaaaaaa")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "error: no token has the id aaaaaaaa\nhint: `kg token list` lists them\n"
    )


@pytest.mark.parametrize(
    "arguments", [["list"], ["create", "lab", "--scope", "read"], ["revoke", "aaaaaaaa"]]
)
def test_a_damaged_file_is_told_with_what_to_do(arguments: list[str], kg_home: Path) -> None:
    kg_home.mkdir()
    (kg_home / "tokens.json").write_text("{")
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is damaged" in result.stderr
    assert "hint: no token is accepted until" in result.stderr
    assert (kg_home / "tokens.json").read_text() == "{"


@pytest.mark.parametrize("home", ["x" * 5000, "a\nb", "\udcff", "/dev/null"])
@pytest.mark.parametrize("arguments", [["list"], ["create", "lab", "--scope", "read"]])
def test_no_folder_of_the_store_ends_in_a_traceback(
    home: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KG_HOME", home)
    result = run(*arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code in (0, 2)


@pytest.mark.parametrize("command", [token, *token.commands.values()], ids=lambda each: each.name)
def test_help_fits_in_80_columns(command: click.Command) -> None:
    lines = CliRunner().invoke(command, ["--help"]).stdout.splitlines()
    assert max(map(len, lines)) <= 80
