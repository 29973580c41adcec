"""A store as files, files as a contribution, and both say the same in the end."""

from __future__ import annotations

import gzip
import json

import pyoxigraph as ox
import pytest
from click.testing import CliRunner

from kg.cli import main

PERSON = """
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

person:{slug} a ckg:Person ; rdfs:label "{name}"@en .
"""


def kg(*arguments, code=0):
    result = CliRunner().invoke(main, [*map(str, arguments)])
    assert result.exit_code == code, result.stderr
    return result


def load(tmp_path, slug, name):
    file = tmp_path / f"{slug}.ttl"
    file.write_text(PERSON.format(slug=slug, name=name), encoding="utf-8")
    kg("load", file)


def quads(tmp_path, name):
    """All graphs of the newest generation."""
    kg("export", "--to", tmp_path / f"{name}.nq")
    return set(ox.parse(path=str(tmp_path / f"{name}.nq")))


@pytest.fixture
def store(small_seed, kg_home, tmp_path):
    small_seed.copy_to(kg_home)
    load(tmp_path, "mira-holt", "Mira Holt")


def test_what_others_committed_and_what_files_change_come_together(store, tmp_path):
    data = tmp_path / "data"
    kg("export", "--to", data)
    people = data / "curated" / "entities" / "persons.ttl"
    text = people.read_text(encoding="utf-8")
    assert text.count("person:mira-holt a ckg:Person") == 1
    assert "nothing has changed" in kg("import", "data", data).stdout
    load(tmp_path, "tor-venn", "Tor Venn")
    people.write_text(text.replace('"Mira Holt"@en', '"Mira Holt-Venn"@en'), encoding="utf-8")
    words = ("--title", "a new name", "--reason", "she says so")
    told = kg("import", "data", data, "--commit", *words).stdout
    assert "generation 4: 1 quads added, 1 removed" in told
    (entry,) = json.loads(kg("log", "--generation", 4, "-f", "json").stdout)
    assert entry["message"] == "a new name\n\nshe says so"
    changed = kg("export", "--to", data).stdout.split()
    assert changed == [str(people)]
    assert people.read_text(encoding="utf-8").count("Venn") == 2
    before = quads(tmp_path, "here")
    kg("import", "data", data)
    assert quads(tmp_path, "again") == before


def test_files_of_another_store_are_not_taken_for_changes(store, tmp_path):
    data = tmp_path / "data"
    kg("export", "--to", data)
    mark = data / "exported.json"
    mark.write_text(json.dumps({"generation": 2, "hash": "0" * 64}), encoding="utf-8")
    assert "from another store" in kg("import", "data", data, code=2).stderr
    assert "nothing has changed" in kg("import", "data", data, "--base", "2").stdout


def test_files_that_were_never_exported_are_compared_with_the_seed(store, tmp_path):
    data = tmp_path / "data"
    kg("export", "--to", data, "--at", 1)
    (data / "exported.json").unlink()
    assert "nothing has changed" in kg("import", "data", data).stdout
    assert "Mira Holt" in kg("search", "Holt").stdout


def test_files_that_break_a_shape_change_nothing_and_are_told_with_their_place(store, tmp_path):
    data = tmp_path / "data"
    kg("export", "--to", data)
    people = data / "curated" / "entities" / "persons.ttl"
    text = people.read_text(encoding="utf-8").replace('"Mira Holt"@en', '"Mira"@en, "Holt"@en')
    people.write_text(text, encoding="utf-8")
    line = text[: text.index('"Mira"@en')].count("\n") + 1
    refused = kg("import", "data", data, "--commit", code=1).stderr
    assert f"{people}:{line}:" in refused
    assert "a contribution has a reason" in kg("import", "data", data, code=2).stderr
    assert json.loads(kg("log", "-n", 1, "-f", "json").stdout)[0]["generation"] == 2
    kept = kg("import", "data", data, "--reason", "two names", code=1).stdout
    assert "contribution 1: draft" in kept
    assert f"{people}:{line}:" in kept
    assert kg("search", "Holt").stdout.count("mira-holt") == 1


def test_any_generation_is_exported_whole(store, tmp_path):
    dump = tmp_path / "first.trig.gz"
    kg("export", "--at", 1, "--to", dump)
    text = gzip.decompress(dump.read_bytes())
    assert b"mira-holt" not in text
    assert b"graph:derived {" in text
    kg("export", "--at", 0, "--to", tmp_path / "none")
    assert [path.name for path in (tmp_path / "none").rglob("*")] == ["exported.json"]
    assert "no generation 9" in kg("export", "--at", 9, "--to", dump, code=1).stderr


def test_changed_files_wait_for_a_review(store, tmp_path):
    data = tmp_path / "data"
    kg("export", "--to", data)
    people = data / "curated" / "entities" / "persons.ttl"
    text = people.read_text(encoding="utf-8").replace('"Mira Holt"@en', '"Mira Holt-Venn"@en')
    people.write_text(text, encoding="utf-8")
    words = ("--title", "a new name", "--reason", "she says so")
    told = kg("import", "data", data, *words).stdout
    assert told.startswith("contribution 1: in-review")
    assert kg("search", "Holt-Venn", code=1).stdout == ""
    kg("accept", 1, "--author", "Bea Lark")
    assert "mira-holt" in kg("search", "Holt-Venn").stdout
