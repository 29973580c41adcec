from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.small_store import fill

import kg.sparql.examples
from kg.cli import main

PEOPLE = (
    "SELECT ?who ?name WHERE { ?who a ckg:Person ; rdfs:label ?name FILTER(LANG(?name) = 'en') }"
)
BY_NAME = f"{PEOPLE} ORDER BY ?name"


@pytest.fixture(autouse=True)
def filled(kg_home: Path) -> None:
    fill(kg_home)


def run(*args: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(args), input=stdin)


# --- kg query


def test_solutions_are_tab_separated_where_there_is_no_terminal():
    result = run("query", "-q", BY_NAME)
    assert result.exit_code == 0
    assert result.stdout == (
        "?who\t?name\n"
        '<https://w3id.org/conflict-kg/id/person/ada-host>\t"Ada Host"@en\n'
        '<https://w3id.org/conflict-kg/id/person/bo-guest>\t"Bo Guest"@en\n'
    )
    assert result.stderr == ""


def test_a_table_has_prefixed_names_and_counts_its_solutions_on_stderr():
    result = run("query", "-f", "table", "-q", BY_NAME)
    assert result.stdout == (
        "who              name\n"
        "───────────────  ────────────\n"
        "person:ada-host  Ada Host @en\n"
        "person:bo-guest  Bo Guest @en\n"
    )
    assert result.stderr == "(2 solutions)\n"


@pytest.mark.parametrize("given", ["file", "stdin", "dash", "option"])
def test_a_query_comes_from_a_file_from_stdin_or_from_an_option(tmp_path, given):
    path = tmp_path / "people.rq"
    path.write_text(BY_NAME)
    args = {"file": [str(path)], "stdin": [], "dash": ["-"], "option": ["-q", BY_NAME]}[given]
    result = run("query", *args, stdin=BY_NAME if given in ("stdin", "dash") else None)
    assert "ada-host" in result.stdout


def test_a_query_is_given_once(tmp_path):
    result = run("query", str(tmp_path / "x.rq"), "-q", BY_NAME)
    assert result.exit_code == 2
    assert "one query" in result.stderr


@pytest.mark.parametrize(
    ("form", "begins"),
    [("json", '{"head"'), ("xml", "<?xml"), ("csv", "who,name"), ("tsv", "?who\t?name")],
)
def test_solutions_are_written_in_the_format_that_is_asked_for(form, begins):
    assert run("query", "-f", form, "-q", BY_NAME).stdout.startswith(begins)


@pytest.mark.parametrize(
    ("form", "contains"),
    [
        (None, "person:ada-host a ckg:Person"),
        ("table", "person:ada-host a ckg:Person"),
        ("ttl", "@prefix person:"),
        ("nt", "<https://w3id.org/conflict-kg/id/person/ada-host> <http://www.w3.org/1999"),
        ("rdfxml", "<rdf:RDF"),
        ("jsonld", '"@id": "person:ada-host"'),
    ],
)
def test_graphs_are_written_in_the_format_that_is_asked_for(form, contains):
    args = ["-f", form] if form else []
    result = run("query", *args, "-q", "DESCRIBE person:ada-host")
    assert result.exit_code == 0
    assert contains in result.stdout


def test_a_format_that_does_not_fit_the_form_of_the_query_is_a_usage_error():
    result = run("query", "-f", "ttl", "-q", BY_NAME)
    assert result.exit_code == 2
    assert "SELECT has no form ttl" in result.stderr
    assert "csv" in result.stderr


@pytest.mark.parametrize(
    ("text", "form", "code", "shown"),
    [
        ("ASK { person:ada-host a ckg:Person }", "table", 0, "true\n"),
        ("ASK { person:nobody a ckg:Person }", "tsv", 1, "false\n"),
        ("ASK { person:nobody a ckg:Person }", "json", 1, '{"head":{},"boolean":false}\n'),
        ("ASK { person:ada-host a ckg:Person }", "xml", 0, None),
    ],
)
def test_an_ask_that_is_false_exits_with_one(text, form, code, shown):
    result = run("query", "-f", form, "-q", text)
    assert result.exit_code == code
    assert shown is None or result.stdout == shown


def test_no_solutions_are_fine():
    result = run("query", "-f", "table", "-q", "SELECT ?x WHERE { ?x a ckg:Nothing }")
    assert result.exit_code == 0
    assert result.stdout == "x\n─\n"
    assert "(0 solutions)" in result.stderr


def test_a_malformed_query_is_told_with_its_file_place_line_and_hint(tmp_path):
    path = tmp_path / "wrong.rq"
    path.write_text("SELECT * WHERE {\n  ?s evnt:p ?o\n}\n")
    result = run("query", str(path))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        f"error: {path}:2:6: the prefix evnt: is not known (did you mean event?)\n"
        "2 |   ?s evnt:p ?o\n"
        "         ^\n"
    )


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "x.rq"
    if content is not None:
        path.write_bytes(content)
    result = run("query", str(path))
    assert result.exit_code == 2
    assert str(path) in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("text", ["CLEAR ALL", "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }"])
