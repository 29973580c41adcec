"""Servers of others, as a person would start them: fetched once, checked, started, stopped.

`KG_PEERS` is the folder where they are kept (by default one in the cache of the user). Versions
and digests are fixed here. `python -m tests.peers.servers fuseki` runs one until Ctrl+C.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

FUSEKI = "5.6.0"
FUSEKI_SHA512 = (
    "6892853e217afde119f9237ad424033c4d309ec7129bed344d0199ad6e233d9f"
    "166610e2040abd42b739ecbe120c4638f2b69ecf1576872669a3403c3391f691"
)
RDF4J = "4.1.3"
"""The last one whose server is in Maven Central."""
RDF4J_SHA512 = (
    "95b30010acef73502f7a886d549000e88f06ab9c4f62f284e9ae2328f2bdacb9"
    "3500026691962bae9e5d6890b4122fbd65a844a8bdc8b590bbfa14b3a540fa1a"
)
JETTY = "9.4.57.v20241219"
JETTY_SHA512 = (
    "31e8b0431aa64b995f9838a3785879221f7117f9c842c7cfd6dd8889d43b48a5"
    "d2b1f138facdb83ea0918ee3328fe35147d15595405b7fc20c4e8bc26102bda4"
)
OXIGRAPH = "0.5.13"
MAPLIB = "0.20.26"
MAVEN = os.environ.get("MAVEN_MIRROR", "https://repo1.maven.org/maven2").rstrip("/")
OPENREFINE = Path(os.environ.get("KG_OPENREFINE", "/usr/share/openrefine"))
"""Where Debian's package puts it."""
UNION = "urn:x-kg:union"
"""The graph of Virtuoso that stands for the default graph."""
START_SECONDS = 120.0


@dataclass(frozen=True)
class Peer:
    """The addresses of a server that runs."""

    query: str
    update: str
    data: str


@dataclass(frozen=True)
class Options:
    """How long a query may take, and the memory of a server in Java.

    Oxigraph's server starts a thread that sleeps for so long with each query, and answers none
    once these are too many, which thousands of queries a second are; with 0 it starts none.
    """

    seconds: int = 10
    heap: str = "1g"


def cache() -> Path:
    """Where servers are kept."""
    given = os.environ.get("KG_PEERS")
    default = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "kg" / "peers"
    return Path(given) if given else default


def fuseki_jar() -> Path:
    """Apache Jena Fuseki as one file, fetched from Maven Central if it is not there."""
    return _fetched("org/apache/jena/jena-fuseki-server", FUSEKI, "jar", FUSEKI_SHA512)


def _fetched(artifact: str, version: str, suffix: str, sha512: str) -> Path:
    """A file of Maven Central, fetched if it is not there."""
    path = cache() / f"{artifact.rpartition('/')[2]}-{version}.{suffix}"
    if path.exists() and _sha512(path) == sha512:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    address = f"{MAVEN}/{artifact}/{version}/{path.name}"
    part = path.with_suffix(f".{os.getpid()}.part")
    with urllib.request.urlopen(address, timeout=60) as response, part.open("wb") as file:
        shutil.copyfileobj(response, file)
    if _sha512(part) != sha512:
        part.unlink()
        raise RuntimeError(f"{address} is not the file that was expected")
    return part.replace(path)


def oxigraph_command() -> Path:
    """The server of Oxigraph, from its package in an environment of its own."""
    return _environment("oxigraph", OXIGRAPH) / "oxigraph"


def maplib_python() -> Path:
    """A Python that has maplib, in an environment of its own."""
    return _environment("maplib", MAPLIB) / "python"


def _environment(package: str, version: str) -> Path:
    """The programs of an environment that has one package, made if it is not there."""
    home = cache() / f"{package}-{version}"
    programs, whole = home / "bin", home / "whole"
    if not whole.exists():
        venv.create(home, with_pip=True, clear=True)
        pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--only-binary=:all:", f"{package}=={version}"], check=True)
        whole.touch()
    return programs


