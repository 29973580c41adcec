"""`kg validate` says file, node and message, and tells bad data from unreadable data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import exit_code, main
from kg.cli.validate import wants_colour
from kg.errors import ShaclFailure
from kg.namespaces import CURATED, IMPORTED, ONTOLOGY, SHAPES
from kg.resources import data_dir, ontology_dir
from kg.validation import Sources, read_files, source_of, validate_files
from kg.validation.files import graph_of, seed_files

BAD_EVENT = """
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix event: <https://w3id.org/conflict-kg/id/event/> .
event:no-label a ckg:Event .
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)])


@pytest.fixture
def bad_event(tmp_path: Path) -> Path:
    path = tmp_path / "event.ttl"
    path.write_text(BAD_EVENT)
    return path


def test_the_seed_conforms() -> None:
    result = run()
    assert "conforms: 0 violations" in result.stdout, result.stdout
    assert result.exit_code == 0


@pytest.mark.usefixtures("small_seed")
def test_a_file_that_does_not_conform_is_named_with_node_and_message(bad_event: Path) -> None:
    result = run(bad_event)
    assert result.exit_code == 1
    shown = "4 | event:no-label a ckg:Event .\n        ^\n"
    assert f"  {bad_event}:4:1\n    event:no-label has no rdfs:label.\n    {shown}" in result.stdout
    assert "An event has exactly one rdfs:label, in English." in result.stdout


@pytest.mark.usefixtures("small_seed")
def test_json_holds_what_is_wrong_with_the_file_and_no_warnings_about_others(
    bad_event: Path,
) -> None:
    result = run("-f", "json", bad_event)
    (row,) = json.loads(result.stdout)["results"]
    assert row["file"] == str(bad_event)
    assert row["focus_node"] == "https://w3id.org/conflict-kg/id/event/no-label"
    assert result.exit_code == 1


def test_malformed_turtle_exits_with_2_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("@prefix ckg: <https://w3id.org/conflict-kg/ns#> .\nckg:x a ckg:Event\n")
    result = run(path)
    assert result.exit_code == 2
    told, line, caret, hint = result.stderr.splitlines()
    assert told.startswith(f"error: {path}:3:1: ")
    assert (line, caret) == ("3 | ", "    ^")
    assert hint == "hint: the last statement needs its closing ' .'"
    assert result.stdout == ""


def test_shapes_that_cannot_be_run_exit_with_2() -> None:
    assert exit_code(ShaclFailure("the shapes could not be run")) == 2


def test_a_missing_file_exits_with_2(tmp_path: Path) -> None:
    assert run(tmp_path / "none.ttl").exit_code == 2


@pytest.mark.usefixtures("small_seed")
def test_a_warning_fails_only_if_asked_to(tmp_path: Path) -> None:
    path = tmp_path / "saying.ttl"
    path.write_text(
        """
        @prefix certainty: <https://w3id.org/conflict-kg/vocab/certainty/> .
        @prefix ckg: <https://w3id.org/conflict-kg/ns#> .
        @prefix claim: <https://w3id.org/conflict-kg/id/claim/> .
        @prefix document: <https://w3id.org/conflict-kg/id/document/> .
        @prefix kind: <https://w3id.org/conflict-kg/vocab/kind/> .
        @prefix mode: <https://w3id.org/conflict-kg/vocab/mode/> .
        @prefix oa: <http://www.w3.org/ns/oa#> .
        @prefix passage: <https://w3id.org/conflict-kg/id/passage/> .
        @prefix polarity: <https://w3id.org/conflict-kg/vocab/polarity/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix situation: <https://w3id.org/conflict-kg/id/situation/> .
        situation:one a ckg:Situation ; rdfs:label "somebody accuses somebody"@en ;
          ckg:kind kind:evaluate .
        document:one a ckg:Document ; rdfs:label "a document"@en .
        passage:one-1 a ckg:Passage ; rdfs:label "line 1 of a document"@en ;
          oa:hasSource document:one ; ckg:locator "line 1"@en .
        claim:one-1 a ckg:Claim ; rdfs:label "Somebody in the document accuses somebody"@en ;
          ckg:claimant document:one ; ckg:content situation:one ; ckg:evidence passage:one-1 ;
          ckg:mode mode:judgement ; ckg:certainty certainty:certain ;
          ckg:polarity polarity:positive .
        """
    )
    result = run("--fail-on", "warning", path)
    assert result.stdout.endswith("conforms: 0 violations, 1 warning\n")
    assert result.exit_code == 1


@pytest.mark.usefixtures("small_seed")
def test_a_file_of_the_seed_is_not_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    states = next(path for path in seed_files() if path.name == "states.ttl")
    monkeypatch.chdir(states.parent)
    assert validate_files([Path(states.name)]).conforms


@pytest.mark.parametrize(
    ("path", "graph"),
    [
        (ontology_dir() / "ckg.ttl", ONTOLOGY),
        (ontology_dir() / "vocab" / "kind.ttl", ONTOLOGY),
        (ontology_dir() / "shapes" / "claims.ttl", SHAPES),
        (data_dir() / "imported" / "release" / "rows.ttl", IMPORTED),
        (data_dir() / "curated" / "claims" / "new.ttl", CURATED),
        (Path("/somewhere/else.ttl"), CURATED),
    ],
)
def test_a_file_belongs_to_the_graph_of_its_folder(path: Path, graph: str) -> None:
    assert graph_of(path) == graph


