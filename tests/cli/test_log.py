from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.store.toy import curated, ex, quad

from kg.cli import main
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch


@pytest.fixture
def store(kg_home: Path) -> EmbeddedStore:
    store = EmbeddedStore(kg_home)
    for number in range(1, 6):
        meta = CommitMeta("Ada", f"reason {number}", datetime(2024, 1, number, 12, tzinfo=UTC))
        gone = (quad(f"n{number - 1}", "o"),) if number == 3 else ()
        patch = Patch((quad(f"n{number}", "o"),), gone)
        store.commit(patch, meta, commit_id=f"commit/{number}")
    return store


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_commits_are_listed_the_newest_first(store):
    result = run("log", "-n", "3")
    assert result.exit_code == 0
    assert result.stdout == (
        "generation  time (UTC)        added  removed  author\n"
        "         5  2024-01-05 12:00     +1       −0  Ada\n"
        "            reason 5\n"
        "            commit/5\n"
        "         4  2024-01-04 12:00     +1       −0  Ada\n"
        "            reason 4\n"
        "            commit/4\n"
        "         3  2024-01-03 12:00     +1       −1  Ada\n"
        "            reason 3\n"
        "            commit/3\n"
    )
    assert result.stderr == "(2 older: -n 5 shows all)\n"


def test_one_commit_is_shown_by_its_generation(store):
    result = run("log", "-f", "json", "--generation", "3")
    (entry,) = json.loads(result.stdout)
    assert (entry["generation"], entry["commit_id"], entry["removed"]) == (3, "commit/3", 1)
    assert entry["hash"] == store.log()[2].hash
    assert result.stderr == ""
    assert run("log", "--generation", "6").exit_code == 1


def test_what_anybody_wrote_fits_into_eighty_columns_and_steers_no_terminal(store):
    meta = CommitMeta("A" * 200, "red \x1b[31m\u202e text\n" * 20, datetime(2024, 2, 1, tzinfo=UTC))
    store.commit(Patch((quad("x", "o"),)), meta, commit_id="c" * 150)
    shown = run("log", "-n", "1").stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.replace("\n", "").replace(" ", "").count("c" * 60) == 2


def test_an_empty_store_has_no_commits_and_is_not_made(kg_home):
    result = run("log")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "kg load" in result.stderr
    assert run("diff", "0", "0").exit_code == 0
    assert not kg_home.exists()


def test_a_difference_is_a_patch_and_can_be_turned_round(store):
    line = (
        "<http://example.org/{}> <http://example.org/p> <http://example.org/o> " + f"{curated} .\n"
    )
    forth, back = run("diff", "2", "4"), run("diff", "4", "2")
    n2, n3, n4 = (line.format(n) for n in ("n2", "n3", "n4"))
    assert forth.stdout == f"D {n2}A {n3}A {n4}"
    assert back.stdout == f"D {n3}D {n4}A {n2}"
    assert run("diff", "3", "3").stdout == ""
    assert run("diff", "1", "9").exit_code == 1


def test_a_summary_of_a_difference_counts_graphs_and_things(store):
    result = run("diff", "2", "4", "-f", "summary")
    assert result.stdout == (
        "added  removed  graph\n"
        "   +2       −1  graph:curated\n"
        "added  removed  thing\n"
        "   +0       −1  http://example.org/n2\n"
        "   +1       −0  http://example.org/n3\n"
        "   +1       −0  http://example.org/n4\n"
    )
    assert result.stderr == "2 quads added, 1 removed\n"


def test_an_earlier_generation_can_be_asked(store):
    text = f"ASK {{ {ex('n2')} ?p ?o }}"
    codes = [run("query", "--at", str(g), "-q", text).exit_code for g in range(6)]
    assert codes == [1, 1, 0, 1, 1, 1]
    result = run("query", "--at", "6", "-q", text)
    assert result.exit_code == 1
    assert "there is no generation 6" in result.stderr
    assert run("query", "--at", "2", "-q", "CLEAR ALL").exit_code == 2
