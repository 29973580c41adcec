"""What a light query costs on its way, and how many are answered a second, beside Oxigraph.

Prints tables to stdout. The first has times in milliseconds, the ways taken in turns, so that all
of them meet the same machine; the others how many requests a second both servers answer with 1, 4
and 16 connections, each from an address of its own, and for how many microseconds of their time.
"New" queries are of a form that nobody has asked before, "unlike" ones look up another entity each
and no answer is kept, "repeated" ones are a few.

`--load` is one such load in a process of its own, which reads the names of entities from stdin.
"""

from __future__ import annotations

import io
import os
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import pyoxigraph as ox
from measuring import HOST, LENGTH, RESULTS, Client, Server, Times, children, folder, line
from rdflib.namespace import RDFS
from tests.peers.servers import Options, oxigraph_command, oxigraph_over

from kg.namespaces import BASE
from kg.processes.opening import UNGATED
from kg.processes.usage import cpu_seconds
from kg.sparql.service import answer
from kg.store.answers import write_answer
from kg.store.folder import Folder
from kg.store.interface import WHOLE
from kg.store.live import MARK
from kg.store.served import ServedStore
from kg.store.view import View

RUNS: Final = 400
WARM: Final = 40
CLIENTS: Final = (1, 4, 16)
LOAD_SECONDS: Final = 3.0
TURNS: Final = 3
"""Each load is put on both servers so often, in turns; the median counts."""

LOADS: Final = ("new", "unlike", "repeated")
REPEATED: Final = 8
ENTITIES: Final = 2_000
TOLD: Final = ("supervisor", "web", "worker", "oxigraph")
ACCEPT: Final = f"Accept: {RESULTS}\r\n"


def main() -> None:
    """Start both servers on the data that comes with kg, and measure."""
    with folder() as place:
        with Server(place / "home") as server:
            view, entities = _world(server, place)
            with _oxigraph(place) as theirs:
                _hops(view, entities, server, theirs)
        for kind in LOADS:
            settings = ("kept_bytes=0",) if kind == "unlike" else ()
            with Server(place / "home", settings=settings) as server, _oxigraph(place) as theirs:
                ours = _Target("kg", server.port, "/sparql", server.cpu)
                _wait_for_copy(server.home)
                _side_by_side(kind, entities, ours, theirs)


def _wait_for_copy(home: Path) -> None:
    """Wait until a copy is there, which answers some of these queries; it is made after a rest."""
    for _ in range(60):
        if [*(home / "artefacts" / "columns").glob("[0-9]*/about.json")]:
            return
        time.sleep(1)
    sys.exit("no copy was made")


@contextmanager
def _oxigraph(place: Path) -> Iterator[_Target]:
    with oxigraph_over(place / "oxigraph", Options(seconds=0)) as peer:
        port = int(urlsplit(peer.query).port or 0)
        yield _Target("Oxigraph", port, "/query", lambda: _cpu_of_listener(port))


@dataclass(frozen=True)
class _Target:
    """A server under load, and what tells the processor time of its processes."""

    name: str
    port: int
    path: str
    cpu: Callable[[], dict[str, float]]


