"""Ordinary users while others attack; in a process of their own, so that only the server is slow.

`python -m tests.attacks.bystanders PORT` asks until its input ends, then writes JSON.
"""

from __future__ import annotations

import http.client
import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.attacks.light import LIGHT

USERS = 4
EACH_SECONDS = 0.2
TIMEOUT_SECONDS = 30
ROOT = Path(__file__).parents[2]


@contextmanager
def bystanders(port: int) -> Iterator[dict[str, Any]]:
    """Ask twenty light questions a second; what came of them is in the dict at the end."""
    seen: dict[str, Any] = {}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.attacks.bystanders", str(port)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield seen
    finally:
        out, _ = process.communicate(timeout=TIMEOUT_SECONDS * 2)
    seen |= json.loads(out)


def summary(latencies: list[float], errors: list[str]) -> dict[str, Any]:
    """Times in milliseconds."""
    ordered = sorted(latencies)

    def at(part: float) -> float:
        return round(1000 * ordered[int(part * (len(ordered) - 1))], 2) if ordered else 0.0

    return {
        "asked": len(ordered) + len(errors),
        "p50": at(0.5),
        "p90": at(0.9),
        "p99": at(0.99),
        "max": at(1),
        "errors": errors[:20],
    }


class User:
    """Somebody with an address and a connection of their own, who asks at a steady pace."""

    def __init__(self, port: int, number: int, stop: threading.Event) -> None:
        self.latencies: list[float] = []
        self.errors: list[str] = []
        self._where = (port, f"127.0.0.{number + 2}")
        self._first = number * len(LIGHT) // USERS
        self._stop = stop

    def run(self) -> None:
        connection = self._connected()
        queries = itertools.cycle(LIGHT[self._first :] + LIGHT[: self._first])
        due = time.monotonic() + EACH_SECONDS * self._first / len(LIGHT)
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            query = next(queries)
            started = time.monotonic()
            error = self._asked(connection, query)
            if error:
                self.errors.append(f"{error} after {time.monotonic() - started:.2f} s: {query}")
                connection.close()
                connection = self._connected()
            else:
                self.latencies.append(time.monotonic() - started)
            due = max(due + EACH_SECONDS, time.monotonic())
        connection.close()

    def _connected(self) -> http.client.HTTPConnection:
        port, address = self._where
        return http.client.HTTPConnection(
            "127.0.0.1", port, timeout=TIMEOUT_SECONDS, source_address=(address, 0)
        )

    def _asked(self, connection: http.client.HTTPConnection, query: str) -> str:
        """What went wrong; empty if nothing did."""
        headers = {"Content-Type": "application/sparql-query"}
        try:
            connection.request("POST", "/sparql", query.encode(), headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            return repr(error)
        return "" if answer.status == 200 and body else f"{answer.status} {body[:300]!r}"


def main() -> None:
    stop = threading.Event()
    users = [User(int(sys.argv[1]), number, stop) for number in range(USERS)]
    threads = [threading.Thread(target=user.run) for user in users]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    latencies = [each for user in users for each in user.latencies]
    errors = [each for user in users for each in user.errors]
    json.dump(summary(latencies, errors), sys.stdout)


if __name__ == "__main__":
    main()
