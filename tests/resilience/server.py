"""A real `kg serve` on a folder, its processes by what they do, and a client of it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.resilience.proc import command, descendants, open_files, parent, strays

from kg.tokens import Scope, Tokens

KG = [sys.executable, "-c", "from kg.cli import main; main()"]
UNGATED = "kg.processes.opening:UNGATED"
ROLES = ("writer", "query", "prepare", "zygote", "web", "supervisor")
START_SECONDS = 90.0
CURATED = "https://w3id.org/conflict-kg/graph/curated"

NotAnswered = (OSError, http.client.HTTPException)
"""What a client sees whose answer never came: what it asked for may have been done, or not."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def generation(self) -> int:
        return int(self.headers["x-kg-generation"])


class Client:
    """One connection that is made again after an error; for one thread.

    The server knows a client by its address: who comes from another one has written nothing.
    """

    def __init__(
        self, port: int, token: str = "", timeout: float = 60, address: str = "127.0.0.1"
    ) -> None:
        self._port = port
        self._address = address
        self._token = token
        self._timeout = timeout
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Raises one of `NotAnswered`; names of headers are given with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token:
            named["Authorization"] = f"Bearer {self._token}"
        connection = self._connection or http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=self._timeout, source_address=(self._address, 0)
        )
        self._connection = connection
        try:
            connection.request(method, path, body, named)
            response = connection.getresponse()
            data = response.read()
        except NotAnswered:
            self.close()
            raise
        if response.will_close:
            self.close()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, data)

    def update(self, text: str, key: str) -> Answer:
        return self.ask(
            "POST",
            "/sparql",
            text.encode(),
            Content_Type="application/sparql-update",
            Idempotency_Key=key,
        )

    def select(self, text: str, at_least: int | None = None) -> Answer:
        given = {} if at_least is None else {"X_KG_At_Least": str(at_least)}
        return self.ask(
            "POST",
            "/sparql",
            text.encode(),
            Content_Type="application/sparql-query",
            Accept="application/sparql-results+json",
            **given,
        )

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def rows(answer: Answer) -> list[dict[str, str]]:
    """The solutions of a SELECT, each variable with its value."""
    found = answer.json()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


@dataclass
class Server:
    """`kg serve` on `home`, started as often as one likes, always at the same port."""

    home: Path
    settings: tuple[str, ...] = ()
    setup: str = UNGATED
    port: int = 0
    token: str = ""
    place: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if not self.token:
            tokens = Tokens(self.home / "tokens.json")
            _, self.token = tokens.create("resilience", [Scope.WRITE])

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process, and wait for nothing."""
        command = [*KG, "serve", "--port", str(self.port), "--setup", self.setup]
        for setting in self.settings:
            command += ["--set", setting]
        environment = {**os.environ, "KG_HOME": str(self.home)}
        self.said.unlink(missing_ok=True)
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stderr=said, env=environment
            )
        self.starts += 1
        return self.process

    def start(self) -> Server:
        """Start it and wait until it answers; a port that is still held is tried again."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            process = self.launch()
            while process.poll() is None and time.monotonic() < deadline:
                found = _READY.search(self.words())
                if found is not None:
                    self.port = int(found[1])
                    return self
                time.sleep(0.01)
            time.sleep(0.1)
            if "cannot listen" not in self.words():
                break
        raise AssertionError(f"the server did not start:\n{self.words()[-5000:]}")

    @property
    def said(self) -> Path:
        """Where the words of the process that runs, or ran last, are."""
        return self.place or self.home.with_name(f"{self.home.name}.said")

    def words(self) -> str:
        """What it has said so far."""
        return self.said.read_text("utf-8", "replace")

    def complaints(self) -> str:
        """The last words that are no matter of course."""
        lines = [line for line in self.words().splitlines() if '"level": "info"' not in line]
        return "\n".join(lines[-60:])

    def client(self, timeout: float = 60) -> Client:
        return Client(self.port, self.token, timeout)

    def kill(self) -> None:
        """SIGKILL the supervisor and wait until nothing of the server is left."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        wait_until(lambda: not strays(self.home), 20, "processes outlive their supervisor")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop it kindly; its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        status = self.process.wait(60)
        wait_until(lambda: not strays(self.home), 20, "processes outlive their supervisor")
        return status

    def end(self) -> None:
        """End it, whatever state it is in: for the end of a test that may have failed."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in strays(self.home):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def pids(self, role: str) -> list[int]:
        """The processes that do something at this moment, told by the files that they hold."""
        assert self.process is not None
        if role == "supervisor":
            return [self.process.pid]
        below = descendants(self.process.pid)
        if role == "web":
            return [pid for pid in below if b"kg.web.process" in command(pid)]
        if role == "zygote":
            direct = [pid for pid in below if parent(pid) == self.process.pid]
            return [pid for pid in direct if b"kg.processes.zygote" in command(pid)]
        folder = {"writer": "live.", "query": "snapshots/", "prepare": "work/"}[role]
        place = f"{self.home}/{folder}"
        return [pid for pid in below if any(name.startswith(place) for name in open_files(pid))]


_READY = re.compile(r"generation \d+ at http://127\.0\.0\.1:(\d+)/")


def told(words: str) -> None:
    """Say something that `pytest -s` and the report of a failure show."""
    sys.stdout.write(f"{words}\n")


def wait_until(
    condition: Callable[[], object], seconds: float, otherwise: str | Callable[[], str]
) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        late = time.monotonic() >= deadline
        assert not late, otherwise if isinstance(otherwise, str) else otherwise()
        time.sleep(0.02)
