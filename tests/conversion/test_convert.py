"""`kg convert` and `kg template`, as they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.conversion import FORMS
from kg.resources import data_dir

PLACES = data_dir() / "curated" / "entities" / "places.ttl"
CLAIMS = data_dir() / "curated" / "claims" / "article-000.ttl"
QUADS = "<http://e/s> <http://e/p> <http://e/o> <http://e/g> .\n<http://e/s> <http://e/p> 'x' .\n"


def kg(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def triples(path: Path) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(path=str(path))}


@pytest.mark.parametrize("name", [name for name, form in FORMS.items() if form.format])
def test_each_form_of_rdf_can_be_written_and_read_again(tmp_path: Path, name: str) -> None:
    there = tmp_path / f"there{FORMS[name].suffixes[0]}"
    back = tmp_path / "back.ttl"
    assert kg("convert", PLACES, there).exit_code == 0
    assert kg("convert", there, back).exit_code == 0
    assert triples(back) == triples(PLACES)


def test_turtle_declares_the_prefixes_that_it_uses_and_no_others(tmp_path: Path) -> None:
    out = tmp_path / "out.ttl"
    kg("convert", PLACES, out)
    lines = out.read_text(encoding="utf-8").splitlines()
    declared = {line.split()[1] for line in lines if line.startswith("@prefix")}
    assert {"place:", "rdfs:", "wgs84:"} <= declared
    assert "rdf:" not in declared
    assert all(
        any(prefix in line for line in lines[len(declared) :]) for prefix in declared - {"xsd:"}
    )


def test_a_file_of_several_classes_becomes_a_folder_of_tables_and_the_same_again(
    tmp_path: Path,
) -> None:
    out = tmp_path / "back.nt"
    told = kg("convert", CLAIMS, tmp_path / "one.csv")
    assert told.exit_code == 2
    assert "name a folder that exists" in told.stderr
    assert not (tmp_path / "one.csv").exists()
    assert kg("convert", CLAIMS, tmp_path).exit_code == 0
    tables = sorted(tmp_path.glob("*.csv"))
    assert {"claim.csv", "situation.csv"} <= {table.name for table in tables}
    assert all(table.read_bytes().startswith(b"\xef\xbb\xbf") for table in tables)
    assert kg("convert", *tables, out).exit_code == 0
    assert triples(out) == triples(CLAIMS)


def test_one_table_of_many_classes_would_lose_the_others_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "claims.csv"
    refused = kg("convert", CLAIMS, out, "--template", "claim")
    assert refused.exit_code == 2
    assert "this would be lost: " in refused.stderr
    assert "things of ckg:Situation" in refused.stderr
    assert not out.exists()
    lossy = kg("convert", CLAIMS, out, "--template", "claim", "--lossy")
    assert lossy.exit_code == 0
    assert "lost: " in lossy.stderr
    assert out.read_text(encoding="utf-8-sig").startswith("claim,")


def test_the_names_of_graphs_are_kept_or_told_as_lost(tmp_path: Path) -> None:
    quads, out = tmp_path / "a.nq", tmp_path / "out.ttl"
    quads.write_text(QUADS.replace("'x'", '"x"'))
    assert kg("convert", quads, tmp_path / "a.trig").exit_code == 0
    assert set(ox.parse(path=str(tmp_path / "a.trig"))) == set(ox.parse(path=str(quads)))
    refused = kg("convert", quads, out)
    assert refused.exit_code == 2
    assert "Turtle has no graphs, and the name of http://e/g would be lost" in refused.stderr
    assert not out.exists()
    assert "lost: the graphs of 1 quads" in kg("convert", quads, out, "--lossy").stderr
    assert len(triples(out)) == 2


def test_standard_input_and_output_need_the_names_of_their_forms() -> None:
    table = "place;label@en\nbaku;Baku\n"
    done = kg("convert", "-", "-", "--from", "csv", "--to", "nt", stdin=table)
    assert done.stdout.count("place/baku> ") == 2
    assert "note: stdin: the columns are separated by semicolons" in done.stderr
    assert "name its form with --from" in kg("convert", "-", "x.ttl", stdin="").stderr
    assert kg("convert", PLACES, "-").exit_code == 2


def test_what_cannot_be_read_leaves_the_old_file_as_it_is(tmp_path: Path) -> None:
    out, bad, table = tmp_path / "out.ttl", tmp_path / "bad.ttl", tmp_path / "bad.csv"
    out.write_text("old")
    bad.write_text("<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> oops")
    told = kg("convert", bad, out)
    assert (told.exit_code, out.read_text()) == (2, "old")
    assert f"error: {bad}:2:" in told.stderr
    table.write_text("place,label@en\na b,x\n")
    told = kg("convert", table, out)
    assert (told.exit_code, out.read_text()) == (2, "old")
    assert f"error: {table}:2: row 2, column place" in told.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "bad.ttl", "out.ttl"]


def test_relative_iris_are_not_made_up(tmp_path: Path) -> None:
    there = tmp_path / "a.jsonld"
    there.write_text(json.dumps({"@id": "x", "http://e/p": 1}))
    assert "a relative IRI: <x>" in kg("convert", there, tmp_path / "a.nt").stderr


def test_blank_nodes_of_several_files_are_told_apart(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.nt").write_text("_:x <http://e/p> _:y .\n")
    out = tmp_path / "out.nt"
    kg("convert", tmp_path / "a.nt", tmp_path / "b.nt", out)
    assert len({triple.subject for triple in triples(out)}) == 2


def test_a_table_in_windows_1252_is_read_where_that_is_said(tmp_path: Path) -> None:
    table, out = tmp_path / "a.csv", tmp_path / "a.nt"
    table.write_bytes("place,label@en\nx,Café\n".encode("windows-1252"))
    assert "looks like Windows-1252" in kg("convert", table, out).stderr
    assert kg("convert", "--encoding", "windows-1252", table, out).exit_code == 0
    assert "Café" in {getattr(triple.object, "value", "") for triple in triples(out)}


def test_a_suffix_that_nobody_knows_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    told = kg("convert", PLACES, tmp_path / "out.xls").stderr
    assert "its name does not say which form it has: out.xls" in told


def test_a_template_is_a_table_or_a_schema_and_without_a_name_all_are_listed() -> None:
    assert kg("template", "Person").stdout_bytes.startswith(b"person,label@en\r\n")
    assert json.loads(kg("template", "claim", "-f", "json-schema").stdout)["title"] == "ckg:Claim"
    listed = kg("template").stdout.splitlines()
    assert "dataset-release         ckg:DatasetRelease" in listed
    assert max(map(len, listed)) <= 80
    assert "did you mean person?" in kg("template", "persn").stderr
    assert "take that of " in kg("template", "actor").stderr
