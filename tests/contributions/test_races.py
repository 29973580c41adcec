"""Steps that meet each other: each is made on the state that it was decided on, or decided anew."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from rdflib.namespace import RDFS
from tests.contributions.speakers import BOB, CAROL, PREFIXES, Cli, Http, person

from kg.contributions.model import Actor, State
from kg.contributions.proposing import Proposal
from kg.contributions.service import Contributions
from kg.contributions.steps import Wish
from kg.errors import LimitError, StaleError, WorkflowError
from kg.namespaces import CURATED, iri
from kg.store.interface import CommitMeta, Patch, Proposed, Store, Upload
from kg.tokens import Scope, Tokens
from kg.web import create_app

REVIEWER = Actor("reviewer", "a reviewer", frozenset({Scope.PROPOSE, Scope.REVIEW}))


class Meanwhile:
    """A store in which something happens once, just before it is asked for something."""

    def __init__(self, store: Store, before: str, happens: Callable[[], object]) -> None:
        self._store, self._before, self._happens = store, before, happens

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if name != self._before:
            return found

        def asked(*given: Any, **named: Any) -> Any:
            happens, self._before = self._happens, ""
            happens()
            return found(*given, **named)

        return asked

    def examine(self, *given: Any, **named: Any) -> Any:
        return self.__getattr__("examine")(*given, **named)

    def commit(self, *given: Any, **named: Any) -> Any:
        return self.__getattr__("commit")(*given, **named)


@pytest.fixture(scope="module")
def http(served_home: Path) -> Http:
    return Http(served_home)


def test_of_two_reviewers_one_accepts(http: Http) -> None:
    number = http.propose(person("two-reviewers")).number
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda who: http.step(number, "accept", who=who), (BOB, CAROL)))
    assert sorted(each.taken for each in said) == [False, True]
    actions = [step["action"] for step in http.show(number).found["steps"]]
    assert actions == ["propose", "check", "submit", "accept"]


def test_of_two_reviewers_on_the_command_line_one_accepts(http: Http) -> None:
    cli = Cli(http.store.folder.path)
    number = cli.propose(person("two-on-cli")).number
    accepting = [running(http, "accept", str(number), "--author", who) for who in (BOB, CAROL)]
    said = [process.communicate(timeout=60) for process in accepting]
    assert sorted(process.returncode for process in accepting) == [0, 1], said
    assert f"contribution {number} is accepted" in "".join(words for _, words in said)
    actions = [step["action"] for step in http.show(number).found["steps"]]
    assert actions == ["propose", "check", "submit", "accept"]


def running(http: Http, *arguments: str) -> subprocess.Popen[str]:
    """A command in a process of its own, on the same store."""
    return subprocess.Popen(
        [sys.executable, "-c", "from kg.cli import main; main()", *arguments],
        env={**os.environ, "KG_HOME": str(http.store.folder.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_check_on_the_command_line_takes_nothing_back_that_is_accepted_meanwhile(
    http: Http,
) -> None:
    number = http.propose(person("checked-on-cli")).number
    checking = running(http, "review", str(number), "--check", "--author", CAROL)
    assert http.step(number, "accept", who=BOB).taken
    _, words = checking.communicate(timeout=60)
    assert (checking.returncode == 0) is ("is accepted, and check is for" not in words)
    assert http.show(number).state == "accepted"


def test_over_http_a_check_is_refused_if_it_is_accepted_meanwhile(http: Http) -> None:
    number = http.propose(person("checked-meanwhile")).number
    store: Any = Meanwhile(http.store, "examine", lambda: http.step(number, "accept", who=BOB))
    client = create_app(store, tokens=Tokens(http.store.folder.tokens)).test_client()
    answer = client.post(f"/contributions/{number}/check", headers=http.headers(CAROL))
    assert answer.status_code == 409
    assert "is accepted, and check is for" in answer.json["detail"]
    assert http.show(number).state == "accepted"


def test_what_is_accepted_while_it_is_looked_at_again_stays_accepted(http: Http) -> None:
    number = http.propose(person("accepted-meanwhile")).number
    store: Any = Meanwhile(http.store, "examine", lambda: http.step(number, "accept", who=BOB))
    with pytest.raises(WorkflowError, match="is accepted, and check is for"):
        Contributions(store).check(number, Wish(REVIEWER))
    assert http.show(number).state == "accepted"


def test_what_is_rejected_while_it_is_being_accepted_changes_nothing(http: Http) -> None:
    number = http.propose(person("rejected-meanwhile")).number
    store: Any = Meanwhile(http.store, "commit", lambda: http.step(number, "reject", "no", who=BOB))
    with pytest.raises(WorkflowError, match="is rejected"):
        Contributions(store).accept(number, Wish(REVIEWER))
    subject = ox.NamedNode(iri("person", "zz-rejected-meanwhile"))
    assert all(quad.subject != subject for quad in http.store.snapshot().quads())


def test_a_label_that_others_change_just_before_the_merge_is_a_conflict(http: Http) -> None:
    http.step(http.propose(person("contested", "Old")).number, "accept", who=BOB)
    old, new = (f'{PREFIXES}person:zz-contested rdfs:label "{x}"@en .' for x in ("Old", "New"))
    number = http.propose(new, old).number

    def others() -> None:
        subject, label = ox.NamedNode(iri("person", "zz-contested")), ox.NamedNode(RDFS.label)
        quads = [
            ox.Quad(subject, label, ox.Literal(x, language="en"), ox.NamedNode(CURATED))
            for x in ("Theirs", "Old")
        ]
        meta = CommitMeta("others", "a correction", datetime.now(UTC))
        http.store.commit(Patch((quads[0],), (quads[1],)), meta, commit_id="others")

    store: Any = Meanwhile(http.store, "commit", others)
    with pytest.raises(WorkflowError, match="others have changed person:zz-contested"):
        Contributions(store).accept(number, Wish(REVIEWER))
    shown = http.show(number).found
    assert shown["state"] == State.DRAFT.value
    assert shown["conflicts"][0]["commits"][0]["message"] == "a correction"


def test_a_step_for_a_version_that_is_not_the_newest_is_not_taken(http: Http) -> None:
    number = http.propose(person("versions")).number
    http.step(number, "comment", "Wait.", who=CAROL)
    with pytest.raises(StaleError, match="it is at version 4"):
        Contributions(http.store).accept(number, Wish(REVIEWER, version=3))
    assert http.show(number).state == "in-review"


def test_two_proposals_at_once_get_two_numbers(http: Http) -> None:
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda x: http.propose(person(x)), ("at-once-1", "at-once-2")))
    assert len({each.number for each in said}) == 2


def test_a_proposal_is_one_commit_that_tells_of_each_step(http: Http) -> None:
    before = len(http.store.log())
    shown = http.propose(person("one-commit")).found
    assert len(http.store.log()) == before + 1
    steps = [(step["action"], step["state"]) for step in shown["steps"]]
    assert steps == [("propose", "draft"), ("check", "checked"), ("submit", "in-review")]
    ids = {step.commit_id for step in Contributions(http.store).get(shown["number"]).steps}
    assert ids == {http.store.log()[-1].commit_id}
    http.revise(shown["number"], person("one-commit-more"))
    assert len(http.store.log()) == before + 2
    actions = [step["action"] for step in http.show(shown["number"]).found["steps"]]
    assert actions == ["propose", "check", "submit", "revise", "check", "submit"]


def test_what_cannot_be_looked_at_now_is_kept_and_looked_at_when_it_is_sent_again(
    http: Http,
) -> None:
    def busy() -> None:
        raise LimitError("all are busy", limit="queue")

    proposal = Proposal(Proposed((Upload(person("busy").encode(), "text/turtle"),)), "t", "r")
    wish = Wish(REVIEWER, commit_id="reviewer/busy")
    store: Any = Meanwhile(http.store, "examine", busy)
    with pytest.raises(LimitError, match="all are busy"):
        Contributions(store).propose(proposal, wish, submit=True)
    number = next(Contributions(http.store).all()).number
    assert http.show(number).state == "draft"
    again = Contributions(http.store).propose(proposal, wish, submit=True)
    assert (again.number, again.state) == (number, State.IN_REVIEW)
