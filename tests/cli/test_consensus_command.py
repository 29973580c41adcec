"""`kg consensus` over the data that comes with kg."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from kg.cli import main

HOSTED = ("event:sochi-meeting-2022", "ckg:hostedBy", "person:vladimir-putin")
BLAMED = ("event:tegh-firefight", "ckg:initiatedBy", "state:azerbaijan")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["consensus", *arguments])


def test_the_list_shows_each_triple_with_labels_and_sources() -> None:
    result = run("--format", "json")
    rows = {tuple(row["triple"]): row for row in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert rows[HOSTED]["labels"][2] == "Vladimir Putin"
    assert rows[HOSTED]["sources"] >= 1
    assert BLAMED not in rows


def test_the_table_says_what_its_columns_are() -> None:
    assert run().stdout.splitlines()[0] == "sources  triple"


def test_a_triple_in_consensus_exits_with_0() -> None:
    result = run("--why", *HOSTED)
    assert result.exit_code == 0
    assert "In consensus: " in result.stdout


def test_a_triple_that_is_not_in_consensus_exits_with_1_and_says_why() -> None:
    result = run("--why", *BLAMED)
    assert result.exit_code == 1
    assert "state:armenia is neither a document nor a dataset release" in result.stdout
    assert "rule: queries/consensus/33-nobody-claims-a-rival.rq" in result.stdout


def test_an_explanation_can_be_had_as_json() -> None:
    found = json.loads(run("--why", *BLAMED, "-f", "json").stdout)
    failing = [c["rule"] for c in found["conditions"] if c["reasons"]]
    assert failing == ["10-own-voice-facts", "33-nobody-claims-a-rival"]


@pytest.mark.parametrize("wrong", ["Putin", "nobody:putin"])
def test_a_name_without_a_prefix_of_ours_exits_with_2(wrong: str) -> None:
    result = run("--why", HOSTED[0], HOSTED[1], wrong)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert wrong in result.stderr
