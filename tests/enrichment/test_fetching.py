"""What is asked of an endpoint with Wikidata's data, and what is taken of the answers."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.enrichment.world import CRATER, GONE, MERGED, NORTHLAND, WAR, Far, World, extract

from kg.enrichment.fetching import Fetched, Wanted, fetch
from kg.errors import EndpointError

ALL = [NORTHLAND, WAR, MERGED, GONE, CRATER]


@pytest.fixture(scope="module")
def found() -> Fetched:
    return fetch(ALL, Wanted(), World().questions())


def said(found: Fetched, identifier: str) -> set[tuple[str, str, str]]:
    """The local names of triples, literals by their value."""

    def local(term: object) -> str:
        text = term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
        return text.rpartition("/")[2] if isinstance(term, ox.NamedNode) else text

    return {(local(t.subject), local(t.predicate), local(t.object))
            for t in found.entities[identifier]}  # fmt: skip


def test_names_are_those_of_the_languages_that_are_asked_for(found):
    texts = {str(t.object) for t in found.entities[NORTHLAND] if isinstance(t.object, ox.Literal)}
    assert {'"Northland"@en', '"Нордландия"@ru', '"the North"@en'} <= texts
    assert not any("@eo" in text for text in texts)


def test_statements_of_every_rank_are_taken_with_their_rank(found):
    ranks = {s: o for s, p, o in said(found, NORTHLAND) if p == "ontology#rank"}
    assert ranks == {
        "Q900000001-preferred": "ontology#PreferredRank",
        "Q900000001-other": "ontology#NormalRank",
        "Q900000001-withdrawn": "ontology#DeprecatedRank",
    }


def test_a_time_comes_with_its_precision_and_its_calendar(found):
    assert {
        ("Q900000002-start", "P580", "start"),
        ("start", "ontology#timeValue", "2031-02-03T00:00:00Z"),
        ("start", "ontology#timePrecision", "11"),
        ("start", "ontology#timeCalendarModel", "Q1985727"),
    } <= said(found, WAR)


def test_qualifiers_are_taken_and_references_are_not(found):
    triples = said(found, WAR)
    assert ("Q900000002-start", "P276", "Q900000001") in triples
    assert not any("somewhere" in o or o == "qualified" for _, _, o in triples)


def test_a_value_that_is_denied_is_told_as_that(found):
    types = {o for s, _, o in said(found, WAR) if s == "Q900000002-end"}
    assert "P582" in types
    assert not any(p == "P582" for s, p, _ in said(found, WAR) if s == "Q900000002-end")


def test_a_value_that_nobody_knows_has_the_same_name_each_time(found):
    again = fetch([CRATER], Wanted(), World(Far.of(extract())).questions())
    assert again.entities[CRATER] == found.entities[CRATER]
    values = {o for _, p, o in said(found, CRATER) if p == "P580"}
    assert len([v for v in values if not v.startswith("Q")]) == 2


@pytest.mark.parametrize(("identifier", "revision"), [(NORTHLAND, "4711"), (WAR, "12")])
def test_the_revision_is_found_at_the_item_and_at_the_document_about_it(
    found, identifier, revision
):
    assert (identifier, "version", revision) in said(found, identifier)


def test_what_is_merged_or_gone_is_told_apart(found):
    assert found.merged == {MERGED: "Q900000004"}
    assert found.missing == [GONE]
    assert set(found.entities) == {NORTHLAND, WAR, CRATER}


def test_entities_are_asked_for_in_batches_that_are_counted():
    world, heard = World(), list[int]()
    found = fetch(ALL, Wanted(), world.questions(batch=2), heard.append)
    assert heard == [2, 2, 1]
    assert len(world.far.asked) == 3 * 4
    assert found.entities.keys() == {NORTHLAND, WAR, CRATER}
    assert world.waited == [0.5] * 11, "a pause before each question but the first"


def test_a_question_is_asked_again_after_the_pause_that_is_asked_for():
    busy = EndpointError("it is busy", retry_after=7)
    world = World()
    world.far.failures = [busy]
    assert fetch([NORTHLAND], Wanted(), world.questions()).entities
    assert world.waited[0] == 7


def test_after_so_many_attempts_the_error_is_told():
    world = World()
    world.far.failures = [EndpointError(f"failure {n}") for n in range(5)]
    with pytest.raises(EndpointError, match="failure 2"):
        fetch([NORTHLAND], Wanted(), world.questions())
    assert world.waited == [1, 0.5, 2, 0.5]


def test_a_longer_pause_than_is_waited_ends_it_with_a_word():
    world = World()
    world.far.failures = [EndpointError("it is busy", retry_after=3600)]
    with pytest.raises(EndpointError, match="asks to wait for 3600 s") as told:
        fetch([NORTHLAND], Wanted(), world.questions())
    assert told.value.hint == "try again then"
    assert world.waited == []


def test_an_endpoint_that_knows_none_of_them_is_not_believed():
    with pytest.raises(EndpointError, match="knows none of the entities"):
        fetch([NORTHLAND], Wanted(), World(Far.of([])).questions())


def test_an_answer_that_is_too_long_says_what_to_do():
    with pytest.raises(EndpointError) as told:
        fetch(ALL, Wanted(), World().questions(rows=3, attempts=1))
    assert told.value.hint == "ask for less with --batch"
