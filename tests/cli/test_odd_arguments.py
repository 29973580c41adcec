"""Whatever a command is given, it ends with an exit code and words, never with a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cli.small_store import fill
from tests.documents.harbour import SLUG, write_harbour
from tests.seeded import Seeded

import kg.cli.load
import kg.cli.serve
import kg.cli.sources
from kg.cli import COMMANDS, main

ODD = {
    "empty": "",
    "blank": "  ",
    "dash": "-",
    "dashes": "--",
    "dot": ".",
    "colon": ":",
    "prefix": "person:",
    "brackets": "<>",
    "bracket": "<a b>",
    "quote": '"',
    "percent": "%",
    "backslash": "\\",
    "question mark": "?",
    "control": "a\x01\nb",
    "long": "x" * 5000,
    "long path": "x/" * 3000,
    "long address": "https://example.org/" + "x" * 5000,
    "not UTF-8": os.fsdecode(b"\xff\xfe"),
    "name with what is not UTF-8": os.fsdecode(b"person:\xff"),
    "directory": "docs",
    "device": "/dev/null",
    "host": "300.1.1.1",
}

PLACES = [
    ["accept", "@"],
    ["accept", "1", "--author", "@", "--key", "@"],
    ["backup", "@"],
    ["consensus", "--why", "@", "@", "@"],
    ["consensus", "--why", "event:tea", "ckg:hostedBy", "@"],
    ["contributions", "@"],
    ["contributions", "--state", "@"],
    ["convert", "@", "@"],
    ["convert", "@", "@", "--from", "csv", "--to", "ttl"],
    ["convert", "--template", "@", "@", "-"],
    ["diff", "@", "@"],
    ["diff", "0", "1", "-f", "@"],
    ["doctor", "-f", "@"],
    ["doctor", "@"],
    ["enrich", "--endpoint", "@"],
    ["enrich", "--language", "@", "--contact", "@", "--older-than", "@"],
    ["enrich", "--property", "@"],
    ["enrich", "--compare", "-f", "@"],
    ["examples", "@"],
    ["examples", "@", "--run"],
    ["authors", "erase", "@"],
    ["claim", "@", "1", "--subject", "@"],
    ["claim", SLUG, "@"],
    ["export", "--to", "@"],
    ["fmt", "@"],
    ["fmt", "--check", "@"],
    ["link", "@"],
    ["import", "ucdp", "acd", "@", "--release", "@", "--citation", "@", "--to", "imported"],
    ["import", "ucdp", "ged", "table.csv", "--release", "23.1", "--only", "@", "--to", "@"],
    ["import", "@", "@", "--to", "@"],
    ["link", "build", "@"],
    ["link", "list", "@"],
    ["load", "@"],
    ["load", "--graph", "@", "@"],
    ["load", "--no-validate", "@"],
    ["log", "-n", "@"],
    ["log", "--generation", "@"],
    ["merge", "@", "@"],
    ["permalink", "show", "@"],
    ["query", "--at", "@", "-q", "ASK {}"],
    ["log", "@"],
    ["propose", "@", "--title", "@", "--reason", "@"],
    ["propose", "docs", "--title", "a", "--reason", "b", "--remove", "@", "--document", "@"],
    ["query", "@"],
    ["query", "-q", "@"],
    ["query", "-f", "@", "-q", "ASK {}"],
    ["redact", "--subject", "@", "--reason", "@", "--yes"],
    ["redact", "--message-of", "@", "--reason", "@"],
    ["release", "@"],
    ["rename", "@", "@"],
    ["restore", "@"],
    ["restore", "--force", "@"],
    ["revert", "@", "--reason", "@"],
    ["review", "@"],
    ["review", "1", "--comment", "@"],
    ["search", "@"],
    ["search", "@", "@"],
    ["serve", "--host", "@", "--port", "0"],
    ["serve", "--port", "@"],
    ["serve", "--port", "0", "--set", "@"],
    ["serve", "--port", "0", "--set", "seconds=@"],
    ["serve", "--port", "0", "--prefix", "@", "--trusted-proxy", "@"],
    ["show", "@"],
    ["show", "-f", "ttl", "@"],
    ["sources", "@"],
    ["sources", "coverage", "--data", "@"],
    ["sources", "verify", "--texts", "@"],
    ["sources", "sentences", "@"],
    ["sources", "passage", "@", "--words", "@"],
    ["sources", "passage", SLUG, "--words", "@", "--texts", "@"],
    ["token", "create", "@", "--scope", "@"],
    ["token", "create", "lab", "--scope", "read", "--expires", "@"],
    ["token", "revoke", "@"],
    ["token", "create", "@", "--scope", "read"],
    ["token", "@"],
    ["upgrade", "@"],
    ["template", "@"],
    ["template", "person", "-f", "@"],
    ["validate", "@"],
    ["validate", "--template", "@"],
    ["@"],
]


@pytest.fixture
def small(
    kg_home: Path, small_seed: Seeded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(kg_home)
    documents, _ = write_harbour(tmp_path / "documents")
    (tmp_path / "above" / "here").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "above" / "here")
    monkeypatch.setattr(kg.cli.sources, "data_dir", lambda: documents)
    # A host that can be listened at is no error, and would be served for ever.
    monkeypatch.setattr(kg.cli.serve, "run", lambda *given: given[3].listener.close())
    monkeypatch.setattr(kg.cli.serve.logging, "basicConfig", lambda **_: None)


@pytest.mark.parametrize("place", PLACES, ids=" ".join)
@pytest.mark.usefixtures("small")
@pytest.mark.sample(10)
def test_no_argument_ends_a_command_with_a_traceback(place: list[str]) -> None:
    for name, odd in ODD.items():
        arguments = [odd if part == "@" else part for part in place]
        result = CliRunner().invoke(main, arguments, input=b"")
        assert result.exception is None or isinstance(result.exception, SystemExit), name
        assert result.exit_code in (0, 1, 2), (name, result.exit_code)
        if result.exit_code:
            assert result.stderr.strip() or result.stdout.strip(), name


@pytest.mark.parametrize(
    "arguments", [["search", ""], ["search", "  "], ["show", ""], ["show", "-"]]
)
@pytest.mark.usefixtures("small")
def test_what_has_no_word_in_it_is_wrong_usage(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: there is no word in ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.usefixtures("small")
def test_a_host_that_does_not_exist_is_told_in_one_line() -> None:
    result = CliRunner().invoke(main, ["serve", "--host", "300.1.1.1", "--port", "0"])
    assert result.exit_code == 2
    assert "error: cannot listen at 300.1.1.1:0: " in result.stderr


@pytest.mark.parametrize("home", ["x" * 5000, "a\nb", os.fsdecode(b"\xff"), "/dev/null", "."])
@pytest.mark.parametrize(
    "command", [["search", "armenia"], ["query", "-q", "ASK {}"], ["load", "-"]]
)
@pytest.mark.usefixtures("small")
def test_no_folder_of_the_store_ends_a_command_with_a_traceback(
    home: str, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.cli.load, "ensure_seed", lambda *_: None)
    result = CliRunner().invoke(main, command, env={"KG_HOME": home}, input=b"")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code in (0, 1, 2)


def test_every_command_is_given_odd_arguments() -> None:
    assert {place[0] for place in PLACES} == {*COMMANDS, "@"}
