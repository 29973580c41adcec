"""How loading, memory, disk and queries grow with the data: of our server, a size after the other.

    python benchmarks/growth.py 1000000 10000000 [--releases FOLDER]

Invented data of about so many triples each (`world.py`) is imported, loaded with `kg load --bulk`
together with what follows from it, and served; the first set of queries (`workload/`) is asked over
HTTP, each with three sets of constants in turn, by one client. Then there are commits, of which the
server has to keep what was before (`GENERATIONS`), with all queries on each once more. Memory is
proportional (PSS): what processes share counts once, and pages of files that are mapped count too.
Prints tables to stdout.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from changes import QUADS, SETUP, commit
from measuring import Client, Server, folder, line, proportional_memory, tree
from peers_asking import GRAPH, RESULTS, Ask, FailedError, over_http, wait_for_copy
from peers_world import SETTINGS, imported, kg, started
from workload import FOLDER, Template, constants, templates

from kg.store.folder import Folder
from kg.store.served import ServedStore

ROUNDS: Final = 9
CONSTANTS: Final = 3
SECONDS: Final = 20
GENERATIONS: Final = 3
"""So many are kept at the end, two of them by somebody who still reads them."""

EVERY_SECONDS: Final = 2.0
"""So often it is looked at memory and disk while data is loaded."""

_COUNT: Final = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@dataclass
class Size:
    """What was measured for one size; times of queries are in milliseconds."""

    triples: int
    told: dict[str, float] = field(default_factory=dict)
    queries: dict[str, float] = field(default_factory=dict)


class Asked:
    """Answers the queries that constants come from, as a store does."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def query(self, query: str, *, prefixes: dict[str, str]) -> object:
        """The solutions of a query."""
        head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())
        return ox.parse_query_results(self._ask(head + query, RESULTS), ox.QueryResultsFormat.JSON)


def main(arguments: list[str]) -> None:
    """Measure each size, then print one column for each."""
    parser = argparse.ArgumentParser(description="How our server grows with its data.")
    parser.add_argument("triples", type=int, nargs="+")
    parser.add_argument("--releases", type=Path, help="a folder that keeps what is imported")
    asked = parser.parse_args(arguments)
    sizes = []
    for triples in asked.triples:
        with folder() as place:
            sizes.append(_measured(place, triples, asked.releases))
            _print(sizes)


class Watched:
    """Looks at memory, and at the disk that a folder takes, while something runs."""

    def __init__(self, processes: Callable[[], Iterable[int]], home: Path) -> None:
        self.memory = self.disk = 0
        self._processes = processes
        self._home = home
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(EVERY_SECONDS):
            self.memory = max(self.memory, sum(map(proportional_memory, self._processes())))
            self.disk = max(self.disk, _disk(self._home))


def _measured(place: Path, triples: int, releases: Path | None) -> Size:
    size, home = Size(triples), place / "home"
    kg(home, "load")
    files = imported((releases or place / "releases") / str(triples), triples, home)
    _load(size, home, files)
    if releases is None:
        shutil.rmtree(place / "releases")
    size.told["disk afterwards, MB"] = _disk(home) / 1e6
    began = time.perf_counter()
    with (
        Server(home, SETUP, SETTINGS) as server,
        Watched(lambda: [*server.processes()], home) as watched,
    ):
        ask = over_http(f"http://127.0.0.1:{server.port}/sparql", SECONDS)
        wait_for_copy(ask)
        size.told["from its start until its copy answers, s"] = time.perf_counter() - began
        found = ox.parse_query_results(ask(_COUNT, RESULTS), ox.QueryResultsFormat.JSON)
        size.told["triples in the union, millions"] = _number(found) / 1e6
        sets = constants(Asked(ask), CONSTANTS)
        for template in templates(FOLDER / "workload"):
            size.queries[template.name] = _median(template, ask, sets)
        processes = server.processes()
        memory = {pid: proportional_memory(pid) for pid in processes}
        size.told["memory of the server after these, MB"] = sum(memory.values()) / 1e6
        workers = [memory[pid] for pid, kind in processes.items() if kind == "worker"]
        size.told["memory of the largest worker, MB"] = max(workers, default=0) / 1e6
        _keep_generations(size, server, ask, sets)
        memory = {pid: proportional_memory(pid) for pid in server.processes()}
        size.told[f"memory of the server with {GENERATIONS} generations, MB"] = (
            sum(memory.values()) / 1e6
        )
    size.told["the most memory of the server, MB"] = watched.memory / 1e6
    return size


