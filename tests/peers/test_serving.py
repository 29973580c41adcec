"""`kg load` and `kg serve` over servers of others, as an operator uses them."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest
from tests.peers.servers import PEERS, Peer
from tests.seeded import Seeded

from kg.processes.opening import OURS
from kg.store.embedded import EmbeddedStore
from kg.tokens import Scope, Tokens

KG = [sys.executable, "-c", "from kg.cli import main; main()"]
START_SECONDS = 120.0
CLAIMS = "SELECT (COUNT(?c) AS ?n) WHERE { ?c a ckg:Claim }"
NOTE = "INSERT DATA { GRAPH graph:curated { event:tegh-firefight skos:editorialNote 'Seen.'@en } }"

pytestmark = pytest.mark.peers


class Site:
    """A `kg serve` that runs over a server of others."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.token = token

    def ask(
        self, method: str, path: str, body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        text = answer.read().decode()
        connection.close()
        return answer.status, found, text

    def csv(self, query: str) -> list[str]:
        path = f"/sparql?{urlencode({'query': query, 'format': 'csv'})}"
        return self.ask("GET", path)[2].split()


def environment(peer: Peer, home: Path, *, writes: bool) -> dict[str, str]:
    addresses = {"": peer.query, "_DATA": peer.data}
    if writes:
        addresses["_UPDATE"] = peer.update
    return {
        **os.environ,
        "KG_HOME": str(home),
        **{f"KG_STORE{name}": address for name, address in addresses.items()},
    }


@contextmanager
def served(peer: Peer, home: Path, *, writes: bool) -> Iterator[Site]:
    with running(environment(peer, home, writes=writes), home.parent / "serve.log") as port:
        yield Site(port, Tokens(home / "tokens.json").create("me", [Scope.WRITE])[1])


@contextmanager
def running(environment: dict[str, str], log: Path) -> Iterator[int]:
    """A `kg serve` with this environment; its port."""
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*KG, "serve", "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environment,
        )
    try:
        yield _port(process, log)
    finally:
        process.terminate()
        assert process.wait(30) in (0, -signal.SIGTERM), log.read_text()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        if found := re.search(r"at http://127\.0\.0\.1:(\d+)/", log.read_text()):
            return int(found[1])
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def fuseki_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Over Fuseki, filled by `kg load`."""
    home = tmp_path_factory.mktemp("fuseki") / "home"
    home.mkdir()
    with PEERS["fuseki"]() as peer:
        loaded = subprocess.run(
            [*KG, "load"],
            env=environment(peer, home, writes=True),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert loaded.returncode == 0, loaded.stderr
        with served(peer, home, writes=True) as site:
            yield site


@pytest.fixture(scope="module")
def oxigraph_site(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Over the server of Oxigraph, which others have filled; it is only read."""
    home = tmp_path_factory.mktemp("oxigraph") / "home"
    home.mkdir()
    quads = EmbeddedStore(seeded.home, OURS).snapshot().quads()
    data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    with PEERS["oxigraph-server"]() as peer:
        headers = {"Content-Type": "application/n-quads"}
        urlopen(Request(peer.data, data, headers), timeout=60).close()
        with served(peer, home, writes=False) as site:
            yield site


@pytest.fixture(params=["fuseki_site", "oxigraph_site"])
def site(request: pytest.FixtureRequest) -> Site:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Site)
    return found


def test_queries_are_answered_from_there(site: Site) -> None:
    assert int(site.csv(CLAIMS)[1]) > 50


def test_pages_and_descriptions_are_made_from_there(site: Site) -> None:
    assert site.ask("GET", "/id/event/tegh-firefight", Accept="text/turtle")[0] == 303
    status, _, page = site.ask("GET", "/doc/event/tegh-firefight", Accept="text/html")
    assert (status, "Tegh" in page) == (200, True)
    status, _, turtle = site.ask("GET", "/doc/event/tegh-firefight.ttl")
    assert (status, "event:tegh-firefight" in turtle) == (200, True)


def test_the_service_says_what_is_missing_and_it_is_501(site: Site) -> None:
    _, _, described = site.ask("GET", "/sparql", Accept="text/turtle")
    assert "Earlier generations are not kept." in described
    status, _, problem = site.ask("POST", "/validate", "", Content_Type="text/turtle")
    assert (status, json.loads(problem)["status"]) == (501, 501)


def test_without_a_token_nothing_is_written(fuseki_site: Site) -> None:
    before = fuseki_site.csv(CLAIMS)
    status, headers, _ = fuseki_site.ask(
        "POST", "/sparql", "CLEAR ALL", Content_Type="application/sparql-update"
    )
    assert (status, headers["www-authenticate"]) == (401, 'Bearer realm="kg"')
    assert fuseki_site.ask("DELETE", "/data/curated")[0] == 401
    assert fuseki_site.csv(CLAIMS) == before


def test_an_update_is_a_commit_that_the_next_query_sees(fuseki_site: Site) -> None:
    sent = {
        "Authorization": f"Bearer {fuseki_site.token}",
        "Content_Type": "application/sparql-update",
    }
    status, _, receipt = fuseki_site.ask("POST", "/sparql", NOTE, Idempotency_Key="note", **sent)
    assert (status, json.loads(receipt)["added"]) == (200, 1)
    seen = "SELECT ?note { event:tegh-firefight skos:editorialNote ?note }"
    assert fuseki_site.csv(seen) == ["note", "Seen."]
    _, _, again = fuseki_site.ask("POST", "/sparql", NOTE, Idempotency_Key="note", **sent)
    assert json.loads(again)["repeated"] is True


def test_what_does_not_conform_is_refused_there_too(fuseki_site: Site) -> None:
    sent = {"Authorization": f"Bearer {fuseki_site.token}", "Content_Type": "text/turtle"}
    status, _, problem = fuseki_site.ask("POST", "/data/curated", "claim:bad a ckg:Claim .", **sent)
    assert status in (400, 422), problem
    bad = "@prefix ckg: <https://w3id.org/conflict-kg/ns#> . <urn:bad> a ckg:Claim ."
    status, _, problem = fuseki_site.ask("POST", "/data/curated", bad, **sent)
    assert (status, bool(json.loads(problem)["violations"])) == (422, True)


def test_where_nothing_can_be_written_that_is_said(oxigraph_site: Site) -> None:
    before = oxigraph_site.csv(CLAIMS)
    sent = {"Authorization": f"Bearer {oxigraph_site.token}"}
    sent["Content_Type"] = "application/sparql-update"
    status, _, problem = oxigraph_site.ask("POST", "/sparql", NOTE, **sent)
    assert status == 501, problem
    _, _, described = oxigraph_site.ask("GET", "/sparql", Accept="text/turtle")
    assert "Nothing is written: no address for updates is configured." in described
    assert "SPARQL11Update" not in described
    assert oxigraph_site.csv(CLAIMS) == before
