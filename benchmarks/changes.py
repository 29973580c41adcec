"""What a commit costs beside much data, and queries while the copy in columns follows commits.

    PYTHONPATH=. python benchmarks/changes.py HOME

HOME is a folder in which a store was loaded (`pages.py` leaves one); commits are made into it,
without validation but for the last ones. Prints tables to stdout: commits of QUADS quads over HTTP,
until the receipt and until a query sees them; the first set of queries, in turns of one look at
each, before and after commits of DELTA quads together; and commits that are validated.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from measuring import Client, Server, Times, line
from peers_asking import GRAPH, RESULTS, Ask, over_http, wait_for_copy
from workload import FOLDER, constants, templates

from kg.columnar.keeping import NAME
from kg.columnar.layout import ABOUT
from kg.store.folder import Folder

QUADS: Final = 1_000
COMMITS: Final = 20
VALIDATED: Final = 10
DELTA: Final = 100_000
AT_ONCE: Final = 10_000
ROUNDS: Final = 5
SECONDS: Final = 20
SETUP: Final = "kg.processes.opening:UNGATED"
SETTINGS: Final = (
    "kept_bytes=0",
    "client_queries=8",
    f"seconds={SECONDS}",
    f"columnar_changes={4 * DELTA}",
)


def main(home: Path) -> None:
    """Commit and ask."""
    folder = Folder(home)
    store = ox.Store.read_only(str(folder.snapshot(folder.kept()[-1])))
    chosen = constants(store, 1)[0]
    del store
    with Server(home, SETUP, SETTINGS) as server:
        ask = over_http(f"http://127.0.0.1:{server.port}/sparql", SECONDS)
        wait_for_copy(ask)
        before = _asked(ask, chosen)
        with Client(server, token=server.token) as client:
            _commits(client, chosen["conflict"])
            started = time.perf_counter()
            for part in range(DELTA // AT_ONCE):
                generation = commit(client, f"delta{part}", AT_ONCE, chosen["conflict"])
            took = time.perf_counter() - started
        line("")
        line(f"{DELTA // AT_ONCE} commits of {AT_ONCE} quads, in seconds", f"{took:.1f}")
        started = time.perf_counter()
        while not (folder.artefacts / NAME / str(generation) / ABOUT).exists():
            time.sleep(0.05)
        took = time.perf_counter() - started
        line("until the copy has followed the last, in seconds", f"{took:.1f}")
        wait_for_copy(ask)
        after = _asked(ask, chosen)
    line("")
    line("queries, median in milliseconds", "before", "after", "ratio")
    ratios = []
    for name, times in before.items():
        one, other = statistics.median(times), statistics.median(after[name])
        ratios.append(other / one)
        line(name, one * 1000, other * 1000, other / one)
    line("geometric mean of the ratios", f"{statistics.geometric_mean(ratios):.2f}")
    with Server(home, settings=SETTINGS) as server, Client(server, token=server.token) as client:
        _validated(client, chosen["conflict"])


def _validated(client: Client, conflict: str) -> None:
    """Commits that shapes and checks are asked about, until their receipt."""
    run = time.time_ns()
    kinds: dict[str, Callable[[int], str]] = {
        "another name of a conflict": lambda n: f'{conflict} skos:altLabel "{run} {n}"@en .',
        "an event with a name": lambda n: _event(f"{run}-{n}"),
        "200 events with four names": lambda n: " ".join(
            _event(f"{run}-{n}-{each}", 4) for each in range(200)
        ),
    }
    line("")
    line("validated commits, until the receipt, in milliseconds", "first", "p50 of the others")
    for kind, (name, made) in enumerate(kinds.items()):
        times = []
        for number in range(VALIDATED + 1):
            text = f"INSERT DATA {{ GRAPH graph:imported {{ {made(number)} }} }}"
            started = time.perf_counter()
            status, body = client.update(text, f"validated-{kind}-{run}-{number}")
            times.append((time.perf_counter() - started) * 1000)
            if status != 200:
                sys.exit(f"a commit answers {status}: {body[:500]!r}")
        line(name, times[0], statistics.median(times[1:]))


def _event(name: str, names: int = 1) -> str:
    others = " ; ".join(f'skos:altLabel "{name} {each}"@en' for each in range(1, names))
    return f'event:{name} a ckg:Event ; rdfs:label "{name}"@en ; {others} .'


def _commits(client: Client, conflict: str) -> None:
    """Commits of QUADS quads, and when a query that names their generation has its answer."""
    receipts, readable = [], []
    for number in range(COMMITS):
        started = time.perf_counter()
        generation = commit(client, f"one{number}", QUADS, conflict)
        receipts.append(time.perf_counter() - started)
        status, body = client.select(f"ASK {{ event:one{number}-0 ?p ?o }}", generation)
        readable.append(time.perf_counter() - started)
        if status != 200 or not json.loads(body)["boolean"]:
            sys.exit(f"what was committed is not there: {status} {body[:300]!r}")
    line("")
    line(f"commits of {QUADS} quads, from their begin, in milliseconds", "p50", "p95", "worst")
    for name, times in (("until the receipt", receipts), ("until it is read", readable)):
        found = Times(tuple(times))
        line(name, found.median, found.p95, max(times) * 1000)


def commit(client: Client, name: str, quads: int, conflict: str) -> int:
    """Commit events of a conflict; returns the generation."""
    things = " ".join(
        f'event:{name}-{n} a ckg:Event ; ckg:partOf {conflict} ; rdfs:label "{name} {n}"@en ;'
        f' skos:altLabel "also {name} {n}"@en ; dcterms:identifier "{name}-{n}" .'
        for n in range(quads // 5)
    )
    status, body = client.update(f"INSERT DATA {{ GRAPH graph:imported {{ {things} }} }}", name)
    if status != 200:
        sys.exit(f"a commit answers {status}: {body[:500]!r}")
    return int(json.loads(body)["generation"])


def _asked(ask: Ask, chosen: Mapping[str, str]) -> dict[str, list[float]]:
    """The times of all queries, round by round; the first round is not measured."""
    found: dict[str, list[float]] = {}
    for turn in range(ROUNDS + 1):
        for template in templates(FOLDER / "workload"):
            accept = GRAPH if template.compared == "graph" else RESULTS
            started = time.perf_counter()
            ask(template.with_constants(chosen), accept)
            if turn:
                found.setdefault(template.name, []).append(time.perf_counter() - started)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
