from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from tests.cli.small_store import fill
from tests.store.homes import commit
from tests.store.toy import curated

from kg.cli import main
from kg.sparql.names import fold
from kg.store.embedded import EmbeddedStore


@pytest.fixture(autouse=True)
def filled(kg_home: Path) -> None:
    fill(kg_home)


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


# --- kg show: what is meant


@pytest.mark.parametrize(
    "name",
    [
        "person:ada-host",
        "https://w3id.org/conflict-kg/id/person/ada-host",
        "<https://w3id.org/conflict-kg/id/person/ada-host>",
        "ada-host",
        "Ada Host",
        "ada  HOST",
        "A. Host",
        "Ադա Հոստ",
        "ադա",
        "host",
    ],
)
def test_a_thing_is_named_by_iri_slug_or_any_of_its_names(name):
    result = run("show", name)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Ada Host\nperson:ada-host · person\n")


def test_several_words_need_no_quotes():
    assert run("show", "Ada", "Host").stdout.startswith("Ada Host\n")


@pytest.mark.parametrize(
    ("name", "label"),
    [("ckg:Claim", "claim"), ("Claim", "claim"), ("kind:accuse", "accuse"), ("accuse", "accuse")],
)
def test_terms_and_concepts_are_things_too(name, label):
    assert run("show", name).stdout.startswith(f"{label}\n")


def test_a_slug_of_two_kinds_is_ambiguous_and_both_are_listed():
    result = run("show", "tea")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "can be 2 things" in result.stderr
    assert "event:tea  tea of 2022" in result.stderr
    assert "place:tea  Tea" in result.stderr


def test_an_exact_name_wins_over_longer_ones():
    assert run("show", "Bo Guest").stdout.startswith("Bo Guest\n")


def test_entities_win_over_claims_about_them():
    assert run("show", "bo").stdout.startswith("Bo Guest\n")


