"""Clients that others have written, and the commands of the documents, against a real server."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import RDFS
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, JSON, POST, RDFXML, TURTLE, XML, SPARQLWrapper
from tests.processes.running import running
from tests.resilience.server import Server
from tests.seeded import Seeded

from kg.namespaces import CURATED, PREFIXES

ROOT = Path(__file__).parents[2]
HERE = "http://127.0.0.1:8000"


def commands(block: str) -> Iterator[str]:
    """The commands of a block of shell that begin with curl, however many lines they have."""
    found = ""
    for line in block.splitlines():
        if found or line.startswith("curl "):
            found += f"{line}\n"
        if found and is_whole(found):
            yield found
            found = ""


def is_whole(command: str) -> bool:
    if here := re.search(r"<<'([A-Z]+)'\n", command):
        return command.endswith(f"\n{here[1]}\n")
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith("\\\n")


COMMANDS = [
    (name, command)
    for name in ("README.md", "docs/server.md")
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    for command in commands(block)
]
PERSON = f"{PREFIXES['person']}vladimir-putin"
NAMES = "SELECT ?name { person:vladimir-putin rdfs:label ?name FILTER(LANG(?name) = 'en') }"


@pytest.fixture(scope="module")
def server(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("clients") / "home"
    seeded.copy_to(home)
    with running(home, "client_queries=4", setup="kg.processes.opening:UNGATED") as server:
        yield server


@pytest.fixture
def endpoint(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/sparql"


@pytest.mark.parametrize(("name", "command"), COMMANDS)
def test_a_command_of_the_documents_does_what_it_says(
    server: Server, tmp_path: Path, name: str, command: str
) -> None:
    (tmp_path / "token").write_text(server.token)
    (tmp_path / "links.ttl").write_text("")
    (tmp_path / "question.rq").write_text("ASK {}")
    done = subprocess.run(
        [
            "bash",
            "-c",
            "set -o pipefail; " + command.replace(HERE, f"http://127.0.0.1:{server.port}"),
        ],
        cwd=tmp_path,
        env={**os.environ, "CURL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written = [path.read_text() for path in tmp_path.glob("*.nt")]
    assert done.stdout or any(written)
    assert '"status": ' not in done.stdout, done.stdout


def test_there_are_commands_in_the_documents() -> None:
    assert len(COMMANDS) >= 6


def test_sparqlwrapper_reads_every_form(endpoint: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setQuery(NAMES)
    client.setReturnFormat(JSON)
    rows = client.queryAndConvert()["results"]["bindings"]
    assert [row["name"]["value"] for row in rows] == ["Vladimir Putin"]
    client.setReturnFormat(XML)
    assert "Vladimir Putin" in client.queryAndConvert().toxml()
    client.setReturnFormat(CSV)
    assert b"Vladimir Putin" in client.queryAndConvert()
    client.setMethod(POST)
    client.setReturnFormat(JSON)
    assert client.queryAndConvert()["results"]["bindings"] == rows
    client.setQuery("CONSTRUCT { ?s rdfs:label ?l } { ?s rdfs:label ?l } LIMIT 5")
    client.setReturnFormat(TURTLE)
    assert len(Graph().parse(data=client.queryAndConvert(), format="turtle")) == 5
    client.setReturnFormat(RDFXML)
    assert len(Graph().parse(data=client.query().response.read(), format="xml")) == 5
    client.setQuery("ASK { person:vladimir-putin ?p ?o }")
    client.setReturnFormat(JSON)
    assert client.queryAndConvert()["boolean"] is True


def test_sparqlwrapper_writes_with_a_token(server: Server, endpoint: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setMethod(POST)
    client.addCustomHttpHeader("Authorization", f"Bearer {server.token}")
    client.setQuery("INSERT DATA { GRAPH graph:curated { person:wrapped rdfs:label 'W'@en } }")
    assert int(client.query().info()["x-kg-generation"]) > 1
    asking = SPARQLWrapper(endpoint)
    asking.setQuery("ASK { person:wrapped rdfs:label ?l }")
    asking.setReturnFormat(JSON)
    assert asking.queryAndConvert()["boolean"] is True


def test_a_graph_of_rdflib_reads_the_endpoint(endpoint: str) -> None:
    graph = Graph(SPARQLStore(endpoint))
    names = graph.objects(URIRef(PERSON), RDFS.label)
    assert Literal("Vladimir Putin", lang="en") in set(names)
    rows = graph.query(f"SELECT ?p {{ <{PERSON}> ?p ?o }}")
    assert len(rows) > 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # its connection
def test_a_graph_of_rdflib_writes_to_the_endpoint(server: Server, endpoint: str) -> None:
    headers = {"Authorization": f"Bearer {server.token}"}
    store = SPARQLUpdateStore(endpoint, endpoint, headers=headers)
    graph = Graph(store, identifier=CURATED)
    subject = URIRef(f"{PREFIXES['person']}written-by-rdflib")
    graph.add((subject, RDFS.label, Literal("Written", lang="en")))
    found = server.client().ask("GET", "/data/curated", Accept="application/n-triples")
    assert f'<{subject}> <{RDFS.label}> "Written"@en .' in found.body.decode()
