from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.resources import root

HEAD = "@prefix ckg: <https://w3id.org/conflict-kg/ns#> .\n"
TIDY = HEAD + "\nckg:a a ckg:B ;\n    ckg:c 1 .\n"
UNTIDY = HEAD + "# why\nckg:a ckg:c 1 . ckg:a a ckg:B .\n"


def fmt(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["fmt", *map(str, arguments)])


@pytest.fixture
def untidy(tmp_path: Path) -> Path:
    path = tmp_path / "x.ttl"
    path.write_text(UNTIDY, encoding="utf-8")
    path.chmod(0o640)
    return path


def test_a_file_is_rewritten_in_canonical_form_and_named(untidy: Path) -> None:
    result = fmt(untidy)
    assert (result.exit_code, result.stdout) == (0, f"{untidy}\n")
    assert untidy.read_text(encoding="utf-8") == TIDY
    assert untidy.stat().st_mode & 0o777 == 0o640
    assert list(untidy.parent.iterdir()) == [untidy]


def test_comments_that_are_dropped_are_counted_aloud(untidy: Path) -> None:
    assert "1 comment line" in fmt(untidy).stderr


def test_a_canonical_file_is_left_alone(untidy: Path) -> None:
    fmt(untidy)
    before = untidy.stat().st_mtime_ns
    result = fmt(untidy)
    assert (result.exit_code, result.output) == (0, "")
    assert untidy.stat().st_mtime_ns == before


def test_check_names_what_would_change_and_writes_nothing(untidy: Path) -> None:
    result = fmt("--check", untidy)
    assert (result.exit_code, result.stdout) == (1, f"{untidy}\n")
    assert "run kg fmt" in result.stderr
    assert untidy.read_text(encoding="utf-8") == UNTIDY


def test_a_folder_means_the_turtle_files_below_it(untidy: Path) -> None:
    (untidy.parent / "deep").mkdir()
    deep = untidy.parent / "deep" / "y.ttl"
    deep.write_text(UNTIDY, encoding="utf-8")
    (untidy.parent / "notes.txt").write_text("not Turtle", encoding="utf-8")
    assert fmt("--check", untidy.parent).stdout.split() == [str(deep), str(untidy)]


@pytest.mark.parametrize("ending", [b"\r\n", b"\n\n"])
def test_other_line_ends_are_not_canonical(tmp_path: Path, ending: bytes) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(TIDY.encode().replace(b"\n", ending))
    assert fmt("--check", path).exit_code == 1


def test_a_syntax_error_has_its_place_its_line_and_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("claim:a a claim:b .\n", encoding="utf-8")
    result = fmt(path)
    assert (result.exit_code, result.stdout) == (2, "")
    message, line, caret, hint = result.stderr.splitlines()
    assert message == f"error: {path}:1:1: The prefix claim: has not been declared"
    assert (line, caret) == ("1 | claim:a a claim:b .", "    ^")
    assert hint.startswith("hint: add '@prefix claim: <https://w3id.org/")


def test_the_error_in_the_documentation_is_the_one_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("draft.ttl").write_text(
        f"{HEAD}<urn:a> a ckg:Event\n<urn:b> a ckg:Event .\n", encoding="utf-8"
    )
    page = (root() / "docs" / "commands.md").read_text(encoding="utf-8")
    shown = page.partition("$ kg fmt draft.ttl\n")[2].partition("```")[0]
    assert shown == fmt("draft.ttl").stderr


def test_nothing_is_written_when_one_file_is_malformed(untidy: Path) -> None:
    (untidy.parent / "z.ttl").write_text("oops", encoding="utf-8")
    assert fmt(untidy.parent).exit_code == 2
    assert untidy.read_text(encoding="utf-8") == UNTIDY


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    assert fmt(tmp_path / "none.ttl").exit_code == 2


def test_an_ill_typed_literal_is_not_the_business_of_the_formatter(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "x.ttl"
    path.write_text(TIDY.replace("1", '"one"^^<http://www.w3.org/2001/XMLSchema#integer>'))
    assert fmt(path).exit_code == 0
    assert not caplog.records
