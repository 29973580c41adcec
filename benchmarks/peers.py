"""The same queries to our server and to servers of others, in turn, over the same data.

    python benchmarks/peers.py 100000 [ROUNDS]

Invented data of about so many triples (`world.py`) is imported, loaded with `kg load --bulk`
together with what follows from it, and written out; the others load that. Each query
(`workload/`, `second/`) is asked of all in turn, several times with several constants, over HTTP on
connections that stay open; answers are compared. The report is Markdown on stdout, losses first.
"""

from __future__ import annotations

import http.client
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
from answers import compared
from measuring import Server, children, folder, proportional_memory, tree
from peers_report import OURS, REFERENCE, Told, report
from tests.peers.servers import (
    FUSEKI,
    OXIGRAPH,
    UNION,
    Options,
    fuseki_jar,
    fuseki_over,
    oxigraph_command,
    oxigraph_over,
    virtuoso_over,
)
from workload import FOLDER, Template, constants, templates
from world import write_releases

from kg.columnar.keeping import NAME
from kg.store.answers import EXPLANATION
from kg.store.folder import Folder
from kg.store.live import MARK

SETS: Final = ("workload", "second")
"""Folders of queries; nothing was made faster with the second in sight."""

LIMITED: Final = "Oxigraph"
"""The server of the engine that has no limit of time in this process."""

TRIPLES: Final = 100_000
ROUNDS: Final = 3
CONSTANTS: Final = 3
SECONDS: Final = 20
OPTIONS: Final = Options(seconds=SECONDS, heap="4g")
RESULTS: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"
QUERY: Final = "application/sparql-query"
SETTINGS: Final = (f"seconds={SECONDS}", f"cpu_seconds={SECONDS}", "client_queries=8")
OK: Final = 200
COUNT: Final = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"
FOLDERS: Final = {OURS: "home", "Oxigraph": "oxigraph", "Fuseki": "tdb2", "Virtuoso": "virtuoso"}
PROGRAMS: Final = {"kg": OURS, "oxigraph": "Oxigraph", "java": "Fuseki", "virtuoso-t": "Virtuoso"}

_KG: Final = "from kg.cli import main; main()"
Ask = Callable[[str, str], bytes]


class FailedError(Exception):
    """An engine gave no answer."""


def main(arguments: list[str]) -> None:
    """Make the data, start all, ask, and report."""
    triples = int(arguments[0]) if arguments else TRIPLES
    rounds = int(arguments[1]) if len(arguments) > 1 else ROUNDS
    with folder() as place, ExitStack() as stack:
        dump, loading = _world(place, triples)
        reference = ox.Store.read_only(str(_reference(place, dump, loading)))
        asking = {**_servers(stack, place, dump, loading), REFERENCE: _in_process(reference)}
        sets = constants(reference, CONSTANTS)
        _say_what_runs(len(reference), loading)
        for name in SETS:
            told = [_ask_all(each, asking, sets, rounds) for each in templates(FOLDER / name)]
            report(name, told, list(asking))
        _say_what_it_takes(place)


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
    _timed(loading, REFERENCE, lambda: store.bulk_load(path=dump))
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
    asking: dict[str, Ask] = {}
    if shutil.which("virtuoso-t"):
        began = time.perf_counter()
        virtuoso = stack.enter_context(virtuoso_over(dump, OPTIONS))
        loading["Virtuoso"] = time.perf_counter() - began
        asking["Virtuoso"] = _of_virtuoso(virtuoso.query, _graphs(place / "reference"))
    began = time.perf_counter()
    ours = stack.enter_context(Server(place / "home", settings=SETTINGS))
    _wait_for_copy(_over_http(f"http://127.0.0.1:{ours.port}/sparql", ours.token))
    loading[f"{OURS}, from its start until its copy answers"] = time.perf_counter() - began
    addresses = {
        OURS: f"http://127.0.0.1:{ours.port}/sparql",
        "Oxigraph": stack.enter_context(oxigraph_over(oxigraph, OPTIONS)).query,
        "Fuseki": stack.enter_context(fuseki_over(tdb2, OPTIONS)).query,
    }
    tokens = {OURS: ours.token}
    others = {name: _over_http(where, tokens.get(name)) for name, where in addresses.items()}
    return others | asking


