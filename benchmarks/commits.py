"""How many small commits a second the store takes over HTTP, and when they can be read.

Prints tables to stdout. A commit adds QUADS quads; clients hold one connection each and send the
next when they have the receipt of the last, for SECONDS a line. Beside it, in the same run, what
the engine alone does in this process. `readable` is the time from a receipt to the answer of a
query that asks for at least its generation. Arguments are setups, `UNGATED` and `OURS` if none.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from measuring import Client, Server, Times, folder, line

from kg.namespaces import CURATED, PREFIXES

SECONDS: Final = 10.0
BARE_SECONDS: Final = 3.0
CLIENTS: Final = (1, 8, 32)
QUADS: Final = 5
SETUPS: Final = ("UNGATED", "OURS")
SETTINGS: Final = ("client_queries=4", "client_waiting=64")
"""All clients have one address here, and some of them wait for their commits to be readable."""

NAMES: Final = ("first", "second", "third")
ASKED: Final = "ASK { <http://example.org/nothing> ?p ?o }"


@dataclass
class Told:
    """What clients were told."""

    receipts: list[float] = field(default_factory=list)
    readable: list[float] = field(default_factory=list)
    errors: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main(setups: list[str]) -> None:
    """Measure the engine alone, then each setup."""
    with folder() as place:
        line(f"{QUADS} quads a commit, in this process", "p50 ms", "p99 ms", "a second", "runs")
        for name, commit in _bare(place).items():
            _alone(name, commit)
        for setup in setups or SETUPS:
            line("")
            line(f"{setup} over HTTP", "p50 ms", "p99 ms", "a second", "a group", "errors")
            with Server(place / setup, f"kg.processes.opening:{setup}", SETTINGS) as server:
                for clients in CLIENTS:
                    _together(server, clients)


def _bare(place: Path) -> dict[str, Callable[[int], object]]:
    """The engine alone, and the disk alone, which nothing that keeps its word can outrun."""
    loose, flushed = ox.Store(str(place / "loose")), ox.Store(str(place / "flushed"))
    handle = os.open(place / "log", os.O_WRONLY | os.O_CREAT)

    def flush(number: int) -> None:
        flushed.extend(_quads(number))
        flushed.flush()

    def write(number: int) -> None:
        os.write(handle, "".join(f"{quad} .\n" for quad in _quads(number)).encode())
        os.fsync(handle)

    return {
        "  engine: extend, nothing on disk": lambda number: loose.extend(_quads(number)),
        "  engine: extend and flush": flush,
        "  file: append and fsync": write,
    }


def _alone(name: str, commit: Callable[[int], object]) -> None:
    times: list[float] = []
    end = time.perf_counter() + BARE_SECONDS
    while (start := time.perf_counter()) < end:
        commit(len(times))
        times.append(time.perf_counter() - start)
    found = Times(tuple(times))
    line(name, found.median, found.p99, round(len(times) / BARE_SECONDS), len(times))


def _together(server: Server, clients: int) -> None:
    """So many clients at once."""
    told, end = Told(), time.perf_counter() + SECONDS
    groups, cpu = _groups(server), server.cpu()
    threads = [
        threading.Thread(target=_commit, args=(server, f"{clients}-{number}", end, told))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    count, total = (after - before for before, after in zip(groups, _groups(server), strict=True))
    if not told.receipts:
        sys.exit(f"no commit came through; {told.errors} errors")
    times = Times(tuple(told.receipts))
    rate = len(told.receipts) / SECONDS
    line(f"  {clients} clients: receipt", times.median, times.p99, rate, total / count, told.errors)
    done = len(told.receipts)
    used = ", ".join(
        f"{kind} {(now - cpu[kind]) * 1000 / done:.2f}" for kind, now in server.cpu().items()
    )
    line(f"    processor ms a commit: {used}")
    if told.readable:
        times = Times(tuple(told.readable))
        line(f"  {clients} clients: readable, after it", times.median, times.p99)


def _commit(server: Server, name: str, end: float, told: Told) -> None:
    """Commit until the end; every tenth time, wait until the commit can be read."""
    number = 0
    with Client(server, token=server.token) as client:
        while (start := time.perf_counter()) < end:
            number += 1
            text, key = _update(f"{name}-{number}"), f"{name}-{number}"
            status, body = client.update(text, key)
            took = time.perf_counter() - start
            with told.lock:
                told.receipts.append(took)
                told.errors += status != 200
            if status != 200:
                time.sleep(0.01)
            elif number % 10 == 1:
                start = time.perf_counter()
                status, _ = client.select(ASKED, json.loads(body)["generation"])
                with told.lock:
                    told.readable.append(time.perf_counter() - start)
                    told.errors += status != 200


def _update(name: str) -> str:
    lines = [f'person:bench-{name} a ckg:Person ; rdfs:label "person {name}"@en']
    lines += [f'skos:altLabel "the {each} {name}"@en' for each in NAMES]
    return f"INSERT DATA {{ GRAPH graph:curated {{ {' ; '.join(lines)} }} }}"


def _quads(number: int) -> list[ox.Quad]:
    subject = ox.NamedNode(f"{PREFIXES['person']}bench-{number}")
    label, graph = ox.NamedNode(f"{PREFIXES['rdfs']}label"), ox.NamedNode(str(CURATED))
    return [ox.Quad(subject, label, ox.Literal(f"{at}"), graph) for at in range(QUADS)]


def _groups(server: Server) -> tuple[float, float]:
    """How many groups went to disk so far, and how many commits in them."""
    with Client(server) as client:
        text = client.get("/metrics")[1].decode()
    found = [re.search(rf"^kg_commit_group_{end} (\S+)$", text, re.MULTILINE) for end in _ENDS]
    count, total = (float(match[1]) if match else 0.0 for match in found)
    return count, total


_ENDS: Final = ("count", "sum")

if __name__ == "__main__":
    main(sys.argv[1:])
