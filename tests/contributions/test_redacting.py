"""A takedown reaches contributions: what was sent, their words, and what was found about them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.contributions.speakers import ALICE, BOB, PREFIXES, Cli, person
from tests.seeded import Seeded
from tests.store.serving import supervised

from kg.cli import main
from kg.processes.opening import UNGATED
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder
from kg.store.log import CommitLog
from kg.web.history import History

SECRET = "Quay 9 of Larkspur"
ESCAPED = SECRET.replace("Q", "\\u0051")
"""As Turtle may write it, so that no search for the words finds it."""

HIDDEN = (
    PREFIXES
    + f"""@prefix p: <https://w3id.org/conflict-kg/id/> .
<https://w3id.org/conflict-kg/id/person/zz-hidden> a ckg:Person ;
  rdfs:label "Zz Hidden"@en ; rdfs:comment "Lives at {ESCAPED}."@en .
"""
)
UNREADABLE = f'person:zz-nobody rdfs:comment "at {SECRET}'
"""Turtle that cannot be read."""


class Takedown:
    """A store with contributions in several states, of which all but one have the words."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.cli = Cli(home)
        self.review = self.cli.propose(HIDDEN).number
        self.cli.step(self.review, "comment", f"Is it {SECRET}?", who=BOB)
        self.draft = self.cli.propose(UNREADABLE).number
        said = person("known").replace(" ;", f' ; rdfs:comment "{SECRET}"@en ;', 1)
        self.accepted = self.cli.propose(said).number
        self.cli.step(self.accepted, "accept", who=BOB)
        self.other = self.cli.propose(person("other")).number
        file = home.parent / "titled.ttl"
        file.write_text(person("titled"), encoding="utf-8")
        words = ("--title", f"At {SECRET}", "--reason", f"For {SECRET}", "--author", ALICE)
        self.titled = json.loads(self.kg("propose", str(file), *words, "-f", "json").stdout)[
            "number"
        ]

    def kg(self, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(main, [*arguments], env={"KG_HOME": str(self.home)})
        assert result.exit_code == code, result.output
        return result


@pytest.fixture(scope="module")
def takedown(small_seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Takedown:
    home = tmp_path_factory.mktemp("takedown") / "home"
    small_seeded.copy_to(home)
    with supervised(home, "kg.processes.opening:OURS"):
        made = Takedown(home)
    refused = made.kg("redact", "--text", SECRET, "--reason", f"of {SECRET}", "--yes", code=2)
    assert "the reason repeats" in refused.output
    made.kg("redact", "--text", SECRET, "--reason", "an address of a person", "--yes")
    return made


def test_what_was_taken_out_of_contributions_is_in_no_file(takedown: Takedown) -> None:
    sent = [base64.b64encode(text.encode()) for text in (HIDDEN, UNREADABLE)]
    for path in (path for path in takedown.home.rglob("*") if path.is_file()):
        data = path.read_bytes()
        assert not any(word in data for word in (SECRET.encode(), *sent)), path
    log = CommitLog(Folder(takedown.home))
    assert log.redacted()
    for entry in log.entries():
        assert SECRET not in entry.message
        assert SECRET not in str(log.patch(entry.generation))


def test_an_open_contribution_is_a_draft_again_and_says_who_took_something_out(
    takedown: Takedown,
) -> None:
    for number in (takedown.review, takedown.draft):
        found = takedown.cli.show(number).found
        assert (found["state"], found["diff"]) == ("draft", "")
        last = found["steps"][-1]
        assert (last["action"], last["note"]) == ("redact", "an address of a person")
    notes = [step["note"] for step in takedown.cli.show(takedown.review).found["steps"]]
    assert "(redacted)" in notes
    assert not takedown.cli.step(takedown.review, "accept", who=BOB).taken


def test_words_alone_are_replaced_and_the_contribution_goes_on(takedown: Takedown) -> None:
    found = takedown.cli.show(takedown.titled).found
    assert (found["title"], found["reason"]) == ("(redacted)", "(redacted)")
    assert found["state"] == "in-review"
    assert takedown.cli.step(takedown.titled, "accept", who=BOB).taken


def test_what_was_accepted_stays_so_without_it_and_others_are_as_they_were(
    takedown: Takedown,
) -> None:
    found = takedown.cli.show(takedown.accepted).found
    assert found["state"] == "accepted"
    assert "zz-known" in found["diff"]
    other = takedown.cli.show(takedown.other).found
    assert [step["action"] for step in other["steps"]] == ["propose", "check", "submit"]
    assert takedown.cli.step(takedown.other, "accept", who=BOB).taken


def test_the_history_of_a_thing_names_the_contribution_that_added_it(takedown: Takedown) -> None:
    person = "https://w3id.org/conflict-kg/id/person/zz-known"
    changes = History(EmbeddedStore(takedown.home, UNGATED)).of(person)
    assert [change.contribution for change in changes] == [takedown.accepted]


def test_the_chain_still_holds(takedown: Takedown) -> None:
    assert "the chain holds" in takedown.kg("doctor", "--deep").stdout