def test_updates_and_other_servers_are_out_of_reach(text):
    result = run("query", "-q", text)
    assert result.exit_code == 2
    assert "error: -q:1:" in result.stderr
    assert "ada-host" in run("query", "-q", BY_NAME).stdout


def test_warnings_go_to_stderr_and_the_answer_comes_all_the_same():
    result = run("query", "-q", "SELECT ?s WHERE { ?s ckg:claiment ?o }")
    assert (result.exit_code, result.stdout) == (0, "?s\n")
    assert "warning: -q:1:22: ckg:claiment is not a term" in result.stderr
    assert "ckg:claimant" in result.stderr


def test_a_role_without_standing_is_warned_of():
    result = run("query", "-q", "SELECT ?who WHERE { ?s ckg:roleAgent ?who }")
    assert "described, not true" in result.stderr
    assert "bo-guest" in result.stdout


def test_a_wide_table_is_wrapped_into_eighty_columns():
    long = "x" * 70
    text = (
        f'SELECT ?a ?b ?c {{ VALUES (?a ?b ?c) {{ ("{long} {long}" "short" <http://e/{long}>) }} }}'
    )
    lines = run("query", "-f", "table", "-q", text).stdout.splitlines()
    assert max(map(len, lines)) <= 80
    first = len(lines[1].split()[0])
    assert "".join(line[:first] for line in lines[2:]).count("x") == 140
    assert any("short" in line for line in lines)


def test_a_table_with_too_many_columns_becomes_a_list():
    names = [f"?v{number}" for number in range(9)]
    values = " ".join(f'"a value {number}"' for number in range(9))
    text = f"SELECT * {{ VALUES ({' '.join(names)}) {{ ({values}) ({values}) }} }}"
    shown = run("query", "-f", "table", "-q", text).stdout
    assert "v3  a value 3\nv4  a value 4" in shown
    assert shown.count("v8  a value 8") == 2


def test_an_empty_store_says_how_it_is_filled(monkeypatch, tmp_path):
    monkeypatch.setenv("KG_HOME", str(tmp_path / "elsewhere"))
    result = run("query", "-q", BY_NAME)
    assert result.exit_code == 0
    assert "kg load" in result.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_without_kg_home_the_store_lies_among_the_data_of_the_user(monkeypatch, tmp_path):
    monkeypatch.delenv("KG_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert str(tmp_path / "kg") in run("query", "-q", BY_NAME).stderr
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert str(tmp_path / ".local/share/kg") in run("query", "-q", BY_NAME).stderr


# --- kg examples

EXAMPLE = f"""#+ summary: Who there is
#+ description: >
#+   All people
#+   by name.
#+ tags: [people]

{BY_NAME}
"""


@pytest.fixture
def some_examples(tmp_path, monkeypatch):
    folder = tmp_path / "queries" / "examples"
    folder.mkdir(parents=True)
    (folder / "01-people.rq").write_text(EXAMPLE)
    (folder / "02-anything.rq").write_text(
        "#+ summary: Whether there is anything\nASK { ?s ?p ?o }\n"
    )
    monkeypatch.setattr(kg.sparql.examples, "queries_dir", lambda: tmp_path / "queries")


@pytest.mark.usefixtures("some_examples")
def test_examples_are_listed_with_what_they_answer():
    assert run("examples").stdout == (
        "01-people    Who there is\n02-anything  Whether there is anything\n"
    )


@pytest.mark.usefixtures("some_examples")
def test_an_example_is_shown_as_it_stands():
    assert run("examples", "people").stdout == EXAMPLE


@pytest.mark.usefixtures("some_examples")
def test_the_number_of_an_example_need_not_be_written():
    assert run("examples", "anything").stdout == run("examples", "02-anything").stdout


@pytest.mark.parametrize("number", ["02", "2", "002"])
@pytest.mark.usefixtures("some_examples")
def test_the_number_of_an_example_is_enough(number):
    assert run("examples", number).stdout == run("examples", "02-anything").stdout
    assert run("examples", "0").exit_code == 1


@pytest.mark.usefixtures("some_examples")
def test_an_example_can_be_run():
    result = run("examples", "people", "--run", "-f", "csv")
    assert result.exit_code == 0
    assert "Ada Host" in result.stdout
    assert run("examples", "anything", "--run").stdout == "true\n"


@pytest.mark.usefixtures("some_examples")
def test_an_example_that_is_not_there_is_not_found():
    result = run("examples", "peeple")
    assert result.exit_code == 1
    assert "did you mean people?" in result.stderr


def test_a_header_may_go_on_over_several_lines():
    header = dict(kg.sparql.examples.header_of(EXAMPLE))
    assert header == {
        "summary": "Who there is",
        "description": "All people by name.",
        "tags": "[people]",
    }


def test_json_output_is_json():
    found = json.loads(run("query", "-f", "json", "-q", BY_NAME).stdout)
    assert len(found["results"]["bindings"]) == 2
