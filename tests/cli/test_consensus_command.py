"""`kg consensus` over the data that comes with kg."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from tests.seeded import Seeded

from kg.cli import main
from kg.cli.home import opened
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch

HOSTED = ("event:sochi-meeting-2022", "ckg:hostedBy", "person:vladimir-putin")
SOMETHING = ("id/person/mira", "ns#near", "id/place/ford", "graph/curated")
BLAMED = ("event:tegh-firefight", "ckg:initiatedBy", "state:azerbaijan")


@pytest.fixture
def asked(seeded: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read the store with the data that comes with kg."""
    monkeypatch.setenv("KG_HOME", str(seeded.home))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["consensus", *arguments])


@pytest.mark.usefixtures("asked")
def test_the_list_shows_each_triple_with_labels_and_sources() -> None:
    result = run("--format", "json")
    rows = {tuple(row["triple"]): row for row in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert rows[HOSTED]["labels"][2] == "Vladimir Putin"
    assert rows[HOSTED]["sources"] >= 1
    assert BLAMED not in rows


@pytest.mark.usefixtures("asked")
def test_the_table_says_what_its_columns_are() -> None:
    assert run().stdout.splitlines()[0] == "sources  triple"


@pytest.mark.usefixtures("asked")
def test_a_triple_in_consensus_exits_with_0() -> None:
    result = run("--why", *HOSTED)
    assert result.exit_code == 0
    assert "In consensus: " in result.stdout


@pytest.mark.usefixtures("asked")
def test_a_triple_that_is_not_in_consensus_exits_with_1_and_says_why() -> None:
    result = run("--why", *BLAMED)
    assert result.exit_code == 1
    assert "state:armenia is neither a document nor a dataset release" in result.stdout
    assert "rule: queries/consensus/33-nobody-claims-a-rival.rq" in result.stdout


@pytest.mark.usefixtures("asked")
def test_an_explanation_can_be_had_as_json() -> None:
    found = json.loads(run("--why", *BLAMED, "-f", "json").stdout)
    failing = [c["rule"] for c in found["conditions"] if c["reasons"]]
    assert failing == [
        "10-own-voice-facts",
        "22-nobody-disputes-it",
        "33-nobody-claims-a-rival",
    ]


@pytest.mark.parametrize("wrong", ["Putin", "nobody:putin"])
def test_a_name_without_a_prefix_of_ours_exits_with_2(wrong: str) -> None:
    result = run("--why", HOSTED[0], HOSTED[1], wrong)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert wrong in result.stderr


def test_an_empty_store_is_mentioned_and_the_files_are_read() -> None:
    told, files = run(), run("--files")
    assert "is empty: this is what the files say" in told.stderr
    assert files.stderr == ""
    assert files.stdout == told.stdout


def test_a_store_that_holds_something_is_read_and_not_the_files(kg_home: Path) -> None:
    quad = ox.Quad(*(ox.NamedNode(f"https://w3id.org/conflict-kg/{n}") for n in SOMETHING))
    meta = CommitMeta(author="test", message="one triple", time=datetime(2024, 1, 1, tzinfo=UTC))
    EmbeddedStore(kg_home).commit(Patch(added=(quad,)), meta, commit_id="one")
    assert opened().generation() == 1
    told = run("--why", *HOSTED)
    assert (told.exit_code, told.stderr) == (1, "")
    assert run("--why", *HOSTED, "--files").exit_code == 0
