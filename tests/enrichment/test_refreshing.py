"""What a refresh changes in the graph of what was fetched."""

from __future__ import annotations

from datetime import timedelta

import pyoxigraph as ox
import pytest
from tests.enrichment.world import (
    CRATER,
    ENDPOINT,
    GONE,
    MERGED,
    NORTHLAND,
    NOW,
    OURS,
    WAR,
    WD,
    Far,
    Held,
    World,
    extract,
    in_graph,
    turtle,
)

from kg.enrichment.fetching import Wanted
from kg.enrichment.refreshing import Due, refresh
from kg.store.interface import Patch

MONTH = timedelta(days=30)


def ours() -> Held:
    return Held(set(in_graph("links", turtle(OURS))))


def refreshed(held: Held, world: World | None = None, now=NOW, older_than=MONTH) -> Patch:
    """The patch of a refresh, which is applied."""
    due = Due.of(held, now, older_than)
    patch = refresh(due, Wanted(), (world or World()).questions(), now).patch
    assert not set(patch.removed) - held.content
    assert not set(patch.added) & held.content
    held.content = (held.content - set(patch.removed)) | set(patch.added)
    return patch


@pytest.fixture
def held() -> Held:
    made = ours()
    refreshed(made)
    return made


def record(held: Held, identifier: str) -> dict[str, str]:
    node = f"https://w3id.org/conflict-kg/graph/wikidata#{identifier}"
    return {q.predicate.value.rpartition("/")[2]: q.object.value  # type: ignore[union-attr]
            for q in held.content if q.subject == ox.NamedNode(node)}  # fmt: skip


def test_what_is_linked_is_due_and_close_matches_are_too():
    due = Due.of(ours(), NOW, MONTH)
    assert due.ids == (NORTHLAND, WAR, MERGED, GONE, CRATER)
    assert due.links[NORTHLAND] == {"https://w3id.org/conflict-kg/id/state/northland"}


def test_everything_goes_to_one_graph_and_speaks_of_wikidatas_things(held):
    new = [q for q in held.content if "links" not in str(q.graph_name)]
    assert {str(q.graph_name) for q in new} == {"<https://w3id.org/conflict-kg/graph/wikidata>"}
    theirs = ("http://www.wikidata.org/", "https://w3id.org/conflict-kg/graph/wikidata#Q")
    assert all(q.subject.value.startswith(theirs) for q in new)


def test_each_entity_has_a_record_with_revision_time_endpoint_and_terms(held):
    assert record(held, NORTHLAND) == {
        "22-rdf-syntax-ns#type": "http://www.w3.org/ns/prov#Entity",
        "primaryTopic": f"{WD}{NORTHLAND}",
        "prov#wasDerivedFrom":
            "https://www.wikidata.org/wiki/Special:EntityData/Q900000001?revision=4711",
        "prov#generatedAtTime": "2026-01-02T03:04:05Z",
        "source": ENDPOINT,
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    }  # fmt: skip
    assert "?" not in record(held, CRATER)["prov#wasDerivedFrom"], "no revision was told"


def test_what_was_fetched_lately_is_not_asked_for_again(held):
    world = World()
    assert refreshed(held, world, NOW + timedelta(days=29)) == Patch()
    assert f"{WD}{NORTHLAND}" not in "".join(world.far.asked)


def test_where_nothing_is_new_only_the_times_of_the_fetch_change(held):
    patch = refreshed(held, now=NOW + MONTH)
    assert {q.predicate.value for q in (*patch.added, *patch.removed)} == {
        "http://www.w3.org/ns/prov#generatedAtTime"
    }
    assert len(patch.added) == len(patch.removed) == 3


def test_what_wikidata_says_otherwise_now_takes_the_place_of_what_it_said(held):
    newer = [t for t in extract() if t.predicate.value.rpartition("/")[2] != "P580"]
    newer = [t for t in newer if str(t.object) != '"Northland"@en']
    newer += turtle('wd:Q900000001 rdfs:label "Republic of the Northland"@en .')
    patch = refreshed(held, World(Far.of(newer)), NOW + MONTH)
    assert '"Northland"@en' in {str(q.object) for q in patch.removed}
    assert '"Republic of the Northland"@en' in {str(q.object) for q in patch.added}
    left = {str(q.subject) for q in held.content}
    assert not any("Q900000002-start" in node or node.endswith("/value/start>") for node in left)


def test_what_nothing_links_to_any_more_goes_and_the_rest_stays(held):
    gone = {q for q in held.content if q.object == ox.NamedNode(f"{WD}{WAR}")
            and "links" in str(q.graph_name)}  # fmt: skip
    held.content -= gone
    due = Due.of(held, NOW, MONTH)
    assert due.unlinked == (WAR,)
    before = record(held, NORTHLAND)
    refreshed(held)
    assert record(held, WAR) == {}
    assert not any("Q900000002" in str(q.subject) for q in held.content)
    assert record(held, NORTHLAND) == before


def test_an_entity_that_was_deleted_goes_and_is_told(held):
    rest = [t for t in extract() if "Q900000001" not in f"{t.subject} {t.object}"]
    due = Due.of(held, NOW + MONTH, MONTH)
    done = refresh(due, Wanted(), World(Far.of(rest)).questions(), NOW + MONTH)
    assert done.fetched.missing == [NORTHLAND, GONE]
    assert any("Northland" in str(quad.object) for quad in done.patch.removed)
