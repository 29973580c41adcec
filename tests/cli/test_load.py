from __future__ import annotations

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from tests.seeded import Seeded
from tests.store.homes import commit
from tests.store.toy import quad

import kg.store.seed
from kg.cli import main
from kg.cli.copy_of_load import CopyOfLoad
from kg.columnar.copied import Copied
from kg.columnar.delta import opened
from kg.errors import RefusedError
from kg.processes.opening import open_embedded as open_store
from kg.processes.settings import Settings
from kg.resources import ontology_dir
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder
from kg.store.live import Mark
from kg.store.written import GraphLines, Written
from kg.validation import Finding, Report, Severity

PERSON = """@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

person:ada-host a ckg:Person ;
    rdfs:label "Ada Host"@en .
"""

BAD = """@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix claim: <https://w3id.org/conflict-kg/id/claim/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

claim:900-1-1 a ckg:Claim ;
    rdfs:label "Somebody says something"@en .
"""


@pytest.fixture
def home(kg_home: Path, small_seed: Seeded) -> Path:
    small_seed.copy_to(kg_home)
    return kg_home


@pytest.fixture
def read_only(seeded: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    """All data, to be asked."""
    monkeypatch.setenv("KG_HOME", str(seeded.home))


@pytest.fixture
def person(tmp_path: Path) -> Path:
    path = tmp_path / "person.ttl"
    path.write_text(PERSON)
    return path


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def test_an_empty_store_is_filled_with_the_data_that_comes_with_kg(seeded):
    result = seeded
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("generation 1: ")
    assert "quads added, 0 removed" in result.stdout
    assert "validating and loading" in result.stderr


@pytest.mark.usefixtures("read_only")
def test_the_two_claims_about_the_firefight_are_there_and_no_consensus():
    text = (
        "SELECT ?claimant ?initiator WHERE { ?c ckg:claimant ?claimant ; ckg:content ?p ."
        " ?p rdf:subject event:tegh-firefight ; rdf:predicate ckg:initiatedBy ;"
        " rdf:object ?initiator } ORDER BY ?claimant"
    )
    result = run("query", "-f", "table", "-q", text)
    assert [line.split() for line in result.stdout.splitlines()[2:]] == [
        ["state:armenia", "state:azerbaijan"],
        ["state:azerbaijan", "state:armenia"],
    ]
    assert run("query", "-q", "ASK { event:tegh-firefight ckg:initiatedBy ?x }").exit_code == 1
    assert run("query", "-q", "ASK { ?event ckg:hostedBy ?x }").exit_code == 0


@pytest.mark.usefixtures("read_only")
def test_the_trap_of_the_documentation_is_warned_of_and_its_remedy_is_not():
    text = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    trap, right = re.findall(r"^```sparql\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[-2:]
    result = run("query", "-q", trap)
    assert "state/azerbaijan" in result.stdout
    assert "described, not true" in result.stderr
    result = run("query", "-q", right)
    assert "standing/attributed-view" in result.stdout
    assert result.stderr == ""


def test_loading_again_changes_nothing(home):
    result = run("load")
    assert (result.exit_code, result.stdout) == (0, "generation 1: nothing to load\n")
    assert open_store(home).generation() == 1


def test_a_file_is_added_as_a_commit_with_author_and_message(home, person):
    result = run("load", person, "--author", "Ada", "--message", "one more person")
    assert result.exit_code == 0, result.output
    assert "generation 2: 2 quads added, 0 removed" in result.stdout
    assert run("show", "Ada Host").exit_code == 0
    last = open_store(home).log()[-1]
    assert (last.author, last.message) == ("Ada", "one more person")
    assert (
        "ada-host"
        in run("query", "-q", "SELECT * { GRAPH graph:curated { ?s a ckg:Person } }").stdout
    )


@pytest.mark.parametrize("graph", ["consensus", "derived", "nonsense", "ontology", "shapes"])
def test_no_file_is_loaded_into_a_graph_that_nobody_writes(home, person, graph):
    assert run("load", person, "--graph", graph).exit_code == 2
    assert open_store(home).generation() == 1


@pytest.mark.parametrize("graph", ["ontology", "shapes"])
def test_what_judges_the_data_is_not_loaded(home, tmp_path, graph):
    path = tmp_path / "off.ttl"
    path.write_text(
        "<https://w3id.org/conflict-kg/ns#ClaimShape>"
        " <http://www.w3.org/ns/shacl#deactivated> true ."
    )
    result = run("load", path, "--graph", graph)
    assert result.exit_code == 2
    (told,) = result.stderr.splitlines()
    assert told.startswith(f"error: graph:{graph} comes with kg")
    assert open_store(home).generation() == 1


@pytest.mark.parametrize("name", ["ckg.ttl", "shapes/claims.ttl"])
def test_no_file_of_the_ontology_is_loaded_by_itself(home, name):
    path = ontology_dir() / name
    result = run("load", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"error: {path}: graph:" in result.stderr


BLANK = {
    "person:joe-bloggs rdfs:seeAlso [ rdfs:label 'secret' ] .": "person:joe-bloggs",
    "person:joe-bloggs rdfs:seeAlso ( 1 ) .": "person:joe-bloggs",
    "[] a ckg:Person ; rdfs:label 'Joe'@en .": "[ a ckg:Person ]",
    "_:joe rdfs:label 'Joe'@en .": "[ rdfs:label … ]",
}


@pytest.mark.parametrize("triple", BLANK)
def test_load_and_validate_say_the_same_of_a_blank_node(home, tmp_path, triple):
    path = tmp_path / "blank.ttl"
    path.write_text(PERSON + triple)
    line = len((PERSON + triple).splitlines())
    loaded, validated = run("load", path), run("validate", path)
    assert (loaded.exit_code, validated.exit_code) == (1, 1)
    for told in (loaded.stderr, validated.stdout):
        assert "violation blank-node-violation (1)\n" in told
        assert f"see line {line}." in told.replace("\n  ", " ")
        assert f"\n  {path}:{line}\n    {BLANK[triple]}\n" in told
        assert "genid" not in told
    assert "  ontology/alignments/reused-terms.ttl\n" not in validated.stdout
    assert open_store(home).generation() == 1


@pytest.mark.parametrize("graph", ["imported", "links"])
def test_no_graph_of_data_takes_blank_nodes(home, tmp_path, graph):
    path = tmp_path / "blank.ttl"
    path.write_text(PERSON + "person:ada-host rdfs:seeAlso [] .")
    result = run("load", path, "--graph", graph)
    assert result.exit_code == 1
    assert str(path) in result.stderr


def test_what_a_file_breaks_elsewhere_is_told_with_the_file(home, tmp_path, monkeypatch):
    path = tmp_path / "one.ttl"
    path.write_text(PERSON)
    found = Finding("https://example.org/elsewhere", "It is broken.", Severity.VIOLATION, "a-check")

    def refused(*_, **__):
        raise RefusedError("the data does not conform; nothing was changed", Report((found,)))

    monkeypatch.setattr(EmbeddedStore, "commit", refused)
    result = run("load", path)
    assert result.exit_code == 1
    assert f"\n  {path}\n    https://example.org/elsewhere\n" in result.stderr


def test_a_file_that_says_nothing_new_makes_no_generation(home, person, tmp_path):
    assert run("load", person).exit_code == 0
    empty = tmp_path / "empty.ttl"
    empty.write_text("")
    for path in (person, empty, empty):
        result = run("load", path)
        assert (result.exit_code, result.stdout) == (0, "generation 2: nothing new to load\n")
    assert len(open_store(home).log()) == 2


def piped(command: str, text: str) -> Result:
    return CliRunner().invoke(main, [command, "-"], input=text)


def test_a_file_can_come_on_standard_input(home):
    assert piped("validate", PERSON).exit_code == 0
    assert piped("load", PERSON).exit_code == 0
    assert run("show", "Ada Host").exit_code == 0
    assert open_store(home).log()[-1].message == "load stdin"


@pytest.mark.parametrize("command", ["load", "validate"])
def test_what_is_wrong_on_standard_input_is_told_by_its_name(home, command):
    result = piped(command, PERSON + "person:bo-guest a ckg:Person\n")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: stdin:8:1: ")
    blank = (PERSON + "_:b a ckg:Person .", "stdin:7\n    [ a ckg:Person ]")
    for text, line in ((BAD, "stdin:5:1\n    claim:900-1-1 has no ckg:claimant."), blank):
        result = piped(command, text)
        assert result.exit_code == 1
        assert f"\n  {line}\n" in result.output
    assert open_store(home).generation() == 1


def test_data_that_breaks_a_shape_is_refused_with_file_node_and_message(home, person, tmp_path):
    bad = tmp_path / "bad.ttl"
    bad.write_text(BAD)
    before = (home / "commits.log").read_bytes()
    result = run("load", person, bad)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "bad.ttl" in result.stderr
    assert "person.ttl" not in result.stderr
    assert "claim:900-1-1" in result.stderr
    assert "exactly one ckg:claimant" in result.stderr
    assert result.stderr.endswith("error: the data does not conform; nothing was changed\n")
    assert (home / "commits.log").read_bytes() == before
    assert run("show", "Ada Host").exit_code == 1


def test_a_malformed_file_is_named_with_line_and_column(home, tmp_path):
    path = tmp_path / "wrong.ttl"
    path.write_text(PERSON + "person:bo-guest a ckg:Person\n")
    result = run("load", path)
    assert result.exit_code == 2
    assert f"{path}:" in result.stderr
    assert open_store(home).generation() == 1


@pytest.mark.parametrize("somebody_has_added", [True, False])
def test_a_newer_seed_is_told_of_and_waits_for_an_upgrade(home, monkeypatch, somebody_has_added):
    if somebody_has_added:
        commit(EmbeddedStore(home), quad("a", "b"), commit_id="mine")
    before = open_store(home).generation()
    monkeypatch.setattr(kg.store.seed, "seed_digest", lambda files: "another")
    result = run("load")
    assert result.exit_code == 0
    assert "the data that comes with kg has changed" in result.stderr
    assert "`kg upgrade`" in result.stderr
    assert open_store(home).generation() == before


def test_a_table_is_loaded_like_turtle_and_refused_like_it(home, tmp_path):
    table, bad = tmp_path / "people.csv", tmp_path / "bad.csv"
    table.write_text("person;label@en\nada-host;Ada Host\n")
    bad.write_text("person,label@en\nbo-guest,\n")
    refused = run("load", table, bad)
    assert refused.exit_code == 1
    assert f"\n  {bad}:2:1\n    person:bo-guest has no rdfs:label.\n" in refused.stderr
    result = run("load", table)
    assert (result.exit_code, result.stdout) == (0, "generation 2: 2 quads added, 0 removed\n")
    assert "Ada Host" in run("show", "ada-host").stdout


def test_without_validation_data_is_loaded_as_it_is_and_the_log_says_so(home, person, tmp_path):
    bad = tmp_path / "bad.ttl"
    bad.write_text(BAD)
    assert run("load", "--no-validate", bad).exit_code == 0
    assert run("load", person).exit_code == 0
    newer, older = json.loads(run("log", "-n", "2", "-f", "json").stdout)
    assert (newer["validated"], older["validated"]) == (True, False)
    assert run("log", "-n", "2").stdout.count("not validated") == 1
    assert run("load", "--no-validate", "--graph", "shapes", bad).exit_code == 2
    blank = tmp_path / "blank.ttl"
    blank.write_text(PERSON + "person:ada-host rdfs:seeAlso [] .")
    assert run("load", "--no-validate", blank).exit_code == 1
    assert run("doctor").exit_code == 0


def test_files_are_loaded_in_bulk_as_they_are_without(home, person, tmp_path):
    result = run("load", "--bulk", person)
    assert (result.exit_code, result.stdout) == (0, "generation 2: 2 quads added, 0 removed\n")
    assert "validating" in result.stderr
    assert "copying into columns" in result.stderr
    copied = Copied(opened(home / "artefacts" / "columns" / "2"))
    engine = open_store(home).snapshot()
    assert copied.graphs() == engine.graphs()
    assert all(set(copied.quads(g)) == set(engine.quads(g)) for g in engine.graphs())
    again = run("load", "--bulk", person)
    assert again.stdout == "generation 2: nothing new to load\n"
    bad = tmp_path / "bad.ttl"
    bad.write_text(BAD)
    refused = run("load", "--bulk", bad)
    assert refused.exit_code == 1
    assert "claim:900-1-1" in refused.stderr
    assert open_store(home).generation() == 2
    assert run("doctor", "--deep").exit_code == 0


def test_a_bulk_load_is_not_copied_where_settings_say_so(home, person):
    (home / "settings.toml").write_text("columnar_triples = 10\n")
    result = run("load", "--bulk", "--no-validate", person)
    assert (result.exit_code, result.stdout) == (0, "generation 2: 2 quads added, 0 removed\n")
    assert "no copy in columns was made: there are more than 10 triples to copy" in result.stderr
    assert not list((home / "artefacts" / "columns").iterdir())


def test_a_copy_does_not_take_the_room_that_commits_need(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "lines.nt"
    lines.write_text("<http://e/s> <http://e/p> <http://e/o> .\n")
    graphs = {ox.NamedNode("http://e/g"): GraphLines([lines])}
    written = Written(1, Mark(1, "hash", "digest"), frozenset(), graphs, GraphLines())
    folder, told = Folder(tmp_path), list[str]()
    CopyOfLoad(folder, Settings(disk_reserve_bytes=10**18), lambda step, *_: told.append(step))(
        written
    )
    assert told == ["copying into columns"]
    assert "no copy in columns was made: it would take room on the disk" in capsys.readouterr().err
    assert not folder.artefacts.exists()
