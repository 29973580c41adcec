"""How each engine is asked: a query and a media type, and the bytes of its answer."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Final, TypeAlias
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
from tests.peers.servers import UNION

from kg.columnar.keeping import NAME
from kg.store.answers import EXPLANATION

RESULTS: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"
QUERY: Final = "application/sparql-query"
FORM: Final = "application/x-www-form-urlencoded"
OK: Final = 200
UNNAMED: Final = "http://www.openrdf.org/schema/sesame#nil"
"""What RDF4J calls the triples without a graph; its default graph has those of all graphs."""

SCAN: Final = "ASK { ?s a ?class }"
"""What the copy in columns answers once it is there, and until then the engine at once."""

Ask: TypeAlias = Callable[[str, str], bytes]


class FailedError(Exception):
    """An engine gave no answer."""


def over_http(
    address: str, seconds: float, token: str | None = None, media_type: str = QUERY
) -> Ask:
    """One connection that is kept open, to a server that ends a query after so many seconds.

    Where a server has closed it meanwhile, while slow ones were asked, it is opened again.
    """
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=2 * seconds)
    given = {"Content-Type": media_type}
    given |= {"Authorization": f"Bearer {token}"} if token else {}

    def begun(text: str, accept: str) -> http.client.HTTPResponse:
        connection.request("POST", parts.path, text.encode(), {**given, "Accept": accept})
        return connection.getresponse()

    def ask(text: str, accept: str) -> bytes:
        try:
            try:
                response = begun(text, accept)
            except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
                connection.close()
                response = begun(text, accept)
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise FailedError(f"{type(error).__name__}: {error}") from error
        if response.status != OK:
            raise FailedError(f"{response.status} {body[:200]!r}")
        return body

    return ask


def of_virtuoso(address: str, graphs: list[str], seconds: float) -> Ask:
    """Asked by forms, with the dataset that others have by themselves; ASK is answered in rows."""
    given = [("default-graph-uri", UNION), *(("named-graph-uri", graph) for graph in graphs)]
    send = over_http(address, seconds, None, FORM)

    def ask(text: str, accept: str) -> bytes:
        body = send(urlencode([("query", text), *given]), accept)
        if b'"__ASK_RETVAL"' not in body[:100]:
            return body
        return json.dumps({"boolean": bool(json.loads(body)["results"]["bindings"])}).encode()

    return ask


def of_rdf4j(address: str, graphs: list[str], seconds: int) -> Ask:
    """Asked by forms, with the dataset that others have by themselves, and the time it may take."""
    given = [("default-graph-uri", UNNAMED), *(("named-graph-uri", graph) for graph in graphs)]
    send = over_http(address, seconds, None, FORM)
    return lambda text, accept: send(
        urlencode([("query", text), ("timeout", f"{seconds}"), *given]), accept
    )


def in_process(store: ox.Store) -> Ask:
    """The engine of ours without a server, which has no limit of time."""

    def ask(text: str, accept: str) -> bytes:
        try:
            found = store.query(text)
            if isinstance(found, ox.QueryTriples):
                return found.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
            return found.serialize(format=ox.QueryResultsFormat.JSON) or b""
        except (RuntimeError, OSError) as error:
            raise FailedError(str(error)) from error

    return ask


def by_copy(ask: Ask, text: str) -> bool:
    """Whether our copy in columns answers a query, and not the engine."""
    return bool(json.loads(ask(text, EXPLANATION))["answered_by"] == NAME)


def wait_for_copy(ask: Ask) -> None:
    """Wait until the copy in columns answers; what is asked meanwhile takes next to nothing."""
    while not by_copy(ask, SCAN):
        time.sleep(1)
