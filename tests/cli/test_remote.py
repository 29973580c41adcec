"""Which endpoint is meant, and what commands say where the store is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.cli.remote import place
from kg.errors import InputError

URL = "https://example.org/sparql"


def test_without_the_variable_the_store_lies_in_a_folder():
    assert place({}) is None


def test_addresses_and_credentials_come_from_the_environment(tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("Bearer hidden\n")
    found = place(
        {"KG_STORE": URL, "KG_STORE_UPDATE": f"{URL}/u", "KG_STORE_CREDENTIALS": str(secret)}
    )
    assert found is not None
    assert (found.query, found.update, found.data) == (URL, f"{URL}/u", None)
    assert found.access.authorization == "Bearer hidden"
    assert "hidden" not in repr(found)


def test_a_file_tells_all_of_it_and_the_environment_wins(tmp_path: Path):
    file = tmp_path / "endpoint.toml"
    file.write_text(f'query = "{URL}"\nread_seconds = 3\ncopy_quads = 5\ngraphs = ["a:b"]\n')
    found = place({"KG_STORE": str(file), "KG_STORE_DATA": f"{URL}/d"})
    assert found is not None
    assert (found.access.read_seconds, found.copy_quads, found.graphs) == (3, 5, ("a:b",))
    assert found.data == f"{URL}/d"


@pytest.mark.parametrize(
    "text",
    ["", "query = 1", f'query = "{URL}"\nquerry = 1', "query =", f'query = "{URL}"\ngraphs = 1'],
)
def test_a_file_that_says_something_else_is_refused_with_its_name(tmp_path: Path, text: str):
    file = tmp_path / "endpoint.toml"
    file.write_text(text)
    with pytest.raises(InputError, match=r"endpoint\.toml"):
        place({"KG_STORE": str(file)})


@pytest.mark.parametrize(
    "arguments", [["diff", "0", "1"], ["upgrade"], ["query", "--at", "1", "-q", "ASK {}"]]
)
def test_what_an_endpoint_lacks_is_said(arguments, monkeypatch):
    monkeypatch.setenv("KG_STORE", URL)
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "SPARQL endpoint of others" in result.output


def test_doctor_says_that_nobody_answers(monkeypatch):
    monkeypatch.setenv("KG_STORE", "http://127.0.0.1:1/sparql")
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert "does not answer" in result.output