def _keep_generations(size: Size, server: Server, ask: Ask, sets: list[dict[str, str]]) -> None:
    """Commit, with each generation before held by a reader, and ask all queries on each new one."""
    store, held, receipts, read = ServedStore(server.home), [], [], []
    with Client(server, token=server.token) as client:
        for number in range(1, GENERATIONS):
            held.append(store.snapshot())
            began = time.perf_counter()
            generation = commit(client, f"grown{number}", QUADS, sets[0]["conflict"])
            receipts.append(time.perf_counter() - began)
            client.select("ASK { ?s a ckg:Event }", generation)
            read.append(time.perf_counter() - began)
            wait_for_copy(ask)
            for template in templates(FOLDER / "workload"):
                accept = GRAPH if template.compared == "graph" else RESULTS
                ask(template.with_constants(sets[0]), accept)
    kept = Folder(server.home).kept()
    if not {each.generation for each in held} < set(kept):
        sys.exit(f"of the generations that are read only these are kept: {kept}")
    size.told[f"commits of {QUADS} quads, until the receipt, the longer one, s"] = max(receipts)
    size.told["until they are read, the longer one, s"] = max(read)


def _load(size: Size, home: Path, files: list[Path]) -> None:
    """Load files in bulk; notes seconds, and the most memory and disk that it took."""
    load = ("load", "--bulk", "--no-validate", "--graph", "imported", *map(str, files))
    began = time.perf_counter()
    with (
        started(home, *load) as process,
        Watched(lambda: tree(process.pid), home) as watched,
    ):
        process.wait()
    if process.returncode:
        sys.exit(f"kg load ended with {process.returncode}")
    size.told["loading, s"] = time.perf_counter() - began
    size.told["the most memory meanwhile, MB"] = watched.memory / 1e6
    size.told["the most disk meanwhile, MB"] = watched.disk / 1e6


def _median(template: Template, ask: Ask, sets: list[dict[str, str]]) -> float:
    """The median over rounds of the mean over constants, after a round that is not measured."""
    accept = GRAPH if template.compared == "graph" else RESULTS
    rounds = []
    for _ in range(ROUNDS + 1):
        began = time.perf_counter()
        for each in sets:
            try:
                ask(template.with_constants(each), accept)
            except FailedError as error:
                sys.stderr.write(f"{template.name}: {error}\n")
                return float("nan")
        rounds.append((time.perf_counter() - began) / len(sets))
    return statistics.median(rounds[1:]) * 1000


def _number(found: object) -> int:
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("a number comes as a solution")
    return int(next(iter(found))["n"].value)


def _disk(place: Path) -> int:
    """The bytes of all files below, each once however many names it has."""
    found: dict[int, int] = {}
    for where, _, names in os.walk(place):
        for name in names:
            try:
                status = os.stat(Path(where) / name)
            except OSError:  # it was there a moment ago
                continue
            found[status.st_ino] = status.st_size
    return sum(found.values())


def _print(sizes: list[Size]) -> None:
    line("", *(f"{size.triples:,}" for size in sizes))
    for name in sizes[0].told:
        line(name, *(size.told[name] for size in sizes))
    for name in sizes[0].queries:
        line(f"{name}, ms", *(size.queries[name] for size in sizes))


if __name__ == "__main__":
    main(sys.argv[1:])
