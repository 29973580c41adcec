"""`kg enrich` against an endpoint on this machine, on a store with the data that comes with kg.

The endpoint is a server of ours whose data has the shape of Wikidata's. Of entities that exist it
knows what the rows of our links call them, and nothing else.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from tests.enrichment.world import EXTRACT, in_graph
from tests.federation.endpoints import answers, scripted, serving
from tests.seeded import Seeded
from tests.store.homes import META

from kg.cli import main
from kg.errors import RefusedError
from kg.links.sssom import mapping_sets
from kg.namespaces import GRAPH
from kg.processes.opening import open_embedded
from kg.resources import data_dir
from kg.store.embedded import EmbeddedStore
from kg.store.interface import Update

LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
PLACE = "http://www.wikidata.org/entity/Q9248"


def known() -> list[ox.Triple]:
    """What the rows of links call the items that they lead to."""
    rows = next(each.rows for each in mapping_sets(data_dir() / "links")
                if each.rows and "wikidata.org" in each.rows[0].object_id)  # fmt: skip
    return [
        ox.Triple(ox.NamedNode(row.object_id), ox.NamedNode(LABEL),
                  ox.Literal(row.object_label, language="en"))
        for row in rows
    ]  # fmt: skip


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    extract = [q.triple for q in ox.parse(path=EXTRACT, format=ox.RdfFormat.TURTLE)]
    named = (t for t in (*extract, *known()) if not isinstance(t.object, ox.BlankNode))
    with serving(tmp_path_factory.mktemp("wikidata"), *in_graph("curated", named)) as iri:
        yield iri


@pytest.fixture(scope="module")
def fetched(seeded: Seeded, endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store into which all was fetched."""
    home = tmp_path_factory.mktemp("enriched") / "home"
    seeded.copy_to(home)
    result = run(home, "--endpoint", endpoint, "--batch", "500")
    assert result.exit_code == 0, result.output
    assert "asking http://127.0.0.1" in result.stderr
    assert "generation 2:" in result.stdout
    return home


def run(home: Path, *args: str) -> Result:
    return CliRunner().invoke(main, ["enrich", *args], env={"KG_HOME": str(home)})


def quads(home: Path, graph: str) -> list[ox.Quad]:
    store: EmbeddedStore = open_embedded(home)
    return list(store.snapshot().quads(ox.NamedNode(GRAPH[graph])))


def test_what_is_fetched_lies_in_its_graph_and_nowhere_else(seeded, fetched):
    found = quads(fetched, "wikidata")
    assert {str(q.object) for q in found if q.subject.value == PLACE} == {'"Baku"@en'}
    assert len({q.subject for q in found if "#Q" in q.subject.value}) == len(known())
    for graph in ("consensus", "derived", "curated", "links"):
        assert set(quads(fetched, graph)) == set(quads(seeded.home, graph)), graph


def test_a_query_that_names_no_graph_sees_nothing_of_it(fetched):
    text = f"ASK {{ <{PLACE}> rdfs:label ?name }}"
    asked = CliRunner().invoke(main, ["query", "-q", text], env={"KG_HOME": str(fetched)})
    assert asked.stdout == "false\n"
    text = f"ASK {{ GRAPH graph:wikidata {{ <{PLACE}> rdfs:label ?name }} }}"
    asked = CliRunner().invoke(main, ["query", "-q", text], env={"KG_HOME": str(fetched)})
    assert asked.stdout == "true\n"


def test_the_example_about_wikidata_shows_what_was_fetched(fetched):
    args = ["examples", "wikidata-beside-ours", "--run", "-f", "csv"]
    asked = CliRunner().invoke(main, args, env={"KG_HOME": str(fetched)})
    rows = {row["item"]: row for row in csv.DictReader(asked.stdout.splitlines())}
    assert rows[PLACE]["labelNow"] == "Baku"
    assert all(row["labelNow"] == row["calledThere"] for row in rows.values())


def test_the_query_of_the_page_finds_what_was_fetched_and_when(fetched):
    page = (Path(__file__).parents[2] / "docs" / "wikidata.md").read_text(encoding="utf-8")
    query = page.partition("```sparql\n")[2].partition("```")[0]
    args = ["query", "-f", "csv", "-q", query]
    asked = CliRunner().invoke(main, args, env={"KG_HOME": str(fetched)})
    rows = {row["thing"].rpartition("/id/")[2]: row
            for row in csv.DictReader(asked.stdout.splitlines())}  # fmt: skip
    assert rows["place/baku"]["label"] == "Baku"
    assert all(row["time"].endswith("Z") for row in rows.values())


def test_the_log_says_who_was_asked(fetched, endpoint):
    result = CliRunner().invoke(main, ["log", "-n", "1"], env={"KG_HOME": str(fetched)})
    assert f"wikidata: {len(known())} entities from {endpoint}" in result.stdout


def test_a_second_run_asks_nobody(fetched):
    result = run(fetched, "--endpoint", "http://127.0.0.1:1/sparql")
    assert (result.exit_code, result.stdout) == (0, "generation 2: nothing is due\n")


def test_a_dry_run_prints_a_patch_and_changes_nothing(fetched, endpoint):
    result = run(fetched, "--endpoint", endpoint, "--older-than", "0", "--dry-run")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert {line[0] for line in lines} == {"A", "D"}
    assert all("generatedAtTime" in line for line in lines)
    assert "nothing was changed" in result.stderr
    assert open_embedded(fetched).generation() == 2


def test_an_endpoint_that_fails_is_told_and_exits_with_3(fetched):
    with scripted(answers(b"no", b"text/plain")) as broken:
        args = ("--endpoint", broken.iri, "--older-than", "0", "--attempts", "1")
        result = run(fetched, *args)
    assert result.exit_code == 3
    assert f"error: the endpoint {broken.iri} answers with text/plain" in result.stderr
    assert b"(+https://w3id.org/conflict-kg/; kg enrich)" in broken.heard[0]
    assert open_embedded(fetched).generation() == 2


def test_whom_to_write_to_is_told_where_somebody_says_so(fetched):
    with scripted(answers(b"no", b"text/plain")) as broken:
        args = ("--endpoint", broken.iri, "--older-than", "0", "--attempts", "1")
        run(fetched, *args, "--contact", "ops@example.org")
    assert b"kg enrich; ops@example.org)" in broken.heard[0]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--property", "start"], "'start' is no id of a property, such as P580"),
        (["--endpoint", "ftp://x"], "cannot be asked"),
        (["--contact", "a\nb"], "one line of printable ASCII"),
        (["--language", "english!"], "is no tag of a language"),
    ],
)
def test_what_cannot_be_asked_is_said_before_anybody_is(fetched, args, words):
    result = run(fetched, *args)
    assert result.exit_code == 2
    assert words in result.stderr


def test_what_speaks_of_things_of_ours_is_refused_in_this_graph(fetched, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(fetched, home, symlinks=True)
    text = "INSERT DATA { GRAPH graph:wikidata { state:armenia rdfs:label 'A'@en } }"
    with pytest.raises(RefusedError) as told:
        open_embedded(home).commit(Update(text), META, commit_id="test/theirs")
    assert "speaks of things of Wikidata" in str(told.value.report)