def _sha512(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha512").hexdigest()


@contextmanager
def fuseki() -> Iterator[Peer]:
    """Fuseki over a dataset in memory.

    With `KG_FUSEKI=--tdb2` the dataset is in a folder, which is removed afterwards.
    """
    kind = os.environ.get("KG_FUSEKI", "--mem")
    with TemporaryDirectory(prefix="kg-fuseki-") as folder:
        dataset = ["--mem"] if kind == "--mem" else ["--tdb2", f"--loc={folder}/data"]
        Path(folder, "data").mkdir()
        with _fuseki(Path(folder), dataset, Options()) as peer:
            yield peer


@contextmanager
def fuseki_over(folder: Path, options: Options) -> Iterator[Peer]:
    """Fuseki over a folder of TDB2 that is there already."""
    with _fuseki(folder.parent, ["--tdb2", f"--loc={folder}"], options) as peer:
        yield peer


@contextmanager
def _fuseki(log: Path, dataset: list[str], options: Options) -> Iterator[Peer]:
    port = _free_port()
    command = ["java", f"-Xmx{options.heap}", "-jar", str(fuseki_jar()), "--localhost"]
    command += [f"--port={port}", "--update", f"--timeout={options.seconds * 1000}"]
    where = f"http://127.0.0.1:{port}/ds"
    with _running([*command, *dataset, "/ds"], log, f"{where}/query"):
        yield Peer(f"{where}/query", f"{where}/update", f"{where}/data")


@contextmanager
def oxigraph() -> Iterator[Peer]:
    """The server of Oxigraph over a folder that is removed afterwards."""
    with (
        TemporaryDirectory(prefix="kg-oxigraph-") as folder,
        oxigraph_over(Path(folder, "data"), Options()) as peer,
    ):
        yield peer


@contextmanager
def oxigraph_over(folder: Path, options: Options) -> Iterator[Peer]:
    """The server of Oxigraph over a folder, which it makes if it is not there."""
    bind = f"127.0.0.1:{_free_port()}"
    command = [str(oxigraph_command()), "serve", "--location", str(folder)]
    if options.seconds:
        command += ["--timeout-s", str(options.seconds)]
    with _running([*command, "--bind", bind], folder.parent, f"http://{bind}/query"):
        where = f"http://{bind}"
        yield Peer(f"{where}/query", f"{where}/update", f"{where}/store")


@contextmanager
def rdf4j_over(dump: Path, options: Options) -> Iterator[Peer]:
    """The server of RDF4J over a file of N-Quads, in a folder beside it; loaded when this begins.

    It is a native store with an index for each way in, in the container that runs from one file.
    """
    folder, port = dump.with_name("rdf4j"), _free_port()
    folder.mkdir()
    war = _fetched("org/eclipse/rdf4j/rdf4j-http-server", RDF4J, "war", RDF4J_SHA512)
    runner = _fetched("org/eclipse/jetty/jetty-runner", JETTY, "jar", JETTY_SHA512)
    data = f"-Dorg.eclipse.rdf4j.appdata.basedir={folder / 'data'}"
    command = ["java", f"-Xmx{options.heap}", data, "-jar", str(runner), "--host", "127.0.0.1"]
    where = f"http://127.0.0.1:{port}/rdf4j"
    with _running(
        [*command, "--port", f"{port}", "--path", "/rdf4j", str(war)], folder, f"{where}/protocol"
    ):
        store = f"{where}/repositories/data"
        _sent("PUT", store, "text/turtle", io.BytesIO(_RDF4J_STORE), len(_RDF4J_STORE))
        with dump.open("rb") as file:
            size = dump.stat().st_size
            _sent("POST", f"{store}/statements", "application/n-quads", file, size)
        yield Peer(store, f"{store}/statements", f"{store}/statements")


_RDF4J_STORE = b"""
@prefix rep: <http://www.openrdf.org/config/repository#> .
@prefix sr: <http://www.openrdf.org/config/repository/sail#> .
@prefix sail: <http://www.openrdf.org/config/sail#> .
@prefix ns: <http://www.openrdf.org/config/sail/native#> .
[] a rep:Repository ; rep:repositoryID "data" ; rep:repositoryImpl [
  rep:repositoryType "openrdf:SailRepository" ; sr:sailImpl [
    sail:sailType "openrdf:NativeStore" ; ns:tripleIndexes "spoc,posc,ospc,cspo,cpos" ] ] .
"""


def _sent(method: str, address: str, media_type: str, data: BinaryIO, size: int) -> None:
    headers = {"Content-Type": media_type, "Content-Length": f"{size}"}
    request = urllib.request.Request(address, data, headers, method=method)
    with urllib.request.urlopen(request):  # which raises where it is refused
        pass


@contextmanager
def virtuoso_over(dump: Path, options: Options) -> Iterator[Peer]:
    """Virtuoso over a file of N-Quads, in a folder beside it; loaded when this begins.

    Triples without a graph are in the graph `UNION`, since Virtuoso has no default graph.
    """
    folder = dump.with_name("virtuoso")
    folder.mkdir()
    sql, http = _free_port(), _free_port()
    (folder / "virtuoso.ini").write_text(_virtuoso_settings(sql, http, dump.parent, options))
    where = f"http://127.0.0.1:{http}/sparql"
    with _running(["virtuoso-t", "-f", "-c", "virtuoso.ini"], folder, where):
        load = f"ld_dir('{dump.parent}', '{dump.name}', '{UNION}'); rdf_loader_run(); checkpoint;"
        failed = "select ll_error from DB.DBA.load_list where ll_error is not null;"
        asking = ["isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={load} {failed}"]
        said = subprocess.run(asking, check=True, capture_output=True, text=True).stdout
        if "\n0 Rows." not in said:
            raise RuntimeError(f"Virtuoso did not load it: {said[-1000:]}")
        yield Peer(where, where, where)


def _virtuoso_settings(sql: int, http: int, data: Path, options: Options) -> str:
    """Buffers for about as much memory as servers in Java get here, as its guide counts them."""
    gigabytes = int(options.heap.removesuffix("g"))
    return f"""[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
NumberOfBuffers = {gigabytes * 85_000}
MaxDirtyBuffers = {gigabytes * 65_000}
ServerThreads = 20
CheckpointInterval = 0
SchedulerInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = 10000000
MaxQueryExecutionTime = {options.seconds}
MaxQueryCostEstimationTime = 0
"""


@contextmanager
def openrefine() -> Iterator[str]:
    """OpenRefine from the folder of its package, over projects that are removed afterwards."""
    with TemporaryDirectory(prefix="kg-openrefine-") as folder:
        port = _free_port()
        options = ["-i", "127.0.0.1", "-p", str(port), "-d", folder, "-m", "512M"]
        # It looks for its parts beside itself.
        command = ["sh", "-c", 'cd "$0" && exec ./refine "$@"', str(OPENREFINE), *options]
        commands = f"http://127.0.0.1:{port}/command/core/"
        with _running(
            [*command, "-x", "refine.headless=true"], Path(folder), f"{commands}get-version"
        ):
            yield commands


PEERS: dict[str, Callable[[], AbstractContextManager[Peer]]] = {
    "fuseki": fuseki,
    "oxigraph-server": oxigraph,
}


@contextmanager
def _running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait(server, address, folder / "log")
        yield
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"it did not start: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {address}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the server ends, too
    with PEERS[sys.argv[1]]() as peer:
        where = f"KG_STORE={peer.query} KG_STORE_UPDATE={peer.update} KG_STORE_DATA={peer.data}\n"
        sys.stdout.write(where)
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            time.sleep(86_400)
