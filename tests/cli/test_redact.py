"""Names are forgotten and things are taken out of history by commands, which say what they did."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kg.cli import main

PERSON = """
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

person:mira-holt a ckg:Person ; rdfs:label "Mira Holt"@en ; rdfs:comment "Lives at Quay 9."@en .
"""
ASK = "ASK { person:mira-holt ?p ?o }"
COMMENT = "ASK { person:mira-holt rdfs:comment ?o }"


def kg(*arguments, code=0, given=None):
    result = CliRunner().invoke(main, list(arguments), input=given)
    assert result.exit_code == code, result.stderr
    return result


@pytest.fixture
def store(small_seed, kg_home, tmp_path):
    small_seed.copy_to(kg_home)
    file = tmp_path / "person.ttl"
    file.write_text(PERSON, encoding="utf-8")
    kg("load", str(file), "--author", "Bea Lark", "--message", "an envoy")


def test_words_are_taken_out_of_every_generation_and_the_rest_stays(store, kg_home):
    because = ("--reason", "an address of a living person")
    assert (
        "Take it out of all history?" in kg(*("redact", "--text", "Quay"), *because, code=1).stdout
    )
    assert kg("query", "-q", COMMENT).stdout == "true\n"
    done = kg("redact", "--text", "Quay 9", *because, given="y\n")
    assert "generation 4: 2 quads of 2 commits" in done.stdout
    assert b"Quay 9" not in (kg_home / "commits.log").read_bytes()
    earlier = kg("query", "--at", "2", "-q", COMMENT, code=1)
    assert "without 1 quads of 1 commits, which were redacted" in earlier.stderr
    assert kg("query", "--at", "2", "-q", ASK).stdout == "true\n"
    assert "redacted: 1 quads" in kg("log").stdout
    assert "2 quads of 2 commits; the chain holds" in kg("doctor").stdout


def test_what_others_rest_on_is_not_taken_out_from_under_them(store):
    refused = kg("redact", "--text", "Mira Holt", "--reason", "a wish", "--yes", code=1)
    assert "rdfs:label" in refused.stderr
    assert kg("query", "-q", ASK).stdout == "true\n"
    assert "redacted" not in kg("log").stdout


def test_an_author_is_forgotten(store):
    author, _, name = kg("authors", "list").stdout.strip().partition("\t")
    assert name == "Bea Lark"
    assert "Bea Lark" in kg("log").stdout
    kg("authors", "erase", "Bea Lark")
    shown = kg("log").stdout
    assert author in shown
    assert "Bea Lark" not in shown
    assert "no author is called" in kg("authors", "erase", "Bea Lark", code=1).stderr


def test_nothing_is_redacted_where_nothing_is_named(store):
    assert "nothing is named" in kg("redact", "--reason", "none", "--yes", code=2).stderr
