"""Where Wikidata and this graph differ, and where they only seem to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.enrichment.world import NOW, OURS, Held, World, in_graph, turtle
from tests.store.homes import META

from kg.cli import main
from kg.enrichment.comparing import Difference, differences, kilometres
from kg.enrichment.fetching import Wanted
from kg.enrichment.refreshing import Due, refresh
from kg.errors import NotFoundError
from kg.processes.opening import UNGATED
from kg.store.embedded import EmbeddedStore
from kg.store.interface import Patch

THINGS = """
state:northland rdfs:label "Northland"@en, "Северная страна"@ru, "Nordland"@az ;
    wgs84:lat 60.0 ; wgs84:long 10.0 .
conflict:war-of-the-northland rdfs:label "war of the  NORTHLAND"@en, "Northern War"@en .
place:crater-town rdfs:label "Crater"@en ; skos:altLabel "Crater Town"@en ;
    wgs84:lat 2.0 ; wgs84:long 90.0 .
place:middleton rdfs:label "Middletown"@en .
"""

CLAIM = """
claim:fiction-{n} ckg:content proposition:fiction-{n} ; ckg:polarity polarity:{polarity} .
proposition:fiction-{n} rdf:subject {thing} ; rdf:predicate {predicate} ;
    rdf:object time:fiction-{n} .
time:fiction-{n} ckg:edtf "{edtf}" .
"""


def claims(*rows: tuple[str, str, str], polarity: str = "positive") -> str:
    return "".join(
        CLAIM.format(n=f"{polarity}-{n}", thing=thing, predicate=p, edtf=edtf, polarity=polarity)
        for n, (thing, p, edtf) in enumerate(rows)
    )


def store_of(home: Path, *texts: str) -> EmbeddedStore:
    """A store with links, things of ours, and what was fetched for the links."""
    held = Held(set(in_graph("links", turtle(OURS))))
    due = Due.of(held, NOW, timedelta(0))
    fetched = refresh(due, Wanted(), World().questions(), NOW).patch.added
    ours = in_graph("curated", turtle("".join(texts)))
    made = EmbeddedStore(home, UNGATED)
    made.commit(Patch((*held.content, *ours, *fetched)), META, commit_id="test/world")
    return made


def found(home: Path, *texts: str, km: float = 10) -> dict[tuple[str, str], Difference]:
    return {(d.thing.rpartition("/")[2], d.what): d
            for d in differences(store_of(home, *texts), km)}  # fmt: skip


def test_names_differ_where_theirs_is_none_of_ours_in_that_language(tmp_path):
    names = {key: (d.ours, d.theirs) for key, d in found(tmp_path, THINGS).items()
             if d.what != "place"}  # fmt: skip
    assert names == {
        ("northland", "name ru"): ("Северная страна", "Нордландия"),
        ("war-of-the-northland", "name en"): (
            "Northern War | war of the  NORTHLAND",
            "War of the Northland",
        ),
    }


def test_a_place_is_compared_with_the_best_rank_on_earth(tmp_path):
    place = found(tmp_path, THINGS)["northland", "place"]
    assert (place.ours, place.theirs) == ("60.0, 10.0", "61.0, 11.0")
    assert place.note == "123.9 km apart"
    assert ("northland", "place") not in found(tmp_path / "far", THINGS, km=124)


def test_a_place_on_another_globe_is_not_compared(tmp_path):
    assert ("crater-town", "place") not in found(tmp_path, THINGS)


WAR = "conflict:war-of-the-northland"


@pytest.mark.parametrize(
    ("predicate", "edtf", "what", "theirs", "note"),
    [
        ("startedOn", "2031-01", "start", "2031-02-03",
         "qualified: P276 Q900000001, P585 2031-01-01T00:00:00Z"),
        ("happenedOn", "2030/2032", "start", "2031-02-03", "qualified"),
        ("endedOn", "2032", "end", "no value", ""),
    ],
)  # fmt: skip
def test_times_differ_where_no_day_is_in_both(tmp_path, predicate, edtf, what, theirs, note):
    world = found(tmp_path, claims((WAR, f"ckg:{predicate}", edtf)))
    difference = world["war-of-the-northland", what]
    assert (difference.ours, difference.theirs) == (edtf, theirs)
    assert difference.note.startswith(note)


@pytest.mark.parametrize(
    ("predicate", "edtf"),
    [("startedOn", "2031"), ("startedOn", "2031-02"), ("happenedOn", "2031/2032"),
     ("startedOn", "../2033"), ("startedOn", "2031-02-04~")],
)  # fmt: skip
def test_a_time_that_says_less_does_not_differ(tmp_path, predicate, edtf):
    assert (WAR.removeprefix("conflict:"), "start") not in found(
        tmp_path, claims((WAR, f"ckg:{predicate}", edtf))
    )


def test_one_claim_that_agrees_is_enough_and_a_denied_one_is_none(tmp_path):
    starts = (WAR, "ckg:startedOn", "2031-02-03"), (WAR, "ckg:startedOn", "2029")
    assert (WAR.removeprefix("conflict:"), "start") not in found(tmp_path / "two", claims(*starts))
    denied = claims((WAR, "ckg:startedOn", "2031-02-03"), polarity="negative")
    world = found(tmp_path / "denied", claims(starts[1]), denied)
    assert world[WAR.removeprefix("conflict:"), "start"].ours == "2029"


def test_eras_calendars_and_unknown_values_are_read_as_they_are_meant(tmp_path):
    town = "place:crater-town"
    world = found(
        tmp_path,
        claims((town, "ckg:startedOn", "1990"), (town, "ckg:endedOn", "1990")),
        claims((town, "ckg:happenedOn", "1717-03-05")).replace("fiction-", "fiction-other-"),
    )
    assert ("crater-town", "start") not in world, "theirs is not known"
    assert world["crater-town", "end"].theirs == "-0043-03 (Julian calendar)"
    assert world["crater-town", "time"].theirs == "1717-03 (Julian calendar)"
    again = found(tmp_path / "again", claims((town, "ckg:happenedOn", "1717-04-10")))
    assert ("crater-town", "time") not in again


def test_distances_are_those_of_a_sphere():
    assert kilometres((0, 0), (0, 180)) == pytest.approx(20015.1, abs=0.1)
    assert kilometres((0, 179.5), (0, -179.5)) == pytest.approx(111.2, abs=0.1)
    assert kilometres((90, 0), (90, 120)) == pytest.approx(0, abs=1e-6)


def test_the_command_prints_a_row_for_each_difference(tmp_path, monkeypatch):
    store_of(tmp_path / "home", THINGS)
    monkeypatch.setenv("KG_HOME", str(tmp_path / "home"))
    result = CliRunner().invoke(main, ["enrich", "--compare", "-f", "tsv"])
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert rows[0] == ["thing", "item", "what", "here", "there", "note"]
    item = "Q900000001"
    assert rows[2] == ["state:northland", item, "name ru", "Северная страна", "Нордландия", ""]
    assert (result.exit_code, result.stderr) == (0, "(3 differences)\n")
    listed = CliRunner().invoke(main, ["enrich", "--compare", "-f", "table"])
    assert max(map(len, listed.stdout.splitlines())) <= 80


def test_without_a_fetch_there_is_nothing_to_compare(tmp_path):
    with pytest.raises(NotFoundError, match="nothing was fetched yet"):
        differences(EmbeddedStore(tmp_path), 10)
