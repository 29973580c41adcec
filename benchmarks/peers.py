"""The same queries to our server and to servers of others, in turn, over the same data.

    python benchmarks/peers.py 100000 [ROUNDS]

Invented data of about so many triples (`world.py`) is imported, loaded with `kg load --bulk`
together with what follows from it, and written out; the others load that. Each query
(`workload/`) is asked of all in turn, several times with several constants, over HTTP on
connections that stay open; answers are compared. The report is Markdown on stdout, losses first.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pyoxigraph as ox
from measuring import Server, folder
from tests.peers.servers import (
    FUSEKI,
    OXIGRAPH,
    Options,
    fuseki_jar,
    fuseki_over,
    oxigraph_command,
    oxigraph_over,
)
from workload import Template, constants, templates
from world import write_releases

from kg.store.folder import Folder
from kg.store.live import MARK

TRIPLES: Final = 100_000
ROUNDS: Final = 3
CONSTANTS: Final = 3
SECONDS: Final = 60
OPTIONS: Final = Options(seconds=SECONDS, heap="4g")
OURS: Final = "kg"
RESULTS: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"
SETTINGS: Final = (f"seconds={SECONDS}", f"cpu_seconds={SECONDS}", "client_queries=8")
OK: Final = 200

_KG: Final = "from kg.cli import main; main()"
_NUMBERS: Final = ("integer", "decimal", "double", "float", "int", "long", "short")

Ask = Callable[[str, str], bytes]


class FailedError(Exception):
    """An engine gave no answer."""


@dataclass
class Told:
    """What engines said to one template: times by engine, and where answers were not the same."""

    template: Template
    times: dict[str, list[float]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    differs: set[str] = field(default_factory=set)

    def median(self, engine: str) -> float:
        """In milliseconds; infinite where there was no answer."""
        found = self.times.get(engine)
        return statistics.median(found) * 1000 if found else math.inf

    def p95(self, engine: str) -> float:
        """What 95 of 100 stay below, in milliseconds."""
        found = sorted(self.times.get(engine, ()))
        return found[min(len(found) - 1, int(len(found) * 0.95))] * 1000 if found else math.inf


def main(arguments: list[str]) -> None:
    """Make the data, start all, ask, and report."""
    triples = int(arguments[0]) if arguments else TRIPLES
    rounds = int(arguments[1]) if len(arguments) > 1 else ROUNDS
    with folder() as place, ExitStack() as stack:
        dump, loading = _world(place, triples)
        reference = ox.Store.read_only(str(_reference(place, dump, loading)))
        asking = {**_servers(stack, place, dump, loading), "in process": _in_process(reference)}
        sets = constants(reference, CONSTANTS)
        told = [_ask_all(template, asking, sets, rounds) for template in templates()]
        _report(told, list(asking), loading, len(reference))


def _timed(loading: dict[str, float], name: str, run: Callable[[], object]) -> None:
    began = time.perf_counter()
    run()
    loading[name] = time.perf_counter() - began


def _world(place: Path, triples: int) -> tuple[Path, dict[str, float]]:
    """Our store with invented data, all of it as N-Quads, and how long what took."""
    loading: dict[str, float] = {}
    home, files = place / "home", list[Path]()
    _kg(home, "load")
    for release, table in write_releases(place, triples):
        target = place / f"release-{release}"
        asked = ("import", "ucdp", "ged", str(table), "--release", release, "--citation", "-")
        _kg(home, *asked, "--to", str(target))
        files += [*sorted(target.glob("part-*.nt")), target / "release.ttl"]
    load = ("load", "--bulk", "--no-validate", "--graph", "imported")
    _timed(loading, OURS, lambda: _kg(home, *load, *(str(path) for path in files)))
    dump, mark = place / "all.nq", f" {MARK} .\n".encode()
    whole = place / "whole.nq"
    store = ox.Store.read_only(str(Folder(home).snapshot(Folder(home).kept()[-1])))
    store.dump(whole, ox.RdfFormat.N_QUADS)
    with whole.open("rb") as lines, dump.open("wb") as kept:
        kept.writelines(line for line in lines if not line.endswith(mark))
    return dump, loading


def _kg(home: Path, *arguments: str) -> None:
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "KG_HOME": str(home)}
    command = [sys.executable, "-c", _KG, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"kg {' '.join(arguments[:3])} ended with {done.returncode}: {done.stderr!r}")


def _reference(place: Path, dump: Path, loading: dict[str, float]) -> Path:
    path = place / "reference"
    store = ox.Store(str(path))
    _timed(loading, "in process", lambda: store.bulk_load(path=dump))
    store.flush()
    return path


def _servers(
    stack: ExitStack, place: Path, dump: Path, loading: dict[str, float]
) -> dict[str, Ask]:
    oxigraph, tdb2 = place / "oxigraph", place / "tdb2"
    command = [str(oxigraph_command()), "load", "--location", str(oxigraph), "--file", str(dump)]
    _timed(loading, "Oxigraph", lambda: _run(command))
    tdb = ["java", f"-Xmx{OPTIONS.heap}", "-cp", str(fuseki_jar()), "tdb2.tdbloader"]
    _timed(loading, "Fuseki", lambda: _run([*tdb, f"--loc={tdb2}", str(dump)]))
    ours = stack.enter_context(Server(place / "home", settings=SETTINGS))
    addresses = {
        OURS: f"http://127.0.0.1:{ours.port}/sparql",
        "Oxigraph": stack.enter_context(oxigraph_over(oxigraph, OPTIONS)).query,
        "Fuseki": stack.enter_context(fuseki_over(tdb2, OPTIONS)).query,
    }
    tokens = {OURS: ours.token}
    return {name: _over_http(where, tokens.get(name)) for name, where in addresses.items()}


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a server of others


def _over_http(address: str, token: str | None) -> Ask:
    """One connection that is kept open."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=2 * SECONDS)
    given = {"Content-Type": "application/sparql-query"}
    given |= {"Authorization": f"Bearer {token}"} if token else {}

    def ask(text: str, accept: str) -> bytes:
        connection.request("POST", parts.path, text.encode(), {**given, "Accept": accept})
        response = connection.getresponse()
        body = response.read()
        if response.status != OK:
            raise FailedError(f"{response.status} {body[:200]!r}")
        return body

    return ask


