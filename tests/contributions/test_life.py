"""Every step of a contribution, over HTTP and on the command line."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tests.contributions.speakers import ALICE, BOB, KINDS, PREFIXES, Said, Speaker, person

from kg.contributions.model import TRANSITIONS, Action, State
from kg.tokens import Scope

_numbers = itertools.count()


@pytest.fixture(scope="module")
def speakers(served_home: Path) -> Callable[[str], Speaker]:
    """The speaker of a kind, made when it is first asked for."""
    return cache(lambda kind: KINDS[kind](served_home))


@pytest.fixture(params=["http", "cli"])
def speaker(request: pytest.FixtureRequest, speakers: Callable[[str], Speaker]) -> Speaker:
    return speakers(request.param)


@pytest.fixture(params=["http", pytest.param("cli", marks=pytest.mark.long)])
def thorough(request: pytest.FixtureRequest, speakers: Callable[[str], Speaker]) -> Speaker:
    """The same for what takes many steps."""
    return speakers(request.param)


def slug() -> str:
    return f"person-{next(_numbers)}"


def is_there(speaker: Speaker, name: str) -> bool:
    data = b"".join(
        speaker.store.query(
            f"ASK {{ person:zz-{name} a ckg:Person }}", accept="application/sparql-results+json"
        )
    )
    return b"true" in data


def brought_to(speaker: Speaker, state: State) -> Said:
    """A contribution in a state."""
    match state:
        case State.DRAFT:
            return speaker.propose("this is no Turtle")
        case State.CHECKED:
            return speaker.propose(person(slug()), draft=True)
        case State.IN_REVIEW:
            return speaker.propose(person(slug()))
    found = brought_to(speaker, State.IN_REVIEW)
    last = {State.ACCEPTED: "accept", State.REJECTED: "reject", State.WITHDRAWN: "withdraw"}[state]
    who = ALICE if state is State.WITHDRAWN else BOB
    return speaker.step(found.number, last, "because", who=who)


STEPS = [a for a in Action if a not in (Action.PROPOSE, Action.REVISE, Action.REDACT)]


@pytest.mark.parametrize("state", State)
@pytest.mark.sample(2)
def test_steps_lead_where_the_table_says_and_others_are_not_taken(
    thorough: Speaker, state: State
) -> None:
    number = brought_to(thorough, state).number
    before = thorough.show(number).found
    assert before["state"] == state.value
    forbidden = [action for action in STEPS if state not in TRANSITIONS[action].sources]
    for action in forbidden:
        said = thorough.step(number, action.value, "because", who=taker(action))
        assert not said.taken, action
        assert f"contribution {number} is {state.value}" in said.words
    assert thorough.show(number).found["version"] == before["version"]
    assert thorough.step(number, "comment", "because", who=BOB).state == state.value
    for action in STEPS:
        if action in (*forbidden, Action.COMMENT, Action.CHECK):
            continue
        said = thorough.step(number, action.value, "because", who=taker(action))
        assert said.state == TRANSITIONS[action].target.value  # type: ignore[union-attr]
        number = brought_to(thorough, state).number


def taker(action: Action) -> str:
    """Somebody who may take a step."""
    return BOB if TRANSITIONS[action].scope is Scope.REVIEW else ALICE


def test_what_is_accepted_is_there_and_what_is_not_is_nowhere(speaker: Speaker) -> None:
    name = slug()
    made_ = speaker.propose(person(name))
    assert made_.state == "in-review"
    assert not is_there(speaker, name)
    assert speaker.step(made_.number, "accept", who=BOB).state == "accepted"
    assert is_there(speaker, name)


def test_nobody_accepts_a_contribution_of_their_own(speaker: Speaker) -> None:
    number = speaker.propose(person(slug()), who=BOB).number
    said = speaker.step(number, "accept", who=BOB)
    assert not said.taken
    assert "nobody may accept a contribution of one's own" in said.words
    assert speaker.show(number).state == "in-review"


def test_the_same_key_makes_no_second_contribution(speaker: Speaker) -> None:
    name = slug()
    first = speaker.propose(person(name), key=name)
    assert speaker.propose(person(name), key=name).number == first.number
    assert speaker.show(first.number).found["version"] == first.found["version"]


def test_two_that_conform_alone_and_not_together_are_not_both_merged(thorough: Speaker) -> None:
    name = slug()
    first, second = (thorough.propose(person(name, label)).number for label in ("One", "Other"))
    assert thorough.step(first, "accept", who=BOB).taken
    assert not thorough.step(second, "accept", who=BOB).taken
    shown = thorough.show(second).found
    assert (shown["state"], shown["conflicts"]) == ("draft", [])
    assert [finding["source_shape"] for finding in shown["report"]]
    assert [step["action"] for step in shown["steps"]][-1] == "check"


def test_what_cannot_be_read_stays_a_draft_with_the_place(speaker: Speaker) -> None:
    said = speaker.propose(f'{PREFIXES}person:zz-a rdfs:label "x"@en\nperson:zz-b')
    assert said.state == "draft"
    assert said.found["problem"]["line"] == 6
    assert said.found["diff"] == ""


def test_what_does_not_conform_stays_a_draft_with_its_report(speaker: Speaker) -> None:
    name = slug()
    said = speaker.propose(f"{PREFIXES}person:zz-{name} a ckg:Person .")
    assert said.state == "draft"
    assert [f["focus_node"].endswith(f"zz-{name}") for f in said.found["report"]]
    assert speaker.step(said.number, "check", who=ALICE).found["state"] == "draft"
    assert not is_there(speaker, name)


def test_a_contribution_that_changes_nothing_stays_a_draft(speaker: Speaker) -> None:
    name = slug()
    speaker.step(speaker.propose(person(name)).number, "accept", who=BOB)
    again = speaker.propose(person(name))
    assert again.state == "draft"
    assert "all that this adds is there" in again.found["problem"]["message"]


def test_an_accepted_contribution_is_taken_back_by_another_one(speaker: Speaker) -> None:
    name = slug()
    number = speaker.propose(person(name)).number
    speaker.step(number, "accept", who=BOB)
    back = speaker.step(number, "revert", "it was wrong", who=ALICE)
    assert (back.state, back.found["reverts"]) == ("in-review", number)
    assert is_there(speaker, name)
    speaker.step(back.number, "accept", who=BOB)
    assert not is_there(speaker, name)


def test_what_was_changed_later_is_not_taken_back(thorough: Speaker) -> None:
    name = slug()
    number = thorough.propose(person(name, "First Name")).number
    thorough.step(number, "accept", who=BOB)
    later = thorough.propose(
        f'{PREFIXES}person:zz-{name} rdfs:label "Second Name"@en .',
        f'{PREFIXES}person:zz-{name} rdfs:label "First Name"@en .',
    )
    thorough.step(later.number, "accept", who=BOB)
    back = thorough.step(number, "revert", "it was wrong", who=ALICE)
    shown = thorough.show(number + 2).found
    assert (shown["state"], back.found.get("reverts", number)) == ("draft", number)
    [clash] = shown["conflicts"]
    assert clash["subject"] == f"person:zz-{name}"
    assert 'rdfs:label "Second Name"@en' in clash["theirs"]["added"]
    assert f"contribution {later.number}, accept" in clash["commits"][0]["message"]


def test_two_changes_of_one_label_are_shown_side_by_side(thorough: Speaker) -> None:
    name = slug()
    thorough.step(thorough.propose(person(name, "Old")).number, "accept", who=BOB)
    old = f'{PREFIXES}person:zz-{name} rdfs:label "Old"@en .'
    one, two = (
        thorough.propose(f'{PREFIXES}person:zz-{name} rdfs:label "{new}"@en .', old).number
        for new in ("One", "Two")
    )
    assert thorough.step(one, "accept", who=BOB).taken
    refused = thorough.step(two, "accept", who=BOB)
    assert not refused.taken
    assert f"others have changed person:zz-{name}" in refused.words
    shown = thorough.show(two).found
    assert shown["state"] == "draft"
    assert shown["conflicts"][0]["ours"]["added"] == ['rdfs:label "Two"@en']
    assert shown["conflicts"][0]["theirs"]["added"] == ['rdfs:label "One"@en']


def test_what_is_sent_again_takes_the_place_of_what_was_there(speaker: Speaker) -> None:
    name, other = slug(), slug()
    number = speaker.propose(f"{PREFIXES}person:zz-{name} a ckg:Person .").number
    again = speaker.revise(number, person(other))
    assert (again.number, again.state, again.found["reason"]) == (number, "in-review", "another")
    assert f"zz-{name}" not in again.found["diff"]
    assert speaker.step(number, "accept", who=BOB).taken
    assert (is_there(speaker, name), is_there(speaker, other)) == (False, True)
    assert not speaker.revise(number, person(name)).taken


def test_a_conflict_is_solved_by_sending_it_again(thorough: Speaker) -> None:
    name = slug()
    thorough.step(thorough.propose(person(name, "Old")).number, "accept", who=BOB)
    label = f"{PREFIXES}person:zz-{name} rdfs:label {{}} ."
    old, one, two = (label.format(f'"{word}"@en') for word in ("Old", "One", "Two"))
    first, second = (thorough.propose(new, old).number for new in (one, two))
    thorough.step(first, "accept", who=BOB)
    assert thorough.step(second, "check", who=BOB).found["conflicts"]
    assert thorough.revise(second, two, old).state == "draft"
    assert thorough.revise(second, two, one).state == "in-review"
    assert thorough.step(second, "accept", who=BOB).taken


def test_only_who_made_a_contribution_sends_it_again(speaker: Speaker) -> None:
    name = slug()
    number = speaker.propose(person(name)).number
    said = speaker.revise(number, person(slug()), who=BOB)
    assert not said.taken
    assert f"only who made contribution {number} may revise" in said.words
    assert f"zz-{name}" in speaker.show(number).found["diff"]
