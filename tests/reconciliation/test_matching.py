"""What is matched to what, as a person would."""

from __future__ import annotations

from typing import Any

import pytest
from tests.reconciliation.conftest import Match

from kg.errors import InputError, LimitError
from kg.reconciliation.index import Index
from kg.reconciliation.match import FEATURES
from kg.reconciliation.service import answer

FOUND = {
    "Пашинян": "person/nikol-pashinyan",
    "Փաշինյան": "person/nikol-pashinyan",
    "Paşinyan": "person/nikol-pashinyan",
    "Пашиняна": "person/nikol-pashinyan",
    "Пашиняном": "person/nikol-pashinyan",
    "N. Pashinyan": "person/nikol-pashinyan",
    "Pashynian": "person/nikol-pashinyan",
    "Əliyev": "person/ilham-aliyev",
    "Алиева": "person/ilham-aliyev",
    "Sergueï Lavrov": "person/sergey-lavrov",
    "Emanuel Macron": "person/emmanuel-macron",
    "Vladimir Poutine": "person/vladimir-putin",
    "Bakou": "place/baku",
    "Երևանում": "place/yerevan",
    "Азербайджана": "state/azerbaijan",
    "Nagorno Karabakh": "place/nagorno-karabakh",
    "second war in Karabakh": "conflict/second-nagorno-karabakh-war",
}
CERTAIN = {
    "Nikol Pashinyan": "person/nikol-pashinyan",
    "PASHINYAN, Nikol": "person/nikol-pashinyan",
    "Никол Пашинян": "person/nikol-pashinyan",
    "OSCE": "organisation/osce",
    "USSR": "state/soviet-union",
    "United States of America": "state/united-states",
    "Azərbaycan": "state/azerbaijan",
    "Ереван": "place/yerevan",
}
UNCERTAIN = ("Pashinyan", "N. Pashinyan", "Karabakh war", "Vladimir Potin")
ABSENT = ("Stepanakert", "Recep Tayyip Erdogan", "Zzyzx", "—", "Helsinki Commission of 1975")


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [candidate["id"] for candidate in found]


@pytest.mark.parametrize("text", FOUND)
def test_the_right_thing_comes_first(match: Match, text: str) -> None:
    assert ids(match(text))[:1] == [FOUND[text]]


@pytest.mark.parametrize("text", CERTAIN)
def test_a_whole_name_is_a_match(match: Match, text: str) -> None:
    first, *others = match(text)
    assert (first["id"], first["match"]) == (CERTAIN[text], True)
    assert not any(other["match"] for other in others)


@pytest.mark.parametrize("text", UNCERTAIN)
def test_a_part_of_a_name_or_another_spelling_is_left_to_a_person(match: Match, text: str) -> None:
    found = match(text)
    assert found
    assert not any(candidate["match"] for candidate in found)


@pytest.mark.parametrize("text", ABSENT)
def test_what_is_not_there_has_no_match(match: Match, text: str) -> None:
    assert not any(c["match"] or c["score"] >= 90 for c in match(text))


def test_a_type_leaves_others_out_or_puts_them_back(match: Match) -> None:
    assert set(ids(match("Armenia", type="State"))) == {"state/armenia"}
    assert "state/armenia" in ids(match("Armenia", type="Actor"))
    assert "state/armenia" not in ids(match("Armenia", type=["Place", "Person"]))
    both = match("Armenia", type=["State", "Event"], type_strict="all")
    assert both == []
    softly = match("Armenia", type="Place", type_strict="should")
    state = next(c for c in softly if c["id"] == "state/armenia")
    assert state["score"] == 80.0
    assert not state["match"]


def test_a_type_may_be_given_by_its_iri(match: Match) -> None:
    iri = "https://w3id.org/conflict-kg/ns#State"
    assert ids(match("Armenia", type=iri)) == ids(match("Armenia", type="State"))


def test_the_type_of_a_subclass_is_one_of_the_class(match: Match) -> None:
    (first, *_) = match("Newsweek", type="Organisation")
    assert first["id"] == "organisation/newsweek"
    assert first["type"][0]["id"] == "Outlet"


@pytest.mark.parametrize("value", ["Q399", {"id": "Q399"}, ["Q1", "Q399"]])
def test_an_identifier_of_others_is_enough(match: Match, value: object) -> None:
    (first,) = match("", properties=[{"pid": "wikidata", "v": value}])
    assert (first["id"], first["match"]) == ("state/armenia", True)


def test_a_property_speaks_for_a_candidate_or_against_it(match: Match) -> None:
    fitting = match("Sochi meeting 2022", properties=[{"pid": "happenedOn", "v": "2022-10-31"}])[0]
    other = match("Sochi meeting 2022", properties=[{"pid": "happenedOn", "v": "2021-11-26"}])[0]
    plain = match("Sochi meeting 2022")[0]
    assert fitting["id"] == other["id"] == plain["id"] == "event/sochi-meeting-2022"
    assert fitting["score"] > plain["score"] > other["score"]
    assert {"id": "property:happenedOn", "value": 100.0} in fitting["features"]
    assert not other["match"]


def test_the_name_of_a_thing_is_a_value_as_good_as_its_identifier(match: Match) -> None:
    for value in ("Vladimir Putin", "Путин", {"id": "person/vladimir-putin", "name": "x"}):
        (first, *_) = match("Sochi talks", properties=[{"pid": "hostedBy", "v": value}])
        assert first["id"] == "event/sochi-meeting-2022"
        assert {f["id"]: f["value"] for f in first["features"]}["property:hostedBy"] >= 75


def test_every_feature_is_explained(match: Match) -> None:
    found = match("Armenia", type="State", properties=[{"pid": "wikidata", "v": "Q399"}])[0]
    assert {f["id"].partition(":")[0] for f in found["features"]} == set(FEATURES)


def test_a_limit_is_kept(match: Match) -> None:
    assert len(match("Armenia", limit=1)) == 1
    assert len(match("Armenia", limit=-5)) == 1
    assert len(match("Armenia", limit=1e9)) <= 50


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"query": 3},
        {"query": " "},
        {"query": "x", "type_strict": "perhaps"},
        {"query": "x", "type": [3]},
        {"query": "x", "limit": "many"},
        {"query": "x", "properties": "y"},
        {"query": "x", "properties": [{"pid": "p"}]},
        {"query": "x", "properties": [{"pid": "p", "v": None}]},
        ["x"],
        None,
    ],
)
def test_a_query_that_is_none_is_refused(index: Index, query: object) -> None:
    with pytest.raises(InputError):
        answer(index, {"do": "reconcile", "queries": {"q": query}, "seconds": 60})


def test_a_batch_that_takes_too_long_is_ended(index: Index) -> None:
    with pytest.raises(LimitError, match="longer than -1 s") as caught:
        answer(index, {"do": "reconcile", "queries": {"q": "Armenia"}, "seconds": -1})
    assert caught.value.limit == "reconcile_seconds"
    with pytest.raises(LimitError, match="longer than"):
        answer(index, {"do": "extend", "ids": ["x"], "properties": [], "seconds": -1})


@pytest.mark.parametrize("text", ["a" * 100_000, "a " * 50_000, "\0", "🦀" * 500, "'; DROP TABLE"])
def test_hostile_names_cost_little_and_break_nothing(match: Match, text: str) -> None:
    assert not any(candidate["match"] for candidate in match(text))


def test_the_index_has_the_entities_and_no_claims(index: Index) -> None:
    assert index.entity("claim/000-1-1") is None
    assert index.entity("event/tegh-firefight") is not None
    assert index.generation == 1
