"""What the tests of a real server share: a small plain store, and looks at its processes."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.resilience.server import Answer, Client, Server

PLAIN = "kg.processes.opening:PLAIN"
MANY = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcdefg")
"""Ten million solutions."""

ENDLESS = (
    "SELECT (COUNT(*) AS ?n) { "
    + MANY
    + " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "hijklm")
    + " }"
)

OF_EACH = {"date", "x-request-id"}


@contextmanager
def running(home: Path, *settings: str, setup: str = PLAIN) -> Iterator[Server]:
    server = Server(home, settings, setup)
    try:
        yield server.start()
    finally:
        server.end()


def once(
    server: Server, method: str, path: str, body: bytes | None = None, **headers: str
) -> Answer:
    """Ask on a connection of its own, without the token."""
    with closing(Client(server.port)) as client:
        return client.ask(method, path, body, **headers)


def lasting(answer: Answer) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body, without what each answer has for itself."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return answer.status, {n: headers[n] for n in headers if n not in OF_EACH}, answer.body


def status(server: Server) -> dict[str, float]:
    """The numbers that the server tells of itself."""
    answer = once(server, "GET", "/metrics")
    lines = [line for line in answer.body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def rss(pid: int) -> int:
    """Memory of a process that no file stands behind."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def ask(server: Server, query: str, **headers: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, members of the answer, headers."""
    answer = once(
        server,
        "POST",
        "/sparql",
        query.encode(),
        Content_Type="application/sparql-query",
        Accept="application/sparql-results+json, application/problem+json",
        **headers,
    )
    return answer.status, answer.json(), answer.headers


def opened(server: Server, query: str, accept: str = "text/csv", buffer: int = 0) -> socket.socket:
    """Send a query and read nothing."""
    connection = socket.socket()
    if buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.connect(("127.0.0.1", server.port))
    head = f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: kg\r\nAccept: {accept}\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def in_background(work: Any) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def whole(server: Server, query: str, accept: str = "text/csv") -> tuple[int, bool]:
    """How many bytes of an answer came, and whether it ended as answers end."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    size = 0
    try:
        connection.request("GET", f"/sparql?query={quote(query)}", headers={"Accept": accept})
        response = connection.getresponse()
        assert response.status == 200, response.read()
        while chunk := response.read(65_536):
            size += len(chunk)
    except (http.client.HTTPException, OSError):
        return size, False
    finally:
        connection.close()
    return size, True


def events(server: Server) -> list[dict[str, Any]]:
    """What it has logged."""
    return [json.loads(line) for line in server.words().splitlines() if line.startswith("{")]