def _in_process(store: ox.Store) -> Ask:
    def ask(text: str, accept: str) -> bytes:
        found = store.query(text)
        if isinstance(found, ox.QueryTriples):
            return found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
        return found.serialize(format=ox.QueryResultsFormat.JSON) or b""

    return ask


def _ask_all(
    template: Template, asking: Mapping[str, Ask], sets: list[dict[str, str]], rounds: int
) -> Told:
    """One unmeasured round, whose answers are compared, and then so many measured ones in turn."""
    told = Told(template)
    accept = GRAPH if template.compared == "graph" else RESULTS
    for number, each in enumerate(sets):
        text = template.with_constants(each)
        answers: dict[str, object] = {}
        for turn in range(rounds + 1):
            for name, ask in asking.items():
                if name in told.failed:
                    continue
                began = time.perf_counter()
                try:
                    body = ask(text, accept)
                except (FailedError, OSError, http.client.HTTPException, RuntimeError) as error:
                    told.failed[name] = f"constants {number}: {error}"
                    continue
                if turn:
                    told.times.setdefault(name, []).append(time.perf_counter() - began)
                else:
                    answers[name] = compared(body, template.compared)
        right = answers.get("in process")
        told.differs |= {name for name, answer in answers.items() if answer != right}
    return told


def compared(body: bytes, how: str) -> object:
    """An answer in a form in which equal answers are equal, whoever wrote them."""
    if how == "graph":
        return frozenset(_terms(ox.parse(body, ox.RdfFormat.N_TRIPLES)))
    answer = json.loads(body)
    if "boolean" in answer:
        return bool(answer["boolean"])
    rows = answer["results"]["bindings"]
    if how == "number":
        return len(rows)
    found = [frozenset((name, _value(term)) for name, term in row.items()) for row in rows]
    return found if how == "sequence" else Counter(found)


def _terms(quads: Iterator[ox.Quad]) -> Iterator[str]:
    return (str(quad.triple) for quad in quads)


def _value(term: Mapping[str, Any]) -> tuple[object, ...]:
    """A term; numbers by their value, language tags without regard to case."""
    datatype = str(term.get("datatype", "")).rpartition("#")[2]
    value: object = term["value"]
    if datatype in _NUMBERS:
        try:
            return ("number", Decimal(str(value)))
        except InvalidOperation:
            return ("number", value)
    kind = "literal" if term["type"] == "typed-literal" else term["type"]
    tag = str(term.get("xml:lang", "")).lower()
    return (kind, value, "" if datatype == "string" else datatype, tag)


def _report(told: list[Told], engines: list[str], loading: dict[str, float], quads: int) -> None:
    others = [name for name in engines if name not in (OURS, "in process")]
    rows = sorted(told, key=lambda each: -_ratio(each, others))
    out = sys.stdout.write
    cores, python = os.cpu_count(), platform.python_version()
    out(f"{quads:,} quads, {cores} cores ({platform.machine()}), Python {python}, ")
    out(f"Oxigraph {OXIGRAPH}, Fuseki {FUSEKI} with TDB2 and {OPTIONS.heap} of heap.\n\n")
    lost = sum(_ratio(each, others) > 1 for each in told)
    out(f"{lost} of {len(told)} queries took us longer than the best of the others.\n\n")
    out(f"| query | {' | '.join(f'{name}, ms (p95)' for name in engines)} | ratio to best |\n")
    out(f"|---|{'---|' * (len(engines) + 1)}\n")
    for each in rows:
        cells = " | ".join(_cell(each, name) for name in engines)
        out(f"| {each.template.name} | {cells} | {_ratio(each, others):.2f} |\n")
    out("\n| engine | loading, s |\n|---|---|\n")
    for name, seconds in loading.items():
        out(f"| {name} | {seconds:.1f} |\n")
    for each in told:
        for name, why in each.failed.items():
            out(f"\n{each.template.name}: {name} gave no answer ({why})\n")
    different = {each.template.name: sorted(each.differs) for each in told if each.differs}
    out(f"\nAnswers that differ from those of the engine in process: {different or 'none'}.\n")
    if any(OURS in names for names in different.values()):
        sys.exit("our answers are not right")


def _ratio(each: Told, others: list[str]) -> float:
    """Our median to the best of the others; above 1 we are slower."""
    best = min(each.median(name) for name in others)
    ours = each.median(OURS)
    return 1.0 if ours == best else ours / best


def _cell(each: Told, engine: str) -> str:
    if engine in each.failed:
        return "none"
    return f"{each.median(engine):.1f} ({each.p95(engine):.1f})"


if __name__ == "__main__":
    main(sys.argv[1:])
