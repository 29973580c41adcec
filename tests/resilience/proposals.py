"""A client that proposes and accepts contributions all the time, and what holds of them afterwards.

Each contribution adds three quads of one subject. Every third one is proposed and not accepted.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from tests.resilience.checks import CURATED, EX, QUADS
from tests.resilience.server import Answer, Client, NotAnswered, Server

from kg.contributions.model import Action, State
from kg.contributions.service import Contributions
from kg.processes.opening import UNGATED
from kg.store.embedded import EmbeddedStore
from kg.tokens import Scope, Tokens

SETTINGS = ("accept_own=1",)
SUBJECT = f"{EX}proposal/"


@dataclass
class Proposer:
    """A thread against a server, between `start` and `stop`; what it was told is kept."""

    server: Server
    proposed: dict[int, int] = field(default_factory=dict)
    accepted: set[int] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        tokens = Tokens(self.server.home / "tokens.json")
        _, self._token = tokens.create("proposer", [Scope.REVIEW])
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Proposer:
        self._thread.start()
        return self

    def stop(self) -> Proposer:
        self._stopping.set()
        self._thread.join(90)
        assert not self._thread.is_alive(), "the proposer never got an answer"
        return self

    def _run(self) -> None:
        with closing(Client(self.server.port, self._token)) as client:
            number = 0
            while not self._stopping.is_set():
                self._one(client, number)
                number += 1

    def _one(self, client: Client, number: int) -> None:
        path = "/contributions?title=A+title&reason=a+reason"
        body = triples(number)
        answer = self._until_told(
            lambda: client.ask(
                "POST",
                path,
                body.encode(),
                Content_Type="application/n-triples",
                Idempotency_Key=f"propose-{number}",
            )
        )
        if answer is None:
            return
        self.proposed[number] = answer.json()["number"]
        if number % 3 == 2:
            return
        place = f"/contributions/{self.proposed[number]}/accept"
        answer = self._until_told(
            lambda: client.ask("POST", place, b"", Idempotency_Key=f"accept-{number}")
        )
        if answer is not None:
            self.accepted.add(number)

    def _until_told(self, ask: Callable[[], Answer]) -> Answer | None:
        """The answer to what is sent again, with the same key, until there is one."""
        while not self._stopping.is_set():
            try:
                answer = ask()
            except NotAnswered as error:
                self.outcomes[type(error).__name__] += 1
                time.sleep(0.02)
                continue
            self.outcomes[f"contribution {answer.status}"] += 1
            if answer.status in (200, 201):
                return answer
            if answer.status != 503:
                self.wrong.append(f"answered {answer.status}: {answer.body[:300]!r}")
                return None
            time.sleep(0.05)
        return None


def triples(number: int) -> str:
    return "".join(f'<{SUBJECT}{number}> <{EX}p{part}> "{number}" .\n' for part in range(QUADS))


def wrong_with(home: Path, proposer: Proposer) -> list[str]:
    """What is wrong with the contributions in a folder that no server runs on."""
    store = EmbeddedStore(home, UNGATED)
    contributions = Contributions(store)
    state = Counter(
        int(quad.subject.value.removeprefix(SUBJECT))
        for quad in store.snapshot().quads(ox.NamedNode(CURATED))
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(SUBJECT)
    )
    found = [contributions.get(each.number) for each in contributions.all()]
    wrong = [f"number {n} is there {c} times" for n, c in state.items() if c != QUADS]
    subjects = Counter[int]()
    for each in found:
        [upload] = contributions.content(each.number).proposed.added
        number = int(upload.data.split(b">")[0].removeprefix(f"<{SUBJECT}".encode()))
        subjects[number] += 1
        if (each.state is State.ACCEPTED) is not (number in state):
            wrong.append(f"contribution {each.number} is {each.state} and {state[number]} quads")
        if number in proposer.accepted and each.step(Action.ACCEPT) is None:
            wrong.append(f"contribution {each.number} was told to be accepted")
        if [step.number for step in each.steps] != list(range(1, each.version + 1)):
            wrong.append(f"contribution {each.number} lacks a step")
        if proposer.proposed.get(number, each.number) != each.number:
            wrong.append(f"{number} was told to be {proposer.proposed[number]}")
    wrong += [f"{n} was proposed {c} times" for n, c in subjects.items() if c > 1]
    wrong += [f"{n} is not there" for n in proposer.proposed if n not in subjects]
    return wrong
