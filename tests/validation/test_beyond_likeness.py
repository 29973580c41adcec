"""An entity that looks like another is told with the reason, and never with certainty."""

from __future__ import annotations

import pytest
from tests.validation.beyond import GRAPH, found, named, quads, related, world
from tests.validation.test_touched_checks import changed

from kg.store.interface import Patch
from kg.store.remembered import NAMES, findings_beside
from kg.validation import Kind, Severity
from kg.validation.beyond.around import Around
from kg.validation.beyond.likeness import CALLED_LIKE, LOOKS_LIKE
from kg.validation.beyond.names import ENOUGH, Names, Spellings
from kg.validation.checks import LARGE

ANN = 'person:ann skos:altLabel "Ilham Aliyev"@en ; skos:exactMatch <http://e.org/7> .\n'


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('rdfs:label "Ilham Aliyev"@en', 'it is called "Ilham Aliyev" too'),
        ('rdfs:label "ALIYEV, Ilham"@en', "but for case or order"),
        ('rdfs:label "İlham Aliyev"@az', "but for marks or letters of another script"),
        ('rdfs:label "Ильхам Алиев"@ru', "as transliterations differ"),
        ("skos:exactMatch <http://e.org/7>", "it has the same identifier, http://e.org/7"),
    ],
)
def test_an_entity_that_looks_like_another_is_told_with_the_reason(said: str, why: str) -> None:
    [finding] = found(f"{ANN} person:new a ckg:Person ; {said} .")
    assert (finding.kind, finding.severity) == (Kind.LIKENESS, Severity.WARNING)
    assert finding.source_shape == LOOKS_LIKE
    assert "Looks like person:" in finding.message
    assert why in finding.message


@pytest.mark.parametrize(
    "said",
    [
        'person:new a ckg:Person ; rdfs:label "Ilham Alieva"@en',
        'claim:900-1-1 rdfs:label "Ilham Aliyev"@en',
        'person:new a ckg:Person ; rdfs:label "Ilham Aliyev"@en ; owl:differentFrom person:ann',
        'person:ann owl:differentFrom person:new . person:new rdfs:label "Ilham Aliyev"@en',
        'person:new a ckg:Person ; rdfs:label "…"@en . person:ann rdfs:label "—"@en',
    ],
)
def test_what_does_not_look_alike_or_is_said_to_differ_is_not_told(said: str) -> None:
    assert found(f"{ANN} {said} .") == ()


def test_a_region_that_is_called_like_a_state_is_only_mentioned() -> None:
    [finding] = found('place:northland a ckg:Place ; rdfs:label "northland"@en .')
    assert (finding.source_shape, finding.severity) == (CALLED_LIKE, Severity.INFO)
    assert finding.related[0].endswith("/state/northland")


def test_two_new_entities_are_told_once() -> None:
    person = 'person:%s a ckg:Person ; rdfs:label "%s"@en .'
    [finding] = found(person % ("c", "Cem") + person % ("d", "CEM"))
    assert finding.focus_node.endswith("/person/d")


def test_without_an_index_likely_spellings_are_found() -> None:
    with changed(world(), Patch(quads(ANN))):
        spellings = Spellings(Around(world().store))
        same = found('person:new a ckg:Person ; rdfs:label "ILHAM ALIYEV"@az .', spellings)
        assert found('person:new a ckg:Person ; rdfs:label "Ilham Alyev"@en .', spellings) == ()
    assert named(same) == {LOOKS_LIKE}


def test_a_large_store_gets_no_index() -> None:
    around = Around(world().store)
    names = Names.of(around)
    assert names is not None
    assert "/person/ann" in " ".join(names.like("ann"))
    assert Names.of(around, most=3) is None


def test_the_gate_remembers_names_that_came_later_and_forgets_those_that_went() -> None:
    live = world()
    live.memory.clear()
    first = quads('person:c a ckg:Person ; rdfs:label "Cem Öz"@en .')
    second = quads('person:d a ckg:Person ; rdfs:label "OZ Cem"@en .')
    with changed(live, Patch(first)) as trial:
        assert findings_beside(trial).results == ()
        assert isinstance(live.memory[NAMES], Names)
        with changed(live, Patch(second)) as next_trial:
            assert named(findings_beside(next_trial).results) == {LOOKS_LIKE}
    with changed(live, Patch(second)) as trial:
        assert findings_beside(trial).results == ()


def test_the_gate_notes_the_names_of_a_large_change() -> None:
    live = world()
    live.memory.clear()
    small = quads('person:d a ckg:Person ; rdfs:label "number-7"@en .')
    many = "".join(
        f'person:n{n} a ckg:Person ; rdfs:label "Number {n}"@en .\n' for n in range(LARGE // 2 + 1)
    )
    with changed(live, Patch(small)) as trial:
        findings_beside(trial)
    with changed(live, Patch(quads(many))) as trial:
        assert findings_beside(trial).results == ()
        with changed(live, Patch(small)) as next_trial:
            findings = findings_beside(next_trial).results
    assert {iri.rsplit("/", 1)[-1] for f in findings for iri in f.related} == {"n7"}


def test_of_many_namesakes_some_are_told() -> None:
    many = "".join(f'person:m{n} a ckg:Person ; rdfs:label "Max"@en .' for n in range(ENOUGH + 5))
    for names in (None, Spellings(Around(world().store))):
        findings = found('person:max a ckg:Person ; rdfs:label "Max"@en .', names, before=many)
        assert ENOUGH - 1 <= len(findings) <= ENOUGH  # it may be one of those that are kept


def test_what_goes_is_not_told() -> None:
    live = world()
    removed = tuple(live.store.quads_for_pattern(None, None, None, GRAPH))[:5]
    with changed(live, Patch(removed=removed)) as trial:
        assert findings_beside(trial).results == ()
    assert related(()) == set()
