"""What an event of UCDP GED claims, on invented rows with the 49 columns of its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.importers.tables import (
    CAR,
    GED,
    HDX,
    events,
    import_events,
    shared,
    store_of,
    together_with,
)

from kg.importers.running import Outcome
from kg.namespaces import PREFIXES
from kg.validation.dataset import check_dataset

CLAIMED = """
SELECT ?predicate ?value ?certainty WHERE {
  ?claim ckg:content ?content ; ckg:certainty ?certainty ;
         ckg:claimant dataset-release:ucdp-ged-31-1 .
  ?content rdf:subject ?event ; rdf:predicate ?predicate ; rdf:object ?value .
}
"""
NUMBERS = """
SELECT ?label ?low ?best ?high ?population WHERE {
  ?estimate a ckg:CasualtyEstimate ; rdfs:label ?label ; ckg:low ?low ; ckg:best ?best ;
            ckg:high ?high ; ckg:population ?population .
} ORDER BY ?label
"""


def ask(store: ox.Store, text: str) -> list[tuple[str, ...]]:
    found = store.query(text, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    return sorted(tuple(_short(value.value) for value in solution) for solution in found)


def _short(value: str) -> str:
    return value.rpartition("/id/")[2].rpartition("/vocab/")[2].rpartition("ns#")[2]


def imported(folder: Path, *changes: Mapping[str, str]) -> tuple[ox.Store, Outcome]:
    path = folder / "events.csv"
    path.write_text(events(*changes), encoding="utf-8")
    outcome = import_events(path, folder / "import")
    return store_of(folder / "import"), outcome


def test_an_event_is_claimed_with_deaths_days_place_and_conflict(tmp_path: Path) -> None:
    store, outcome = imported(tmp_path, {"date_end": "2031-05-09"})
    claimed = ask(store, CLAIMED)
    assert [(predicate, certainty) for predicate, _, certainty in claimed] == [
        ("casualties", "certainty/certain"),
        ("happenedAt", "certainty/certain"),
        ("happenedOn", "certainty/certain"),
        ("partOf", "certainty/certain"),
    ]
    values = {predicate: value for predicate, value, _ in claimed}
    assert values["happenedOn"] == "time/2031-05-06/2031-05-09"
    assert values["partOf"] == "conflict/ucdp-990001"
    assert outcome.report.skipped == 0


def test_a_place_has_the_name_and_the_coordinates_of_its_row(tmp_path: Path) -> None:
    store, _ = imported(tmp_path, {"where_prec": "3"})
    query = """SELECT ?name ?lat ?long ?source ?certainty WHERE {
      ?place a ckg:Place ; rdfs:label ?name ; wgs84:lat ?lat ; wgs84:long ?long ;
             ckg:coordinateSource ?source .
      ?claim ckg:content/rdf:object ?place ; ckg:certainty ?certainty }"""
    place = ("Duck Soup town", "12.5", "-45.25", "UCDP GED 31.1", "certainty/probable")
    assert ask(store, query) == [place]


@pytest.mark.parametrize(
    ("kind", "population", "whole"),
    [
        ("1", "state-based-deaths", "conflict/ucdp-990001"),
        ("2", "non-state-deaths", "conflict/ucdp-non-state-990001"),
        ("3", "one-sided-deaths", "event/ucdp-one-sided-990001"),
    ],
)
def test_whom_the_numbers_count_follows_from_the_type_of_violence(
    tmp_path: Path, kind: str, population: str, whole: str
) -> None:
    store, _ = imported(tmp_path, {"type_of_violence": kind})
    ((_, low, best, high, counted),) = ask(store, NUMBERS)
    assert (low, best, high, counted) == ("1", "2", "3", f"population/{population}")
    assert whole in {value for _, value, _ in ask(store, CLAIMED)}


def test_states_that_are_linked_are_belligerents_and_where_it_happened(tmp_path: Path) -> None:
    """371, 373 and 2 are linked; 365 is two states of ours, and 99001 none."""
    store, outcome = imported(tmp_path, {"gwnoa": "373;2;365", "gwnob": "371", "country_id": "373"})
    states = {
        (predicate, value) for predicate, value, _ in ask(store, CLAIMED) if "state/" in value
    }
    assert states == {
        ("belligerent", "state/armenia"),
        ("belligerent", "state/azerbaijan"),
        ("belligerent", "state/united-states"),
        ("happenedAt", "state/azerbaijan"),
    }
    assert [(reason.words, reason.value) for reason in outcome.report.reasons] == [
        ("no state of ours is linked to a number of a state", "365")
    ]


def test_nobody_is_a_belligerent_of_one_sided_violence(tmp_path: Path) -> None:
    store, _ = imported(tmp_path, {"type_of_violence": "3", "gwnoa": "373"})
    assert "belligerent" not in {predicate for predicate, *_ in ask(store, CLAIMED)}


def test_what_is_odd_about_a_row_is_told_and_the_row_is_kept(tmp_path: Path) -> None:
    odd = (
        {"id": "1", "low": "5"},
        {"id": "2", "active_year": "perhaps"},
        {"id": "3", "year": "2030"},
        {"id": "4", "latitude": ""},
        {"id": "5", "gwnoa": "two"},
    )
    store, outcome = imported(tmp_path, *({"country_id": "", "gwnoa": ""} | row for row in odd))
    assert (outcome.rows, outcome.report.skipped) == (5, 0)
    assert {reason.words for reason in outcome.report.reasons} == {
        "low, best and high are not in this order",
        "active_year is neither yes nor no",
        "the event did not begin in the year of its row",
        "there are no coordinates, and so no place",
        "gwnoa is no list of numbers",
    }
    assert (
        len(ask(store, "SELECT ?e WHERE { ?e a ckg:Event FILTER(CONTAINS(STR(?e), '/event/')) }"))
        == 5
    )


def test_a_row_that_cannot_be_used_is_skipped_and_leaves_no_trace(tmp_path: Path) -> None:
    bad = (
        {"id": "x"},
        {"id": "2", "best": "-1"},
        {"id": "3", "date_start": "2031-13-01"},
        {"id": "4", "date_end": "2030-01-01"},
        {"id": "5", "type_of_violence": "4"},
        {"id": "", "source_date": "#date"},
        {"id": "6", "country_id": "Freedonia"},
        {"id": "7"},
    )
    store, outcome = imported(tmp_path, *bad)
    assert (outcome.rows, outcome.report.skipped) == (8, 7)
    assert ask(store, "SELECT DISTINCT ?e WHERE { ?p rdf:subject ?e }") == [("event/ucdp-ged-7",)]


def test_two_events_with_the_same_numbers_share_the_estimate_and_nothing_is_merged(
    tmp_path: Path,
) -> None:
    store, _ = imported(tmp_path, {"id": "1"}, {"id": "2"})
    query = "SELECT ?e WHERE { ?p rdf:predicate ckg:casualties ; rdf:subject ?e }"
    assert len(ask(store, NUMBERS)) == 1
    assert ask(store, query) == [("event/ucdp-ged-1",), ("event/ucdp-ged-2",)]


def test_imported_events_keep_every_shape_and_check(tmp_path: Path) -> None:
    imported(
        tmp_path,
        {"gwnoa": "373", "gwnob": "371", "country_id": "373", "where_prec": "5", "low": "9"},
        {"id": "2", "type_of_violence": "2", "date_end": "2031-06-01", "conflict_new_id": "990002"},
        {"id": "3", "type_of_violence": "3", "conflict_name": "Passmen - Civilians"},
    )
    report = check_dataset(together_with(tmp_path / "import"))
    assert report.conforms, [str(result) for result in report.results]
    assert "imported-estimate-out-of-order-warning" in str(report.results)


def test_the_events_in_the_central_african_republic_are_imported(tmp_path: Path) -> None:
    """All 1,848 of them, from GeoJSON; 20 have numbers out of order, as they have there."""
    outcome = import_events(shared(CAR), tmp_path, GED.release("23.1"))
    assert (outcome.rows, outcome.report.skipped, outcome.parts) == (1848, 0, 4)
    reasons = {reason.words: reason.rows for reason in outcome.report.reasons}
    assert reasons["low, best and high are not in this order"] == 20
    sums = """SELECT (COUNT(?event) AS ?events) (SUM(?best) AS ?deaths) WHERE {
      ?content rdf:subject ?event ; rdf:predicate ckg:casualties ; rdf:object/ckg:best ?best }"""
    assert ask(store_of(tmp_path), sums) == [_sums(CAR)]


def _sums(path: Path) -> tuple[str, str]:
    """How many events a file has, and the sum of their best numbers."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return str(len(features)), str(sum(feature["properties"]["best"] for feature in features))


def test_a_table_with_43_columns_and_a_line_of_tags_is_imported(tmp_path: Path) -> None:
    release = GED.release("0", citation="The release of the file is not known.")
    outcome = import_events(shared(HDX), tmp_path, release)
    assert (outcome.rows, outcome.report.skipped) == (602, 1)
    skipped = outcome.report.reasons[0]
    assert (skipped.line, skipped.words) == (2, "the row has tags and no data")
