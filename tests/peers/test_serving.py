"""`kg load` and `kg serve` over servers of others, as an operator uses them."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.peers.servers import PEERS, Peer

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


def environment(peer: Peer, home: Path) -> dict[str, str]:
    addresses = {"": peer.query, "_UPDATE": peer.update, "_DATA": peer.data}
    return {
        **os.environ,
        "KG_HOME": str(home),
        **{f"KG_STORE{name}": address for name, address in addresses.items()},
    }


@contextmanager
def served(peer: Peer, home: Path) -> Iterator[Site]:
    log = home.parent / "serve.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*KG, "serve", "--port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environment(peer, home),
        )
    try:
        yield Site(_port(process, log), Tokens(home / "tokens.json").create("me", [Scope.WRITE])[1])
    finally:
        process.terminate()
        assert process.wait(30) == 0, log.read_text()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        if found := re.search(r"at http://127\.0\.0\.1:(\d+)/", log.read_text()):
            return int(found[1])
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module", params=sorted(PEERS))
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    home = tmp_path_factory.mktemp(request.param) / "home"
    home.mkdir()
    with PEERS[request.param]() as peer:
        loaded = subprocess.run(
            [*KG, "load"],
            env=environment(peer, home),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert loaded.returncode == 0, loaded.stderr
        with served(peer, home) as site:
            yield site


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


def test_without_a_token_nothing_is_written(site: Site) -> None:
    before = site.csv(CLAIMS)
    status, headers, _ = site.ask(
        "POST", "/sparql", "CLEAR ALL", Content_Type="application/sparql-update"
    )
    assert (status, headers["www-authenticate"]) == (401, 'Bearer realm="kg"')
    assert site.ask("DELETE", "/data/curated")[0] == 401
    assert site.csv(CLAIMS) == before


def test_an_update_is_a_commit_that_the_next_query_sees(site: Site) -> None:
    sent = {"Authorization": f"Bearer {site.token}", "Content_Type": "application/sparql-update"}
    status, _, receipt = site.ask("POST", "/sparql", NOTE, Idempotency_Key="note", **sent)
    assert (status, json.loads(receipt)["added"]) == (200, 1)
    seen = "SELECT ?note { event:tegh-firefight skos:editorialNote ?note }"
    assert site.csv(seen) == ["note", "Seen."]
    _, _, again = site.ask("POST", "/sparql", NOTE, Idempotency_Key="note", **sent)
    assert json.loads(again)["repeated"] is True


def test_what_does_not_conform_is_refused_there_too(site: Site) -> None:
    sent = {"Authorization": f"Bearer {site.token}", "Content_Type": "text/turtle"}
    status, _, problem = site.ask("POST", "/data/curated", "claim:bad a ckg:Claim .", **sent)
    assert status in (400, 422), problem
    bad = "@prefix ckg: <https://w3id.org/conflict-kg/ns#> . <urn:bad> a ckg:Claim ."
    status, _, problem = site.ask("POST", "/data/curated", bad, **sent)
    assert (status, bool(json.loads(problem)["violations"])) == (422, True)
