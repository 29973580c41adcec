"""A name of ours of which the store says nothing is told, with what may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.sparql import unmentioned
from kg.sparql.service import answer
from kg.store.embedded import EmbeddedStore
from kg.store.interface import Patch

from .conftest import META, quads

DATA = """
GRAPH graph:ontology { kind:accuse a skos:Concept ; skos:prefLabel "accuse"@en . }
GRAPH graph:curated {
  event:tegh-firefight a ckg:Event ; rdfs:label "firefight near Tegh"@en .
  event:sochi-talks a ckg:Event ; rdfs:label "talks in Sochi"@en .
  person:ian-kelly a ckg:Person ; skos:altLabel "Иэн Келли"@ru ; ckg:accessTo place:akna .
  state:arvonia a ckg:State ; rdfs:label "Arvonia"@en .
  claim:000-12-1 a ckg:Claim ; rdfs:label "Something"@en ; ckg:madeIn statement:untold .
}
GRAPH graph:shapes { ckg:SomeShape sh:in voice:own . }
"""


def filled(home: Path) -> EmbeddedStore:
    store = EmbeddedStore(home)
    store.commit(Patch(quads(DATA)), META, commit_id="fixture")
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    return filled(tmp_path_factory.mktemp("unmentioned") / "home")


def warned(store: EmbeddedStore, text: str) -> list[str]:
    return [str(warning) for warning in answer(store, text).warnings]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("event:firefight-near-tegh", ": did you mean event:tegh-firefight?"),
        ("event:tegh-fireflight", ": did you mean event:tegh-firefight?"),
        ("<id/event/firefight>", ": did you mean event:tegh-firefight?"),
        ("person:келли", ": did you mean person:ian-kelly?"),
        ("person:arvonia", ": did you mean state:arvonia?"),
        ("event:zzzzzz", ""),
        ("claim:000-12-2", ""),
        ("channel:phone", ""),
    ],
)
def test_what_may_be_meant_is_said_by_slug_and_by_label(store, name, meant):
    (said,) = warned(store, f"SELECT *\nWHERE {{ ?s ?p {name} . {name} ?q ?r }}")
    shown = name.replace("<id/event/", "event:").rstrip(">")
    assert said == f"2:15: nothing is known of {shown}{meant}"


def test_a_concept_that_the_ontology_lacks_is_told_once(store):
    (said,) = warned(store, "ASK { ?s ckg:kind kind:acuse }")
    assert said == "1:19: kind:acuse is no concept of kind: did you mean kind:accuse?"


@pytest.mark.parametrize(
    "text",
    [
        "ASK { event:tegh-firefight a ckg:Event ; ckg:happenedAt ?place }",
        "ASK { ?who ckg:accessTo place:akna }",  # only an object
        "ASK { ?claim ckg:madeIn statement:untold }",
        "ASK { GRAPH graph:shapes { ?shape ?p voice:own } }",  # not in the union
        'ASK { ?s rdfs:label "event:nowhere", """person:nobody""" } # place:atlantis',
        "ASK { ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(event:))) }",
        "PREFIX e: <https://w3id.org/conflict-kg/id/event/tegh-> ASK { e:firefight ?p ?o }",
        "PREFIX event: <https://example.org/> ASK { event:nowhere ?p ?o }",
        "BASE <https://w3id.org/conflict-kg/id/event/> ASK { <tegh-firefight> ?p ?o }",
        "CONSTRUCT { person:me ckg:near [ rdfs:label ?l ] } WHERE { ?s rdfs:label ?l }",
        "ASK FROM graph:nowhere { ?s ?p ?o }",
        "ASK { ?s owl:sameAs <https://example.org/id/event/nowhere> }",
    ],
)
def test_what_is_mentioned_or_not_named_by_the_query_is_no_warning(store, text):
    assert warned(store, text) == []


def test_the_pattern_of_a_construct_is_looked_at(store):
    (said,) = warned(store, "CONSTRUCT { ?s a person:me } WHERE { ?s ?p event:nowhere }")
    assert "event:nowhere" in said
    (said,) = warned(store, "CONSTRUCT WHERE { ?s ?p event:nowhere }")
    assert "event:nowhere" in said


def test_warnings_are_in_the_order_of_the_query(store):
    said = warned(store, "ASK { event:a ckg:kind kind:b ; ckg:about event:c }")
    assert [line.split(":")[1] for line in said] == ["7", "24", "43"]


def test_a_new_generation_is_asked_anew(tmp_path):
    store = filled(tmp_path / "home")
    text = "ASK { event:harbour-talks ?p ?o }"
    assert len(warned(store, text)) == 1
    added = quads('GRAPH graph:curated { event:harbour-talks rdfs:label "talks"@en }')
    store.commit(Patch(added), META, commit_id="more")
    assert warned(store, text) == []
    (said,) = warned(store, "ASK { event:harbor-talks ?p ?o }")
    assert "did you mean event:harbour-talks" in said


def test_a_long_list_of_names_is_neither_looked_up_nor_told_whole(store, monkeypatch):
    asked = []
    monkeypatch.setattr(unmentioned, "_mentioned", lambda _, __, name: asked.append(name))
    names = " ".join(f"event:a{number}" for number in range(500))
    assert len(warned(store, f"SELECT * {{ VALUES ?e {{ {names} }} }}")) == unmentioned.MOST_TOLD
    monkeypatch.setattr(unmentioned, "_mentioned", lambda _, __, name: asked.append(name) or True)
    asked.clear()
    assert warned(store, f"SELECT * {{ VALUES ?e {{ {names} }} }}") == []
    assert len(asked) == unmentioned.MOST_ASKED


def test_what_is_known_is_told_without_reading_all_names(store, monkeypatch):
    monkeypatch.setattr(unmentioned, "names_of", lambda _: pytest.fail("all names were read"))
    assert warned(store, "ASK { event:tegh-firefight ?p ?o }") == []


def test_an_empty_store_is_asked_nothing(tmp_path):
    assert warned(EmbeddedStore(tmp_path), "ASK { event:nowhere ?p ?o }") == []
