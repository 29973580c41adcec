"""What a contribution means is told from the state that it would make."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from tests.contributions.speakers import PREFIXES
from tests.seeded import Seeded

from kg.contributions.meaning import sentence
from kg.contributions.proposing import proposed_of
from kg.contributions.showing import lines
from kg.processes.opening import open_embedded
from kg.store.embedded import EmbeddedStore
from kg.store.interface import Examined, Patch, Proposed, Upload

PROPOSITION = "6338bb8760b9"
"""The meeting in Prague happened in Prague, which one claim says and nobody contests."""

CLAIM = (
    PREFIXES
    + """@prefix claim: <https://w3id.org/conflict-kg/id/claim/> .
@prefix proposition: <https://w3id.org/conflict-kg/id/proposition/> .
@prefix mode: <https://w3id.org/conflict-kg/vocab/mode/> .
@prefix certainty: <https://w3id.org/conflict-kg/vocab/certainty/> .
@prefix polarity: <https://w3id.org/conflict-kg/vocab/polarity/> .
person:zz-fictional a ckg:Person ; rdfs:label "Zz Fictional"@en .
claim:zz-1 a ckg:Claim ; rdfs:label "A fictional person speaks of a meeting"@en ;
  ckg:claimant person:zz-fictional ; ckg:mode mode:fact ; ckg:certainty certainty:certain ;
  ckg:polarity polarity:%s ; ckg:content proposition:%s .
"""
)


@pytest.fixture(scope="module")
def store(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    home = tmp_path_factory.mktemp("meaning") / "home"
    seeded.copy_to(home)
    return open_embedded(home)


def examined(store: EmbeddedStore, turtle: str) -> tuple[Examined, dict[str, Any]]:
    found = store.examine(Proposed((Upload(turtle.encode(), "text/turtle"),)))
    return found, dict(found.meaning)


def test_a_claim_that_denies_what_nobody_contested_changes_the_consensus(
    store: EmbeddedStore,
) -> None:
    found, meaning = examined(store, CLAIM % ("negative", PROPOSITION))
    assert not found.verdict.conforms  # it rests on no passage
    assert meaning["consensus"]["sentence"] == "1 triple is uncontested no more."
    assert meaning["consensus"]["removed"]["first"] == [
        ["high-level meeting in Prague", "happened at", "Prague"]
    ]
    [against] = meaning["contradicts"]["first"]
    assert against["new"]["id"] == "claim:zz-1"
    assert against["existing"]["id"].startswith("claim:")
    assert [thing["id"] for thing in meaning["adds"]["first"]] == [
        "claim:zz-1",
        "person:zz-fictional",
    ]
    assert (meaning["supports"]["count"], meaning["duplicates"]["count"]) == (0, 0)


def test_a_claim_that_says_the_same_supports_it_and_leaves_the_consensus(
    store: EmbeddedStore,
) -> None:
    _, meaning = examined(store, CLAIM % ("positive", PROPOSITION))
    assert meaning["consensus"]["sentence"] == "Nothing changes in what is uncontested."
    assert meaning["supports"]["count"] == 1
    assert meaning["contradicts"]["count"] == 0


def test_a_question_that_is_answered_otherwise_is_named_with_its_solutions(
    store: EmbeddedStore,
) -> None:
    rows = store.query(
        "SELECT ?c WHERE { ?c ckg:content [ rdf:subject event:tegh-firefight ;"
        " rdf:predicate ckg:initiatedBy ] ; ckg:claimant state:armenia }",
        accept="text/csv",
    )
    [_, claim] = b"".join(rows).decode().split()
    quads = tuple(q for q in store.snapshot().quads() if q.subject.value == claim)
    authored = tuple(q for q in quads if q.graph_name.value.endswith("curated"))
    found = store.examine(proposed_of(Patch(removed=authored)))
    questions = {each["name"]: each for each in dict(found.meaning)["questions"]}
    assert questions["01-who-initiated-the-tegh-firefight"]["removed_count"] == 1
    assert store.generation() == 1  # nothing was changed by looking


OWN = 4
"""The quads of the store about itself, which no query sees."""


def test_of_much_data_no_questions_are_asked_and_that_is_told(store: EmbeddedStore) -> None:
    proposed = Proposed((Upload((CLAIM % ("negative", PROPOSITION)).encode(), "text/turtle"),))
    quads = sum(quad.graph_name != ox.DefaultGraph() for quad in store.snapshot().quads())
    with store.candidate(store.generation()) as candidate:
        of_few = candidate.examine(proposed, quads + OWN).meaning
        told = dict(candidate.examine(proposed, quads - 1).meaning)
    assert isinstance(of_few["questions"], list)
    assert told["questions"] is None
    assert told["consensus"]["removed"]["count"] == 1
    words = "which competency questions it answers another way is not told: there is much data"
    assert words in lines({"meaning": told})


@pytest.mark.parametrize(
    ("gained", "lost", "words"),
    [
        (2, 1, "2 triples become uncontested and 1 triple is uncontested no more."),
        (0, 3, "3 triples are uncontested no more."),
        (1, 0, "1 triple becomes uncontested."),
    ],
)
def test_the_sentence_counts(gained: int, lost: int, words: str) -> None:
    assert sentence(gained, lost) == words