def _world(server: Server, place: Path) -> tuple[View, list[str]]:
    """The snapshot of a server, which is loaded into Oxigraph too, and some entities of it."""
    generation = Folder(server.home).kept()[-1]
    store = ox.Store.read_only(str(Folder(server.home).snapshot(generation)))
    _load_into_oxigraph(store, place)
    labelled = store.quads_for_pattern(None, ox.NamedNode(str(RDFS.label)), None)
    names = {str(quad.subject) for quad in labelled}
    entities = sorted(name for name in names if name.startswith(f"<{BASE}"))
    step = max(1, len(entities) // ENTITIES)
    return View(generation, store, UNGATED.union), entities[::step]


def _load_into_oxigraph(store: ox.Store, place: Path) -> None:
    """The quads of the snapshot, union in the default graph included, but for our own mark."""
    file = place / "all.nq"
    with file.open("wb") as out:
        quads = (q for q in store.quads_for_pattern(None, None, None) if q.graph_name != MARK)
        ox.serialize(quads, out, ox.RdfFormat.N_QUADS)
    command = [str(oxigraph_command()), "load", "--location", str(place / "oxigraph")]
    subprocess.run([*command, "--file", str(file)], check=True, capture_output=True)  # noqa: S603


def _cpu_of_listener(port: int) -> dict[str, float]:
    """The processor time of the process below this one that was told to listen at a port."""
    for pid in children(os.getpid()):
        if f":{port}".encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return {"oxigraph": cpu_seconds(pid)}
    return {}


def _hops(view: View, entities: list[str], server: Server, theirs: _Target) -> None:
    """Look-ups of entities on all their ways, none of them twice but the repeated one."""
    store, new = ServedStore(server.home), _new(entities, 0)
    repeated = f"/sparql?query={quote(next(new))}"

    def text() -> str:
        return next(new)

    def address(path: str) -> str:
        return f"{path}?query={quote(text())}"

    with Client(server) as client, Client(theirs) as other:
        ways: dict[str, Callable[[], object]] = {
            "engine, in process": lambda: _bare(view, text()),
            "+ supervisor and worker, at their socket": lambda: b"".join(
                answer(store, text(), accept=RESULTS).stream
            ),
            "+ web process, over HTTP": lambda: client.get(address("/sparql"), ACCEPT),
            "the same, posted": lambda: client.select(text()),
            "a query that was answered before, over HTTP": lambda: client.get(repeated, ACCEPT),
            "an address without a query, over HTTP": lambda: client.get("/healthz"),
            "Oxigraph's server, over HTTP": lambda: other.get(address(theirs.path), ACCEPT),
        }
        times = _in_turns(ways)
    bare = next(iter(times.values()))
    line(f"look-up of an entity, {RUNS} runs, ms", "p50", "p95", "of engine")
    for way, found in times.items():
        line(f"  {way}", found.median, found.p95, f"{found.median / bare.median:.1f} x")
    line("")


def _new(entities: list[str], first: int) -> Iterator[str]:
    """Look-ups of entities that differ in more than these."""
    for name, number in zip(cycle(entities), count(1_000 + first)):
        yield f"SELECT ?p ?o WHERE {{ {name} ?p ?o }} LIMIT {number}"


def _bare(view: View, text: str) -> bytes:
    sink = _Bytes()
    write_answer(view.evaluate(text, WHOLE, {}), RESULTS, sink)
    return sink.getvalue()


class _Bytes(io.BytesIO):
    media_type = ""
    rows: int | None = None


def _in_turns(ways: dict[str, Callable[[], object]]) -> dict[str, Times]:
    found: dict[str, list[float]] = {name: [] for name in ways}
    for run in range(WARM + RUNS):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if run >= WARM:
                found[name].append(time.perf_counter() - start)
    return {name: Times(tuple(times)) for name, times in found.items()}


def _side_by_side(kind: str, entities: list[str], ours: _Target, theirs: _Target) -> None:
    """How much both answer under the same load, in turns, and what an answer costs them."""
    line(f"{kind} queries, answers a second", ours.name, theirs.name, "ratio", "us each")
    for clients in CLIENTS:
        rates: dict[str, list[float]] = {ours.name: [], theirs.name: []}
        costs: Counter[str] = Counter()
        for turn in range(TURNS):
            for target in (ours, theirs):
                before = target.cpu()
                rate = _loaded(kind, target, entities, (clients, turn))
                rates[target.name].append(rate)
                after = target.cpu()
                each = 1e6 / (rate * LOAD_SECONDS * TURNS)
                costs.update({kind: each * (after[kind] - before[kind]) for kind in after})
        mine, other = (statistics.median(found) for found in rates.values())
        told = (f"{kind} {costs[kind]:.0f}" for kind in TOLD)
        line(f"  {clients} clients", mine, other, f"{mine / other:.2f}", f"  {', '.join(told)}")
    line("")


def _loaded(kind: str, target: _Target, entities: list[str], how: tuple[int, int]) -> float:
    """Answers a second under the load of another process."""
    command = [sys.executable, __file__, "--load", kind, str(target.port), target.path]
    command += [str(number) for number in how]
    given = "\n".join(entities).encode()
    found = subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True)  # noqa: S603
    return float(found.stdout)


def _load(kind: str, port: int, path: str, clients: int, turn: int) -> float:
    """Ask on connections that ask again as soon as they were answered."""
    requests = _requests(kind, port, path, clients, turn)
    waiting = selectors.DefaultSelector()
    for number in range(clients):
        client = socket.create_connection((HOST, port), source_address=(f"127.0.0.{number + 2}", 0))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(client, selectors.EVENT_READ, (client, _Reader()))
        client.sendall(next(requests))
    answers, start = 0, time.monotonic()
    while time.monotonic() < start + LOAD_SECONDS:
        for key, _ in waiting.select(1):
            client, reader = key.data
            if reader.is_whole(client.recv(262_144)):
                answers += 1
                client.sendall(next(requests))
    return answers / (time.monotonic() - start)


class _Reader:
    """Finds the ends of answers on one connection."""

    def __init__(self) -> None:
        self._data = b""

    def is_whole(self, data: bytes) -> bool:
        """Whether an answer is there with this piece; one that is no result ends the load."""
        if not data:
            sys.exit("the server has closed the connection")
        self._data += data
        head, end, body = self._data.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 200 " not in head[:20]:
            sys.exit(f"no answer: {self._data[:300]!r}")
        length = LENGTH.search(head)
        whole = len(body) == int(length[1]) if length else body.endswith(b"0\r\n\r\n")
        self._data = b"" if whole else self._data
        return whole


def _requests(kind: str, port: int, path: str, clients: int, turn: int) -> Iterator[bytes]:
    entities = sys.stdin.read().split()
    texts = _new(entities, 10_000_000 * clients + 1_000_000 * turn)
    if kind == "unlike":
        texts = (f"SELECT ?p ?o WHERE {{ {name} ?p ?o }}" for name in cycle(entities))
    if kind == "repeated":
        texts = cycle(islice(texts, REPEATED))
    for text in texts:
        head = f"GET {path}?query={quote(text)} HTTP/1.1\r\nHost: {HOST}:{port}\r\n"
        yield f"{head}{ACCEPT}\r\n".encode()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--load", kind, port, path, clients, turn]:
            sys.stdout.write(f"{_load(kind, int(port), path, int(clients), int(turn))}\n")
        case _:
            main()
