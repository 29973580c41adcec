"""A person accepts or rejects candidates, and nobody else does."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.links.cases import FIRST

from kg.cli import main
from kg.errors import InputError, StaleError
from kg.links.authorities import AUTHORITIES
from kg.links.sssom import read as read_links
from kg.resources import data_dir
from kg.suggestions.review import Decision, decide, suggest
from kg.suggestions.rows import Candidate, Files, candidate, read
from kg.suggestions.scoring import suggestions
from kg.suggestions.things import Other, Thing

WIKIDATA = AUTHORITIES["wikidata"]
DAY = "2026-01-02"


def row(slug: str, number: int, name: str = "Tegrad") -> Candidate:
    thing = Thing(f"place:{slug}", (name,), types=("city",), point=(41.7, 44.8))
    other = Other(f"Q{FIRST + number}", (name,), ("city",), (41.7, 44.8), rating=97.0)
    (found,) = suggestions(thing, [other])
    return candidate(found, WIKIDATA, "2026-01-01")


ROW = row("tegrad", 1)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    links = tmp_path / "links"
    links.mkdir()
    shutil.copy(data_dir() / "links" / "wikidata.sssom.tsv", links)
    return Files(links, WIKIDATA)


def review(files: Files, answers: str, *more: str) -> Result:
    arguments = ["link", "review", "--links", str(files.folder), "--reviewer", "Ann", *more]
    return CliRunner().invoke(main, arguments, input=answers)


def test_a_candidate_has_the_tool_its_score_and_what_it_rests_on(files: Files) -> None:
    suggest(files, [ROW])
    assert read(files.candidates) == [ROW]
    assert (ROW.mapping_tool, ROW.mapping_tool_version) == (
        "kg link suggest",
        version("conflict-kg"),
    )
    assert (ROW.confidence, ROW.verdict, ROW.reviewer_label) == ("0.9", "certain", "")
    assert ROW.features == "name=1.00 exact_name=1 type=1 coordinates=1 service=97"
    assert ROW.evidence.split(" | ")[2] == "coordinates: 0 km apart"
    assert read_links(files.links).rows == read_links(data_dir() / "links" / files.links.name).rows


def test_what_is_certain_is_no_link_before_a_person_says_so(files: Files) -> None:
    suggest(files, [ROW])
    result = review(files, "l\n")
    assert "coordinates: 0 km apart" in result.stdout
    assert ROW.subject_id not in {r.subject_id for r in read_links(files.links).rows}
    assert read(files.candidates) == [ROW]


def test_an_accepted_one_becomes_a_link_of_the_reviewer(files: Files) -> None:
    suggest(files, [ROW, row("tegrad", 2), row("other", 3, "Velma")])
    result = review(files, "l\na\nq\n")  # the next thing; then the first of the two
    assert result.exit_code == 0, result.output
    linked = read_links(files.links).rows[-1]
    assert (linked.subject_id, linked.object_id) == (ROW.subject_id, ROW.object_id)
    assert (linked.reviewer_label, linked.confidence) == ("Ann", "0.9")
    assert linked.mapping_justification == "semapv:ManualMappingCuration"
    assert "suggested by kg link suggest" in linked.evidence
    assert [r.subject_id for r in read(files.candidates)] == ["place:other"]


def test_a_rejected_one_is_kept_and_not_suggested_again(files: Files) -> None:
    suggest(files, [ROW])
    review(files, "r\n")
    (kept,) = read(files.rejected)
    assert (kept.predicate_modifier, kept.reviewer_label) == ("Not", "Ann")
    assert suggest(files, [replace(ROW, evidence="other words")]) == 0
    assert read(files.candidates) == []


def test_suggesting_again_renews_a_candidate_and_loses_none(files: Files) -> None:
    suggest(files, [ROW, row("other", 3, "Velma")])
    suggest(files, [replace(ROW, confidence="0.7")])
    assert {(r.subject_id, r.confidence) for r in read(files.candidates)} == {
        ("place:tegrad", "0.7"),
        ("place:other", "0.9"),
    }


@pytest.mark.parametrize("reviewer", ["", "  ", "\t\x1b"])
def test_nobody_is_no_reviewer(reviewer: str, files: Files) -> None:
    suggest(files, [ROW])
    with pytest.raises(InputError, match="no name"):
        decide(files, ROW.key, Decision.ACCEPT, reviewer, DAY)
    assert read(files.candidates) == [ROW]


def test_a_command_without_a_reviewer_asks_nothing(files: Files) -> None:
    result = CliRunner().invoke(main, ["link", "review", "--links", str(files.folder)])
    assert result.exit_code == 2
    assert "--reviewer NAME" in result.stderr


def test_a_candidate_is_decided_about_once(files: Files) -> None:
    suggest(files, [ROW])
    decide(files, ROW.key, Decision.REJECT, "Ann", DAY)
    with pytest.raises(StaleError):
        decide(files, ROW.key, Decision.ACCEPT, "Ben", DAY)
    assert ROW.object_id not in {r.object_id for r in read_links(files.links).rows}


def test_a_row_that_breaks_a_rule_of_links_stays_a_candidate(files: Files) -> None:
    odd = replace(ROW, object_category="country")
    suggest(files, [odd])
    result = review(files, "a\n")
    assert "country is no place" in result.stderr
    assert read(files.candidates) == [odd]


def test_a_file_of_another_form_is_told_with_its_line(files: Files) -> None:
    suggest(files, [ROW])
    with files.candidates.open("a", encoding="utf-8") as file:
        file.write("place:x\tx\n")
    result = review(files, "")
    assert result.exit_code == 2
    assert "a row has 16 values, not 2" in result.stderr
    assert f"{files.candidates}:{len(files.candidates.read_text().splitlines())}" in result.stderr