def _wait_for_copy(ask: Ask) -> None:
    """Wait until a query that has to look at everything is answered by the copy in columns."""
    while json.loads(ask(COUNT, EXPLANATION))["answered_by"] != NAME:
        time.sleep(0.5)


def _graphs(reference: Path) -> list[str]:
    named = ox.Store.read_only(str(reference)).named_graphs()
    return [graph.value for graph in named if isinstance(graph, ox.NamedNode)]


def _say_what_runs(quads: int, loading: Mapping[str, float]) -> None:
    out = sys.stdout.write
    cores, python = os.cpu_count(), platform.python_version()
    out(f"{quads:,} quads, {cores} cores ({platform.machine()}), Python {python}, ")
    out(f"Oxigraph {OXIGRAPH}, Fuseki {FUSEKI} with TDB2 and {OPTIONS.heap} of heap.\n")
    out("\n| engine | loading, s |\n|---|---|\n")
    for name, seconds in loading.items():
        out(f"| {name} | {seconds:.1f} |\n")
    sys.stdout.flush()


def _say_what_it_takes(place: Path) -> None:
    """Print the disk and the proportional memory of each, after all queries."""
    memory = dict.fromkeys(FOLDERS, 0)
    for child in children(os.getpid()):
        words = Path(f"/proc/{child}/cmdline").read_text("utf-8", "replace").split("\0")
        program = "kg" if "serve" in words and "kg.cli" in words[2] else Path(words[0]).name
        if program in PROGRAMS:
            memory[PROGRAMS[program]] += sum(map(proportional_memory, tree(child)))
    out = sys.stdout.write
    out("\n| engine | disk, MB | memory, MB |\n|---|---|---|\n")
    for name, where in FOLDERS.items():
        files = (path for path in (place / where).rglob("*") if path.is_file())
        disk = sum({file.st_ino: file.st_size for file in map(Path.stat, files)}.values())
        out(f"| {name} | {disk / 1e6:,.0f} | {memory[name] / 1e6:,.0f} |\n")


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a server of others


def _over_http(address: str, token: str | None, media_type: str = QUERY) -> Ask:
    """One connection that is kept open."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=2 * SECONDS)
    given = {"Content-Type": media_type}
    given |= {"Authorization": f"Bearer {token}"} if token else {}

    def ask(text: str, accept: str) -> bytes:
        connection.request("POST", parts.path, text.encode(), {**given, "Accept": accept})
        response = connection.getresponse()
        body = response.read()
        if response.status != OK:
            raise FailedError(f"{response.status} {body[:200]!r}")
        return body

    return ask


def _of_virtuoso(address: str, graphs: list[str]) -> Ask:
    """Asked by forms, with the dataset that others have by themselves; ASK is answered in rows."""
    given = [("default-graph-uri", UNION), *(("named-graph-uri", graph) for graph in graphs)]
    form = "application/x-www-form-urlencoded"
    send = _over_http(address, None, form)

    def ask(text: str, accept: str) -> bytes:
        body = send(urlencode([("query", text), *given]), accept)
        if b'"__ASK_RETVAL"' not in body[:100]:
            return body
        return json.dumps({"boolean": bool(json.loads(body)["results"]["bindings"])}).encode()

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
                if name in told.failed or (name == REFERENCE and LIMITED in told.failed):
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
        right = next((answers[name] for name in (REFERENCE, *answers) if name in answers), None)
        told.differs |= {name for name, answer in answers.items() if answer != right}
    return told


if __name__ == "__main__":
    main(sys.argv[1:])