def test_a_node_stands_in_the_file_that_says_what_it_is(tmp_path: Path, bad_event: Path) -> None:
    mention = tmp_path / "a.ttl"
    mention.write_text(BAD_EVENT.replace("a ckg:Event", "ckg:near event:other"))
    files = read_files([mention, bad_event])
    node = "https://w3id.org/conflict-kg/id/event/"
    assert source_of(f"{node}no-label", files) == str(bad_event)
    assert source_of(f"{node}other", files) == str(mention)
    assert Sources(files, mentions=False).file_of(f"{node}other") is None
    assert source_of(f"{node}unknown", files) is None


@pytest.mark.usefixtures("small_seed")
def test_folders_tables_and_standard_input_are_validated_alike(tmp_path: Path) -> None:
    table = tmp_path / "in" / "people.csv"
    table.parent.mkdir()
    table.write_text("person,label@en\nada-host,\n")
    (tmp_path / "in" / "notes.txt").write_text("no data")
    told = run(tmp_path / "in")
    assert told.exit_code == 1
    assert (
        f"  {table}:2:1\n    person:ada-host has no rdfs:label.\n    2 | ada-host,\n" in told.stdout
    )
    piped = CliRunner().invoke(main, ["validate", "-"], input=table.read_text())
    assert piped.exit_code == 1
    assert "  stdin:2:1\n    person:ada-host has no rdfs:label.\n" in piped.stdout
    titled = CliRunner().invoke(
        main, ["validate", "--template", "person", str(table)], input=table.read_text()
    )
    assert titled.stdout == told.stdout


def test_a_folder_without_data_and_a_table_with_mistakes_are_unreadable(tmp_path: Path) -> None:
    assert "no file with data is in this folder" in run(tmp_path).stderr
    table = tmp_path / "people.csv"
    table.write_text("person,label@en\nada host,x\nbo guest,y\n")
    told = run(table)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.splitlines() == [
        f"error: {table}: 2 values cannot be read",
        '  line 2, row 2, column person: "ada host" names nothing (write ada-host)',
        '  line 3, row 3, column person: "bo guest" names nothing (write bo-guest)',
    ]


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        (
            "event.jsonld",
            '{"@id": "https://w3id.org/conflict-kg/id/event/no-label",\n'
            '"@type": "https://w3id.org/conflict-kg/ns#Event"}',
            1,
        ),
        (
            "event.trig",
            "<https://w3id.org/conflict-kg/graph/curated> {\n"
            "<https://w3id.org/conflict-kg/id/event/no-label> a"
            " <https://w3id.org/conflict-kg/ns#Event> }",
            2,
        ),
        (
            "event.rdf",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
            'xmlns:ckg="https://w3id.org/conflict-kg/ns#">\n'
            '<ckg:Event r:about="https://w3id.org/conflict-kg/id/event/no-label"/></r:RDF>',
            3,
        ),
    ],
)
def test_a_file_is_read_as_the_end_of_its_name_says(
    tmp_path: Path, name: str, text: str, line: int
) -> None:
    path = tmp_path / name
    path.write_text(text)
    (row,) = json.loads(run("-f", "json", path).stdout)["results"]
    assert row["problem"] == "event:no-label has no rdfs:label."
    assert (row["file"], row["line"]) == (str(path), line)


@pytest.mark.usefixtures("small_seed")
def test_a_file_is_called_as_it_was_given(bad_event: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bad_event.parent)
    assert f"\n  {bad_event.name}:4:1\n" in run(bad_event.name).stdout
    result = CliRunner().invoke(main, ["validate", "-"], input=BAD_EVENT)
    assert "\n  stdin:4:1\n" in result.stdout


def test_a_file_that_cannot_be_read_is_an_error_in_sarif_too(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("oops")
    result = run("-f", "sarif", path)
    assert result.exit_code == 2
    (log,) = json.loads(result.stdout)["runs"]
    assert log["invocations"] == [{"executionSuccessful": False}]
    assert len(log["results"]) == 1


@pytest.mark.usefixtures("small_seed")
@pytest.mark.parametrize("form", ["human", "json", "sarif", "turtle"])
def test_shapes_that_fail_say_nothing_in_any_format(
    form: str, bad_event: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ShaclFailure("a shape refers to itself")

    monkeypatch.setattr("kg.validation.dataset.rules_of", fail)
    result = run("-f", form, bad_event)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: a shape refers to itself\n"


@pytest.mark.parametrize(
    ("terminal", "no_colour", "expected"),
    [(True, None, True), (True, "", True), (True, "1", False), (False, None, False)],
)
def test_colours_are_for_terminals_whose_people_want_them(
    terminal: bool, no_colour: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_colour is not None:
        monkeypatch.setenv("NO_COLOR", no_colour)
    assert wants_colour() is expected
