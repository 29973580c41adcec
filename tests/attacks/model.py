"""What an attack is: a request, the weakness it aims at, and the outcomes that are acceptable.

Whoever sends them judges an outcome so:

- ``refused``: a status of 4xx;
- ``limit``: 503 or 429, or a connection that was broken off;
- ``answered``: 200 and a whole body, within the time;
- ``held`` (raw sockets only): neither an answer nor an end of the connection within the time.

A 500, a worker that is not replaced and an answer to another client that takes seconds are never
acceptable, and no attack may make anybody connect to ``{port}``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from urllib.parse import urlencode

REFUSED = frozenset({"refused"})
LIMIT = frozenset({"limit"})
STOPPED = REFUSED | LIMIT
HARMLESS = REFUSED | {"answered"}
ANY = STOPPED | {"answered"}
OUTCOMES = ANY | {"held"}

Media = dict[str, str]
Text = str | bytes
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"


class Weakness(StrEnum):
    """What attacks aim at; the names stand for paragraphs of the architecture."""

    CALLS_OTHERS = "SERVICE, LOAD and what else makes the server a client"
    LOCAL_FILES = "files of the server in an answer"
    NATIVE_STACK = "recursion that overflows the native stack"
    PLANNER = "planning that grows faster than the query"
    PARSER = "parsing that holds the interpreter"
    TIME = "evaluation that does not end"
    MEMORY = "values and tables that grow without bound"
    STREAM = "answers that never end and must not look whole"
    REGEX = "regular expressions that backtrack or explode"
    WRITING = "changes by who may not make them"
    HTTP = "requests that are out of shape"
    SOCKET = "clients that hold a connection"
    ENTITIES = "XML entities and document types"
    REMOTE_CONTEXT = "JSON-LD contexts from elsewhere"
    OTHER_GRAPHS = "quads into graphs that are not the sender's"
    BLANK_NODES = "labels that collide, graphs that take exponential time to label"
    HOSTILE_TERMS = "control and bidi characters, IRIs that run code"
    SHACL = "shapes, rules, targets and imports that come with data"
    LEXICAL = "literals that are ill-typed or extreme"
    VOLUME = "bodies that are large, or become large"


@dataclass(frozen=True)
class Request:
    """What is sent; without a method, a body of None means GET, and another one POST."""

    path: str
    body: bytes | None
    headers: Media
    method: str = ""


@dataclass(frozen=True)
class Attack:
    """A hostile query or update for ``/sparql``.

    ``text`` is the query, or the body as it is where ``headers`` name a content type.
    ``params`` are pairs of a query string; with ``text`` of None the request is a GET.
    ``never`` must not be in the answer. ``with_token`` are the outcomes for a writer.
    """

    name: str
    weakness: Weakness
    text: Text | Callable[[], Text] | None
    expect: frozenset[str]
    note: str = ""
    kind: Literal["query", "update"] = "query"
    headers: tuple[tuple[str, str], ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    never: bytes | None = None
    with_token: frozenset[str] | None = None

    def request(self, port: int) -> Request:
        """The request, with the port of the listener that nobody may connect to."""
        headers = {"Content-Type": QUERY if self.kind == "query" else UPDATE}
        headers |= dict(self.headers)
        query = urlencode(self.params).replace("%7Bport%7D", str(port))
        path = f"/sparql?{query}" if query else "/sparql"
        if self.text is None:
            del headers["Content-Type"]
            return Request(path, None, headers)
        return Request(path, filled(self.text, port), headers)


@dataclass(frozen=True)
class Upload:
    """Hostile RDF for ``/validate``; ``conforms`` is what a report must say if there is one.

    ``never`` must not be in the answer.
    """

    name: str
    weakness: Weakness
    media_type: str | None
    body: Text | Callable[[], Text]
    expect: frozenset[str]
    note: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    conforms: bool | None = None
    never: bytes | None = None

    def request(self, port: int) -> Request:
        """The request, with the port of the listener that nobody may connect to."""
        headers = {} if self.media_type is None else {"Content-Type": self.media_type}
        headers |= {name: value.replace("{port}", str(port)) for name, value in self.headers}
        return Request("/validate", filled(self.body, port), headers)


@dataclass(frozen=True)
class GraphRequest:
    """A hostile request to ``/data``; ``with_token`` are the outcomes for a writer.

    ``never`` must not be in the answer.
    """

    name: str
    weakness: Weakness
    path: str
    method: str
    expect: frozenset[str]
    media_type: str | None = None
    body: Text | Callable[[], Text] | None = None
    headers: tuple[tuple[str, str], ...] = ()
    with_token: frozenset[str] | None = None
    never: bytes | None = None

    def request(self, port: int) -> Request:
        """The request, with the port of the listener that nobody may connect to."""
        headers = {} if self.media_type is None else {"Content-Type": self.media_type}
        headers |= {name: value.replace("{port}", str(port)) for name, value in self.headers}
        body = None if self.body is None else filled(self.body, port)
        return Request(self.path.replace("{port}", str(port)), body, headers, self.method)


@dataclass(frozen=True)
class Raw:
    """Bytes that no HTTP library sends; ``run(host, port)`` ends by itself and says the outcome."""

    name: str
    weakness: Weakness
    run: Callable[[str, int], str]
    expect: frozenset[str]
    note: str = ""


def filled(text: Text | Callable[[], Text], port: int) -> bytes:
    """The bytes of a text that may be made when asked for, with its ``{port}`` filled in."""
    made = text() if callable(text) else text
    body = made.encode("utf-8") if isinstance(made, str) else made
    return body.replace(b"{port}", str(port).encode()) if len(body) < 200_000 else body
