"""Requests to ``/data``: without a token no write is accepted, with one none harms anybody."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote

from tests.attacks.model import HARMLESS, REFUSED, STOPPED, GraphRequest, Upload, Weakness
from tests.attacks.upload_parsers import CONTEXTS, ENTITIES, NESTED
from tests.attacks.upload_sizes import SIZES
from tests.attacks.upload_terms import JSONLD, NQ, NT, TRIG, TURTLE

TRIPLE = "<a:a> <a:b> <a:c> .\n"
PASSWD = b"root:x:0:0"
OURS = "https://w3id.org/conflict-kg/graph/"
HERE = "http://127.0.0.1:{port}/"

reads = partial(GraphRequest, method="GET", expect=REFUSED)
writes = partial(
    GraphRequest, method="PUT", media_type=TURTLE, body=TRIPLE, expect=REFUSED, with_token=REFUSED
)
protected = partial(writes, weakness=Weakness.WRITING)
odd = partial(writes, weakness=Weakness.HTTP, path="/data/links")
parts = partial(odd, method="POST", media_type="multipart/form-data; boundary=x")


def named(iri: str) -> str:
    return f"/data?graph={quote(iri, safe='{}')}"


def part(head: str, body: str = TRIPLE) -> str:
    return f"--x\r\n{head}\r\n\r\n{body}\r\n"


FILE = 'Content-Disposition: form-data; name="a"; filename="{}"\r\nContent-Type: {}'

NAMES = [
    reads("graph-of-a-file", Weakness.LOCAL_FILES, named("file:///etc/passwd"), never=PASSWD),
    reads("graph-of-an-address", Weakness.CALLS_OTHERS, named(HERE)),
    reads("graph-of-the-mark", Weakness.OTHER_GRAPHS, named("urn:kg:mark")),
    reads("graph-above-the-folder", Weakness.LOCAL_FILES, "/data/../../etc/passwd", never=PASSWD),
    reads("graph-above-escaped", Weakness.LOCAL_FILES, "/data/%2e%2e%2f%2e%2e%2fetc%2fpasswd"),
    reads("graph-with-nul", Weakness.HTTP, "/data/a%00b"),
    reads("graph-not-in-utf-8", Weakness.HTTP, "/data/%ff%fe"),
    reads("graph-with-a-long-name", Weakness.HTTP, f"/data/{'a' * 20_000}"),
    reads("graph-twice", Weakness.HTTP, f"{named(OURS + 'links')}&graph=a:b"),
    reads("graph-and-default", Weakness.HTTP, f"{named(OURS + 'links')}&default"),
    reads("graph-that-is-no-iri", Weakness.HTTP, named("> } INSERT DATA { <a:a> <a:b> <a:c")),
    reads("graph-that-is-an-update", Weakness.WRITING, named("a:b> ; DROP ALL ; #")),
    reads(
        "tags-by-the-thousand",
        Weakness.HTTP,
        "/data/curated",
        headers=(("If-None-Match", ", ".join(f'"{n}-ttl"' for n in range(90_000, 93_000))),),
        expect=HARMLESS,
    ),
    reads(
        "a-range-of-a-graph",
        Weakness.HTTP,
        "/data/curated",
        headers=(("Range", "bytes=0-0,-1,5-2,99999999999999999999-"),),
        expect=HARMLESS,
    ),
    reads("generation-that-is-no-number", Weakness.HTTP, "/data/curated?at-least=1e999"),
]

PROTECTED = [
    protected("put-consensus", path="/data/consensus"),
    protected("put-derived", path="/data/derived"),
    protected("put-shapes", path="/data/shapes"),
    protected("put-ontology-by-its-iri", path=named(f"{OURS}ontology")),
    protected("put-shapes-escaped", path="/data/%73hapes"),
    protected("put-default", path="/data?default"),
    protected("delete-shapes", path="/data/shapes", method="DELETE", body=None),
    protected("delete-default", path="/data?default", method="DELETE", body=None),
    protected("put-a-graph-of-nobody", path=named("urn:mine")),
    protected("put-a-graph-of-an-address", path=named(HERE)),
    protected("post-a-new-graph", path="/data", method="POST"),
    protected("post-what-does-not-conform", path="/data/curated", method="POST"),
    # All that the graph had is gone, and nearly everything is validated: a limit may come first.
    protected("put-in-place-of-all-data", path="/data/curated", with_token=STOPPED),
    protected(
        "put-quads-of-other-graphs",
        path="/data/links",
        weakness=Weakness.OTHER_GRAPHS,
        media_type=TRIG,
        body=f"<{OURS}consensus> {{ <a:a> <a:b> <a:c> }}",
    ),
    protected(
        "put-quads-of-the-shapes",
        path="/data/links",
        weakness=Weakness.OTHER_GRAPHS,
        media_type=NQ,
        body=f"<a:a> <a:b> <a:c> <{OURS}shapes> .\n",
    ),
    protected("token-of-nobody", path="/data/links", headers=(("Authorization", "Bearer x"),)),
]

OUT_OF_SHAPE = [
    odd("patch", method="PATCH", media_type="application/sparql-update", body="CLEAR ALL"),
    odd("method-unknown", method="PROPFIND", body=None),
    odd(
        "method-in-a-header",
        method="POST",
        headers=(("X-HTTP-Method-Override", "DELETE"),),
        body="",
        media_type="text/html",
    ),
    odd("type-missing", media_type=None),
    odd("type-unknown", media_type="application/x-python-serialize"),
    odd("charset-utf-16", media_type=f"{TURTLE}; charset=utf-16", body=TRIPLE.encode("utf-16")),
    odd("not-in-utf-8", body=b'<a:a> <a:b> "\xff\xfe" .'),
    odd("base-that-is-relative", body="@base <../../x> . <> <a:b> <> ."),
    odd(
        "gzip-bomb",
        headers=(("Content-Encoding", "gzip"),),
        body=lambda: gzip.compress(b"\n" * 10_000_000, mtime=0) * 100,
    ),
    odd("tag-that-no-state-has", headers=(("If-Match", '"1-ttl-gzip", W/"x", "999999-ttl"'),)),
    odd("condition-that-is-no-tag", headers=(("If-None-Match", '"' + "(" * 5_000),)),
    odd("too-long-a-message", headers=(("X-KG-Message", "m" * 9_000),)),
    odd("key-of-many-characters", headers=(("Idempotency-Key", "k" * 9_000),)),
]

MULTIPART = [
    parts("parts-by-the-thousand", body=lambda: part(FILE.format("a", NT)) * 5_000 + "--x--"),
    parts("parts-without-an-end", body=part(FILE.format("a", NT))),
    parts("parts-without-a-boundary", media_type="multipart/form-data", body=part("")),
    parts(
        "boundary-of-many-characters",
        media_type=f"multipart/form-data; boundary={'x' * 5_000}",
        body=part(""),
    ),
    parts("part-without-a-file", body=part('Content-Disposition: form-data; name="a"') + "--x--"),
    parts("part-of-another-type", body=part(FILE.format("a.ttl", "text/html")) + "--x--"),
    parts(
        "part-that-has-parts",
        body=part(FILE.format("a", "multipart/mixed; boundary=y"), "--y\r\n\r\n--y--") + "--x--",
    ),
    parts("part-above-the-folder", body=part(FILE.format("../../../tmp/a.ttl", TURTLE)) + "--x--"),
    parts("part-with-a-long-head", body=part(f"{FILE.format('a', NT)}\r\nX: {'x' * 500_000}")),
    parts(
        "parts-that-share-a-blank-node",
        weakness=Weakness.BLANK_NODES,
        body=part(FILE.format("a", NT), "_:a <a:b> _:a .\n") * 2 + "--x--",
    ),
    parts(
        "part-with-a-context-from-elsewhere",
        weakness=Weakness.REMOTE_CONTEXT,
        body=part(FILE.format("a", JSONLD), f'{{"@context": "{HERE}c", "b": 1}}') + "--x--",
    ),
]


def as_graphs(uploads: list[Upload]) -> Iterator[GraphRequest]:
    """Uploads that aim at what reads them, as a graph of the curated data."""
    for each in uploads:
        body: Callable[[], str | bytes] | str | bytes = each.body
        yield GraphRequest(
            f"graph-{each.name}",
            each.weakness,
            "/data/imported",
            method="POST",
            media_type=each.media_type,
            body=body,
            headers=each.headers,
            expect=REFUSED,
            with_token=each.expect,
            never=each.never,
        )


GRAPH_STORE: list[GraphRequest] = [
    *NAMES, *PROTECTED, *OUT_OF_SHAPE, *MULTIPART,
    *as_graphs([*ENTITIES, *CONTEXTS, *NESTED, *SIZES]),
]  # fmt: skip