@pytest.mark.parametrize("name", ["person:nobody", "nobody", "http://example.org/nothing"])
def test_what_is_not_there_is_not_found(name):
    result = run("show", name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"nothing is known of {name}" in result.stderr


def test_a_misspelt_name_is_answered_with_a_question():
    assert "did you mean guest?" in run("show", "gusst").stderr


def test_what_is_no_iri_is_a_usage_error():
    assert run("show", "<not an iri>").exit_code == 2


# --- kg show: what is shown


def test_an_entity_is_shown_with_names_consensus_and_claims():
    assert run("show", "ada-host").stdout == (
        "Ada Host\n"
        "person:ada-host · person\n"
        "\n"
        "Names\n"
        "  en  A. Höst\n"
        "  hy  Ադա Հոստ (needs review)\n"
        "\n"
        "Uncontested (1)\n"
        "  tea of 2022 hosted by Ada Host (2 sources)\n"
        "\n"
        "Recorded\n"
        "  owl:sameAs: http://example.org/ada\n"
        "\n"
        "Claims about it (1)\n"
        "  Ada hosted the tea\n"
        "    claim:paper-3-1 · The Paper · fact, certain, positive · uncontested\n"
        "\n"
        "Claims that it makes (1)\n"
        "  Ada says that Bo accused her\n"
        "    claim:paper-3-2 · Ada Host · fact, certain, positive\n"
    )


def test_claims_are_in_the_order_of_their_numbers_and_show_who_reports_whom():
    shown = run("show", "bo-guest").stdout
    about = shown[shown.index("Claims about it (2)") : shown.index("Claims that it makes")]
    assert about.index("paper-3-2") < about.index("paper-3-10")
    assert "Ada Host > Bo Guest · judgement, certain, negative" in about


def test_a_claim_is_shown_with_chain_content_passage_and_what_is_against_it():
    shown = run("show", "claim:paper-3-10").stdout
    assert "inside claim:paper-3-2, by Ada Host: Ada says that Bo accused her" in shown
    assert "by Ada Host > Bo Guest · judgement, certain, negative" in shown
    assert "Content situation:accusation\n  kind: accuse\n  agent: Bo Guest\n" in shown
    assert "The Paper, sentence:paper-3, characters 10 to 20, https://paper.example/1" in shown
    assert "disputes: Ada hosted the tea (claim:paper-3-1)" in shown


def test_a_content_that_is_a_claim_is_taken_apart_to_its_end():
    shown = run("show", "claim:paper-3-2").stdout
    assert "Content claim:paper-3-10\n  content: an accusation\n    kind: accuse\n" in shown


def test_lines_stay_within_eighty_columns():
    for name in ("ada-host", "bo-guest", "claim:paper-3-10"):
        assert max(map(len, run("show", name).stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("form", "begins"),
    [("ttl", "@prefix"), ("nt", "<https://"), ("rdfxml", "<?xml"), ("jsonld", '{\n "@context"')],
)
def test_the_triples_of_a_thing_can_be_had_as_rdf(form, begins):
    result = run("show", "ada-host", "-f", form)
    assert result.stdout.startswith(begins)
    assert "example.org/ada" in result.stdout
    assert "bo-guest" not in result.stdout


# --- kg search


def found(*args: str) -> list[str]:
    result = run("search", *args)
    return [line.split("\t")[0] for line in result.stdout.splitlines()]


@pytest.mark.parametrize("text", ["ada host", "HOST ada", "höst", "hőst", "ադա", "ԱԴԱ"])
def test_things_are_found_in_any_language_case_and_order_of_words(text):
    assert found(text)[0] == "person:ada-host"


def test_what_is_found_is_shown_with_type_label_and_the_name_that_matched():
    assert run(
        "search", "ադա"
    ).stdout == "person:ada-host\tckg:Person\tAda Host\tԱդա Հոստ\n".replace("ckg:", "")


def test_entities_come_before_claims_and_whole_names_before_parts():
    assert found("tea") == ["place:tea", "event:old-tea", "event:tea", "claim:paper-3-1"]


def test_a_name_node_is_not_found_beside_the_thing_that_it_names():
    assert all(not thing.startswith("name:") for thing in found("ադա"))


def test_nothing_found_exits_with_one():
    result = run("search", "zzz")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing is called zzz" in result.stderr


def test_a_long_list_is_cut_and_says_so():
    result = run("search", "tea", "-n", "1")
    assert len(result.stdout.splitlines()) == 1
    assert "1 of 4" in result.stderr


def test_a_search_can_be_had_as_json_and_as_a_table():
    rows = json.loads(run("search", "tea", "-f", "json").stdout)
    assert rows[0] == {"thing": "place:tea", "type": "Place", "label": "Tea", "found as": ""}
    assert run("search", "tea", "-f", "table").stdout.startswith("thing")


# --- names


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Əliyev", "eliyev"),
        ("İlham", "ilham"),
        ("Ağdam", "agdam"),
        ("Şuşa", "susa"),
        ("Гюмри́", "гюмри"),
        ("Ёлка", "елка"),
        ("Nagorno-Karabakh", "nagorno karabakh"),
        ("  Two   words ", "two words"),
    ],
)
def test_folding_takes_away_case_accents_and_hyphens(text, folded):
    assert fold(text) == folded


def test_whole_words_are_meant_before_parts_of_others(kg_home):
    ns = "https://w3id.org/conflict-kg/"
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    added = [
        ox.Quad(ox.NamedNode(f"{ns}id/person/{slug}"), label, ox.Literal(name), curated)
        for slug, name in (("ian-k", "Ian K"), ("armen", "Armenian"), ("russ", "Russian"))
    ]
    commit(EmbeddedStore(kg_home), *added)
    assert run("show", "Ian").stdout.startswith("Ian K\n")
    assert "can be 3 things" in run("show", "ia").stderr
