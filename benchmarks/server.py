"""Light queries under attack, and a long answer.

Prints tables to stdout, times in milliseconds. RUNS queries a line, the ways taken in turns, so
that all of them meet the same machine. Then the same query over HTTP while ATTACKERS ask what never
ends, and an answer of STREAMED_BYTES.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import Final

from measuring import (
    Client,
    Server,
    Times,
    folder,
    forget_peak,
    line,
    memory,
    peak_memory,
)

ATTACKERS: Final = 3
ATTACK_SECONDS: Final = 20.0
STREAMED_BYTES: Final = 200_000_000

LIGHT: Final = "SELECT ?label WHERE { event:tegh-firefight rdfs:label ?label }"
ENDLESS: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LONG: Final = "SELECT ?a ?b ?c ?d WHERE { ?a ?p ?b . ?c ?q ?d } LIMIT "


def main() -> None:
    """Start a server on the data that comes with kg, and measure."""
    with folder() as place, Server(place / "home", settings=["seconds=2"]) as server:
        _attacked(server)
        _streamed(server)


def _attacked(server: Server) -> None:
    """Light queries from one address while others ask what never ends."""
    line("light queries over HTTP, 100 a second", "p50", "p99", "errors", "runs")
    for attackers in (0, ATTACKERS):
        stop = threading.Event()
        endings: Counter[int] = Counter()
        threads = [
            threading.Thread(target=_attack, args=(server, number, stop, endings))
            for number in range(attackers)
        ]
        for thread in threads:
            thread.start()
        times, errors = _steady(server, ATTACK_SECONDS)
        stop.set()
        for thread in threads:
            thread.join()
        told = ", ".join(f"{n} with {status}" for status, n in endings.items())
        words = f"  {attackers} attackers{f', ended {told}' if told else ''}"
        line(words, times.median, times.p99, errors, len(times.all))
    line("")


def _attack(server: Server, number: int, stop: threading.Event, endings: Counter[int]) -> None:
    with Client(server, address=f"127.0.0.{number + 2}") as client:
        while not stop.is_set():
            endings[client.select(ENDLESS)[0]] += 1


def _steady(server: Server, seconds: float) -> tuple[Times, int]:
    """How long light queries take that come 100 a second, counted from when they were due."""
    times, errors = [], 0
    with Client(server) as client:
        due = time.perf_counter()
        for _ in range(int(seconds * 100)):
            due += 0.01
            time.sleep(max(0.0, due - time.perf_counter()))
            start = time.perf_counter()
            errors += client.select(LIGHT)[0] != 200
            times.append(time.perf_counter() - start)
            due = max(due, time.perf_counter() - 0.01)
    return Times(tuple(times)), errors


def _streamed(server: Server) -> None:
    """An answer that is long: how fast it comes, and what it takes in memory."""
    with Client(server, token=server.token) as client:
        row = len(client.select(f"{LONG}20000")[1]) / 20_000
        text = f"{LONG}{round(STREAMED_BYTES / row)}"
        before = {pid: (kind, memory(pid)) for pid, kind in server.processes().items()}
        for pid in before:
            forget_peak(pid)
        start = time.perf_counter()
        size = client.size(text)
        took = time.perf_counter() - start
    grown: Counter[str] = Counter()
    for pid, (kind, had) in before.items():
        grown[kind] = max(grown[kind], peak_memory(pid) - had)
    line("one long answer over HTTP", "MB", "MB/s", *(f"+{kind}" for kind in grown if kind in TOLD))
    line(
        "  1 run; most memory that a process has gained",
        round(size / 1e6),
        size / 1e6 / took,
        *(f"{more / 1e6:.1f} MB" for kind, more in grown.items() if kind in TOLD),
    )


TOLD: Final = ("supervisor", "web", "worker")

if __name__ == "__main__":
    main()
