"""The data that all engines get: an invented world, loaded by `kg` and written out for others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from measuring import Server
from peers_asking import Ask, of_rdf4j, of_virtuoso, over_http, wait_for_copy
from peers_maplib import Maplib
from peers_report import MAPLIB, OURS, REFERENCE, SECONDS
from tests.peers.servers import (
    Options,
    fuseki_jar,
    fuseki_over,
    maplib_python,
    oxigraph_command,
    oxigraph_over,
    rdf4j_over,
    virtuoso_over,
)
from world import write_releases

from kg.columnar.copied import Copied
from kg.columnar.delta import opened
from kg.columnar.keeping import NAME
from kg.store.folder import Folder

OPTIONS: Final = Options(seconds=SECONDS, heap="4g")
SETTINGS: Final = (f"seconds={SECONDS}", f"cpu_seconds={SECONDS}", "client_queries=8")
ANSWERING: Final = f"{OURS}, until its queries are answered"
POLL_SECONDS: Final = 0.05
_KG: Final = "from kg.cli import main; main()"


class World:
    """Folders of all engines in a `place`; `loading` is how long each took, in seconds."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.loading: dict[str, float] = {}
        self._home = place / "home"
        self._dump = place / "all.nq"

    def load(self, releases: Path, triples: int) -> ox.Store:
        """Load our store and write it out; returns the engine in process over the same data.

        What is imported stands in the folder of the `releases`, and is made where it is not there.
        """
        kg(self._home, "load")
        files = imported(releases / str(triples), triples, self._home)
        for file in files:
            file.read_bytes()  # those of an earlier run are in memory then, as new ones are
        self._load_ours(files)
        self._write_out()
        reference = self.place / "reference"
        store = ox.Store(str(reference))
        self._timed(REFERENCE, lambda: store.bulk_load(path=self._dump))
        store.flush()
        return ox.Store.read_only(str(reference))

    def _load_ours(self, files: list[Path]) -> None:
        """Note how long it takes until queries see what is loaded, and until it has a copy too."""
        load = ("load", "--bulk", "--no-validate", "--graph", "imported", *map(str, files))
        began, before = time.perf_counter(), Folder(self._home).kept()
        with started(self._home, *load) as process:
            while process.poll() is None:
                time.sleep(POLL_SECONDS)
                if ANSWERING not in self.loading and Folder(self._home).kept() != before:
                    self.loading[ANSWERING] = time.perf_counter() - began
        self.loading[OURS] = time.perf_counter() - began
        if process.returncode:
            sys.exit(f"kg load ended with {process.returncode}")

    def _write_out(self) -> None:
        """All that queries see as N-Quads, from the copy: the engine takes many times as long."""
        copied = self._copied()
        with self._dump.open("wb") as file:
            file.writelines(copied.lines(None))
            for graph in copied.graphs():
                end = f" {graph} .\n".encode()
                file.writelines(each.replace(b" .\n", end) for each in copied.lines(graph))

    def _write_out_union(self) -> Path:
        """The triples of the default graph as N-Triples."""
        file = self.place / "union.nt"
        with file.open("wb") as out:
            out.writelines(self._copied().lines(None))
        return file

    def _copied(self) -> Copied:
        folder = Folder(self._home)
        return Copied(opened(folder.artefacts / NAME / str(folder.kept()[-1])))

    def serve(
        self, stack: ExitStack, reference: ox.Store, without: Collection[str]
    ) -> dict[str, Ask]:
        """Load the others and start all; ours is ready once its copy in columns answers."""
        oxigraph, tdb2 = self.place / "oxigraph", self.place / "tdb2"
        command = [str(oxigraph_command()), "load", f"--location={oxigraph}"]
        self._timed("Oxigraph", lambda: _run([*command, f"--file={self._dump}"]))
        tdb = ["java", f"-Xmx{OPTIONS.heap}", "-cp", str(fuseki_jar()), "tdb2.tdbloader"]
        self._timed("Fuseki", lambda: _run([*tdb, f"--loc={tdb2}", str(self._dump)]))
        asking: dict[str, Ask] = {}
        graphs = reference.named_graphs()
        names = [graph.value for graph in graphs if isinstance(graph, ox.NamedNode)]
        if "RDF4J" not in without:
            began = time.perf_counter()
            rdf4j = stack.enter_context(rdf4j_over(self._dump, OPTIONS))
            self.loading["RDF4J"] = time.perf_counter() - began
            asking["RDF4J"] = of_rdf4j(rdf4j.query, names, SECONDS)
        if MAPLIB not in without:
            maplib_python()  # made before it is timed
            file, began = self._write_out_union(), time.perf_counter()
            maplib = Maplib(file, SECONDS)
            stack.callback(maplib.close)
            self.loading[MAPLIB] = time.perf_counter() - began
            asking[MAPLIB] = maplib
        if "Virtuoso" not in without and shutil.which("virtuoso-t"):
            began = time.perf_counter()
            virtuoso = stack.enter_context(virtuoso_over(self._dump, OPTIONS))
            self.loading["Virtuoso"] = time.perf_counter() - began
            asking["Virtuoso"] = of_virtuoso(virtuoso.query, names, SECONDS)
        began = time.perf_counter()
        ours = stack.enter_context(Server(self._home, settings=SETTINGS))
        ask = over_http(f"http://127.0.0.1:{ours.port}/sparql", SECONDS)
        wait_for_copy(ask)
        self.loading[f"{OURS}, from its start until its copy answers"] = time.perf_counter() - began
        others = {
            "Oxigraph": stack.enter_context(oxigraph_over(oxigraph, OPTIONS)).query,
            "Fuseki": stack.enter_context(fuseki_over(tdb2, OPTIONS)).query,
        }
        served = {name: over_http(where, SECONDS) for name, where in others.items()}
        return {OURS: ask, **served, **asking}

    def _timed(self, name: str, run: Callable[[], object]) -> None:
        began = time.perf_counter()
        run()
        self.loading[name] = time.perf_counter() - began


def imported(folder: Path, triples: int, home: Path) -> list[Path]:
    """The files of both releases; a folder has them whole, or there is none."""
    if not folder.exists():
        made = folder.with_name(f"{folder.name}.made")
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        for release, table in write_releases(made, triples):
            asked = ("import", "ucdp", "ged", str(table), "--release", release, "--citation", "-")
            kg(home, *asked, "--to", str(made / f"release-{release}"))
        made.rename(folder)
    targets = sorted(folder.glob("release-*"))
    return [
        path
        for target in targets
        for path in (*sorted(target.glob("part-*.nt")), target / "release.ttl")
    ]


def kg(home: Path, *arguments: str) -> None:
    """Run a command of ours on a store."""
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "KG_HOME": str(home)}
    command = kg_command(*arguments)
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"kg {' '.join(arguments[:3])} ended with {done.returncode}: {done.stderr!r}")


def started(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A command of ours on a store, which goes on."""
    return subprocess.Popen(  # noqa: S603 - a command of ours
        kg_command(*arguments),
        env={**os.environ, "KG_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )


def kg_command(*arguments: str) -> list[str]:
    """What runs a command of ours."""
    return [sys.executable, "-c", _KG, *arguments]


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a server of others
