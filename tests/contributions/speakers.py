"""Contributions over HTTP and on the command line, as one thing that tests can speak to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from click.testing import CliRunner
from flask.testing import FlaskClient
from tests import pseudo
from werkzeug.test import TestResponse

from kg.cli import main
from kg.store.served import ServedStore
from kg.tokens import Scope, Tokens
from kg.web import create_app

PREFIXES = """@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
ALICE, BOB, CAROL = "alice", "bob", "carol"


def person(slug: str, label: str = "") -> str:
    """Turtle of a person who does not exist."""
    words = label or f"Fictional {slug}"
    return f'{PREFIXES}person:zz-{slug} a ckg:Person ; rdfs:label "{words}"@en .\n'


@dataclass(frozen=True)
class Said:
    """What came of a step: whether it was taken, what is known of the contribution, the words."""

    taken: bool
    found: dict[str, Any]
    words: str

    @property
    def number(self) -> int:
        return int(self.found["number"])

    @property
    def state(self) -> str:
        return str(self.found["state"])


class Speaker(Protocol):
    store: ServedStore

    def propose(
        self, added: str, removed: str = "", *, who: str = ALICE, key: str = "", draft: bool = False
    ) -> Said: ...

    def revise(self, number: int, added: str, removed: str = "", *, who: str = ALICE) -> Said: ...

    def step(self, number: int, action: str, note: str = "", *, who: str) -> Said: ...

    def show(self, number: int) -> Said: ...


class Http:
    """Three people with tokens of an application over a store."""

    def __init__(self, home: Path) -> None:
        self.store = ServedStore(home)
        tokens = Tokens(self.store.folder.tokens)
        self.tokens = {
            ALICE: tokens.create(ALICE, [Scope.PROPOSE])[1],
            BOB: tokens.create(BOB, [Scope.REVIEW])[1],
            CAROL: tokens.create(CAROL, [Scope.REVIEW])[1],
        }
        self.client: FlaskClient = create_app(self.store, tokens=tokens).test_client()
        app = create_app(self.store, tokens=tokens, site_language=pseudo.language())
        self.in_another_language: FlaskClient = app.test_client()

    def headers(self, who: str, key: str = "") -> dict[str, str]:
        found = {"Authorization": f"Bearer {self.tokens[who]}", "Accept": "application/json"}
        return {**found, "Idempotency-Key": key} if key else found

    def propose(
        self, added: str, removed: str = "", *, who: str = ALICE, key: str = "", draft: bool = False
    ) -> Said:
        data = {"title": "A title", "reason": "a reason", "added": added, "removed": removed}
        data |= {"draft": "yes"} if draft else {}
        return self._post("/contributions", data, who, key)

    def revise(self, number: int, added: str, removed: str = "", *, who: str = ALICE) -> Said:
        data = {"title": "A title", "reason": "another", "added": added, "removed": removed}
        path = f"/contributions/{number}"
        return _said(self.client.put(path, data=data, headers=self.headers(who)))

    def step(self, number: int, action: str, note: str = "", *, who: str) -> Said:
        return self._post(f"/contributions/{number}/{action}", {"note": note}, who)

    def show(self, number: int) -> Said:
        answer = self.client.get(f"/contributions/{number}", headers=self.headers(ALICE))
        return Said(answer.status_code == 200, answer.json or {}, answer.text)

    def _post(self, path: str, data: dict[str, str], who: str, key: str = "") -> Said:
        return _said(self.client.post(path, data=data, headers=self.headers(who, key)))


def _said(answer: TestResponse) -> Said:
    assert answer.status_code in (200, 201, 409, 422), answer.text
    return Said(answer.status_code < 300, answer.json or {}, answer.text)


class Cli:
    """The same on the command line."""

    def __init__(self, home: Path) -> None:
        self.store = ServedStore(home)
        self._home = home

    def propose(
        self, added: str, removed: str = "", *, who: str = ALICE, key: str = "", draft: bool = False
    ) -> Said:
        words = ["--title", "A title", "--reason", "a reason", "--key", key, "-f", "json"]
        words += ["--draft"] if draft else []
        return self._run("propose", *self._files(added, removed), *words, who=who)

    def revise(self, number: int, added: str, removed: str = "", *, who: str = ALICE) -> Said:
        words = ["--title", "A title", "--reason", "another", "--revise", str(number)]
        return self._run("propose", *self._files(added, removed), *words, "-f", "json", who=who)

    def step(self, number: int, action: str, note: str = "", *, who: str) -> Said:
        options = {
            "accept": ["accept", str(number)],
            "revert": ["revert", str(number), "--reason", note, "-f", "json"],
            "comment": ["review", str(number), "--comment", note],
            "reject": ["review", str(number), "--reject", note],
        }.get(action, ["review", str(number), f"--{action}"])
        said = self._run(*options, who=who)
        return said if action == "revert" else Said(said.taken, self.show(number).found, said.words)

    def show(self, number: int) -> Said:
        return self._run("contributions", str(number), "-f", "json")

    def _files(self, added: str, removed: str) -> list[str]:
        files = [self._file("added.ttl", added)] if added else []
        gone = ["--remove", self._file("removed.ttl", removed)] if removed else []
        return [*files, *gone]

    def _file(self, name: str, text: str) -> str:
        path = self._home.parent / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def _run(self, *arguments: str, who: str = "") -> Said:
        author = ["--author", who] if who else []
        result = CliRunner().invoke(main, [*arguments, *author], env={"KG_HOME": str(self._home)})
        assert result.exit_code in (0, 1), result.output
        found = json.loads(result.stdout) if result.stdout.startswith("{") else {}
        return Said(result.exit_code == 0, found, result.output)


KINDS = {"http": Http, "cli": Cli}
