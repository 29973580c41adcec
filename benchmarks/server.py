"""What an answer costs on its way: in the engine, across processes, over HTTP, and under attack.

Prints tables to stdout, times in milliseconds. RUNS queries a line, the ways taken in turns, so
that all of them meet the same machine. Then the same query over HTTP while ATTACKERS ask what never
ends, and an answer of STREAMED_BYTES.
"""

from __future__ import annotations

import io
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from measuring import (
    RESULTS,
    Client,
    Server,
    Times,
    folder,
    forget_peak,
    line,
    memory,
    peak_memory,
)

from kg.processes.opening import UNGATED
from kg.store.answers import write_answer
from kg.store.folder import Folder
from kg.store.interface import WHOLE
from kg.store.served import ServedStore
from kg.store.view import View

RUNS: Final = 500
WARM: Final = 50
ATTACKERS: Final = 3
ATTACK_SECONDS: Final = 20.0
STREAMED_BYTES: Final = 200_000_000

QUERIES: Final = {
    "light": "SELECT ?label WHERE { event:tegh-firefight rdfs:label ?label }",
    "18 rows": "SELECT ?claim ?label WHERE { ?claim a ckg:Claim ; rdfs:label ?label } LIMIT 18",
    "1,000 rows": "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 1000",
}
ENDLESS: Final = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
LONG: Final = "SELECT ?a ?b ?c ?d WHERE { ?a ?p ?b . ?c ?q ?d } LIMIT "


def main() -> None:
    """Start a server on the data that comes with kg, and measure."""
    with folder() as place, Server(place / "home", settings=["seconds=2"]) as server:
        for name, text in QUERIES.items():
            _hops(server, name, text)
        _attacked(server)
        _streamed(server)


def _hops(server: Server, name: str, text: str) -> None:
    """One query on its three ways."""
    store, bare = ServedStore(server.home), _engine(server.home)
    health = "/healthz"
    with Client(server) as client:
        ways: dict[str, Callable[[], object]] = {
            "bare engine in process": lambda: bare(text),
            "through the socket of the supervisor": lambda: b"".join(
                store.query(text, accept=RESULTS)
            ),
            "over HTTP, one connection": lambda: client.select(text),
            "an address without a query, over HTTP": lambda: client.get(health),
        }
        times = _in_turns(ways)
        size = len(client.select(text)[1])
    engine, socket, http, _ = times.values()
    line(f"{name}: {size} bytes, {RUNS} runs", "p50", "p99", "of bare")
    for way, found in times.items():
        line(f"  {way}", found.median, found.p99, f"{found.median / engine.median:.1f} x")
    line("  cost of the process boundary", socket.median - engine.median)
    line("  cost of HTTP and the application", http.median - socket.median)
    line("")


def _engine(home: Path) -> Callable[[str], bytes]:
    """The engine alone, on the snapshot that the server reads, with the same serializer."""
    place = Folder(home)
    generation = place.kept()[-1]
    store = ox.Store.read_only(str(place.snapshot(generation)))
    view = View(generation, store, UNGATED.union)

    def ask(text: str) -> bytes:
        sink = _Bytes()
        write_answer(view.evaluate(text, WHOLE, {}), RESULTS, sink)
        return sink.getvalue()

    return ask


class _Bytes(io.BytesIO):
    media_type = ""


def _in_turns(ways: dict[str, Callable[[], object]]) -> dict[str, Times]:
    found: dict[str, list[float]] = {name: [] for name in ways}
    for run in range(WARM + RUNS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if run >= WARM:
                found[name].append(time.perf_counter() - start)
    return {name: Times(tuple(times)) for name, times in found.items()}


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
            errors += client.select(QUERIES["light"])[0] != 200
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
