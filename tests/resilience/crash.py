"""Clients that write and read all the time, somebody who kills, and what holds all the same.

A client writes three linked quads a commit and goes on to the next only when it has the receipt, so
that at any moment what is there of it is a beginning of what it wrote, and whole commits only.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.resilience.checks import EX, QUADS, wrong_in
from tests.resilience.server import (
    CURATED,
    ROLES,
    Client,
    NotAnswered,
    Server,
    rows,
    wait_until,
)

PROGRESS_SECONDS = 90.0
"""So long may it take until something is committed again after a kill, on a loaded machine."""


@dataclass
class History:
    """What clients were told, and what was told to them that may not be."""

    acknowledged: dict[str, int] = field(default_factory=dict)
    last: dict[int, tuple[int, int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledge(self, client: int, number: int, generation: int) -> None:
        with self.lock:
            self.acknowledged[f"{client}-{number}"] = generation
            self.last[client] = (number + 1, generation)


class Workload:
    """`writers` and `readers` threads against a server, between `start` and `stop`."""

    def __init__(self, server: Server, *, writers: int = 6, readers: int = 2) -> None:
        self.history = History()
        self._server = server
        self._stopping = threading.Event()
        self._writers = range(writers)
        run = [(self._write, client) for client in self._writers]
        run += [(self._read, reader) for reader in range(readers)]
        self._threads = [
            threading.Thread(target=self._guarded, args=each, daemon=True) for each in run
        ]

    def start(self) -> Workload:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> History:
        self._stopping.set()
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive(), "a client never got an answer"
        return self.history

    def _guarded(self, work: Callable[[int, Client], None], number: int) -> None:
        try:
            with closing(self._server.client()) as speaker:
                work(number, speaker)
        except Exception as error:  # noqa: BLE001 - told by the test, whose thread this is not
            self.history.wrong.append(f"{work.__name__}: {error!r}")

    def _write(self, client: int, speaker: Client) -> None:
        number = 0
        while not self._stopping.is_set():
            if self._written(speaker, client, number):
                number += 1
            else:
                time.sleep(0.02)

    def _written(self, speaker: Client, client: int, number: int) -> bool:
        """Send one commit once; whether it was acknowledged."""
        try:
            answer = speaker.update(insertion(client, number), f"{client}-{number}")
        except NotAnswered as error:
            self.history.outcomes[type(error).__name__] += 1
            return False
        self.history.outcomes[f"write {answer.status}"] += 1
        if answer.status == 200:
            receipt = answer.json()
            if (receipt["added"], receipt["removed"]) != (QUADS, 0):
                self.history.wrong.append(f"a receipt of {client}-{number} says {receipt}")
            self.history.acknowledge(client, number, receipt["generation"])
            return True
        if answer.status != 503:
            self.history.wrong.append(f"a write was answered {answer.status}: {answer.body[:300]}")
        return False

    def _read(self, reader: int, speaker: Client) -> None:
        chance = random.Random(reader)
        while not self._stopping.is_set():
            client = chance.choice(self._writers)
            count, generation = self.history.last.get(client, (0, 0))
            try:
                answer = speaker.select(of_client(client), generation)
            except NotAnswered as error:
                self.history.outcomes[f"read {type(error).__name__}"] += 1
                time.sleep(0.02)
                continue
            self.history.outcomes[f"read {answer.status}"] += 1
            if answer.status == 200:
                [row] = rows(answer)
                self.history.wrong += wrong_reading(row, count, f"of {client}")
            elif answer.status != 503:
                self.history.wrong.append(f"a read was {answer.status}: {answer.body[:300]}")
            time.sleep(0.03)


def insertion(client: int, number: int) -> str:
    me, before = f"<{EX}{client}/{number}>", f"<{EX}{client}/{number - 1}>"
    return (
        f"INSERT DATA {{ GRAPH <{CURATED}> {{ {me} <{EX}client> {client} ;"
        f" <{EX}number> {number} ; <{EX}after> {before} }} }}"
    )


def of_client(client: int) -> str:
    return (
        "SELECT ?whole ?most ?quads {"
        f" {{ SELECT (COUNT(?n) AS ?whole) (MAX(?n) AS ?most) {{ ?s <{EX}client> {client} ;"
        f" <{EX}number> ?n ; <{EX}after> ?before }} }}"
        f" {{ SELECT (COUNT(*) AS ?quads) {{ ?s <{EX}client> {client} . ?s ?p ?o }} }} }}"
    )


def wrong_reading(row: dict[str, str], acknowledged: int, of: str) -> list[str]:
    """What is wrong with an answer that has to be a beginning of what a client wrote."""
    whole, quads = int(row["whole"]), int(row["quads"])
    found = []
    if quads != QUADS * whole:
        found.append(f"half a commit {of}: {row}")
    if whole and int(row["most"]) != whole - 1:
        found.append(f"a hole in what is there {of}: {row}")
    if whole < acknowledged:
        found.append(f"{acknowledged} commits {of} were acknowledged: {row}")
    return found


class Killer:
    """Kills processes of a server at moments and in an order that a seed decides."""

    def __init__(self, server: Server, history: History, seed: int) -> None:
        self.killed: Counter[str] = Counter()
        self._server = server
        self._history = history
        self._chance = random.Random(seed)

    def kill(self, role: str | None = None) -> str:
        """Kill one process; a supervisor is followed by another, once the store was looked at."""
        pause = self._chance.choice((0.0, 0.01, 0.1, 0.3, 0.6))
        time.sleep(pause * self._chance.random())
        role = role or self._chance.choice(ROLES)
        if role == "supervisor":
            self._server.kill()
            self._looked_at_copy()
            self._server.start()
        elif not self._one_of(role):
            return ""
        self.killed[role] += 1
        return role

    def _one_of(self, role: str) -> bool:
        pids = self._server.pids(role)
        if not pids:
            return False
        with suppress(ProcessLookupError):
            os.kill(self._chance.choice(pids), signal.SIGKILL)
        return True

    def _looked_at_copy(self) -> None:
        """The original is left as it is: the next server has to get along with it."""
        with tempfile.TemporaryDirectory(dir=self._server.home.parent) as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(
                self._server.home, copy, symlinks=True, ignore=shutil.ignore_patterns("run")
            )
            assert wrong_in(copy, self._history.acknowledged) == []

    def recovered(self, after: str) -> None:
        """Wait until a commit that was begun after this moment is acknowledged."""
        before = len(self._history.acknowledged)
        wait_until(
            lambda: len(self._history.acknowledged) > before + 1,
            PROGRESS_SECONDS,
            lambda: (
                f"nothing is committed after the end of: {after}; clients saw"
                f" {dict(self._history.outcomes)} {self._history.wrong}"
            ),
        )

    def kill_many(self, count: int) -> None:
        """Most are let recover; of the others, some hit a server that is being repaired."""
        while self.killed.total() < count:
            role = self.kill()
            if role and self._chance.random() < 0.6:
                self.recovered(role)
