"""The older tests of the Graph Store Protocol, which stand in prose, as requests and answers.

Each follows on those before it. Where an entry is at odds with the others or with the protocol,
`READINGS` says how it is read.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

from rdflib import RDFS, Graph
from tests.sparql.w3c import MF
from tests.w3c.exchanges import Exchange, Test

NO_DOT = "Turtle 1.1, section 6.5: a triple of the body lacks the dot that ends it"
READINGS: dict[str, tuple[str, str, str]] = {
    "put__graph_already_in_store": (
        "204 No Content",
        "200 OK",
        "Graph Store Protocol, section 5.3: 200 or 204; ours has a receipt",
    ),
    "post__existing_graph": ('"Jane Doe"', '"Jane Doe" .', NO_DOT),
    "post__multipart_formdata": ('"\n\n', '" .\n\n', NO_DOT),
    "get_of_post__existing_graph": (
        'v:fn "John Doe"\n       ] .',
        'v:fn "Jane Doe"\n       ] ; foaf:name "Jane Doe" .',
        "Graph Store Protocol, section 5.5: what POST adds is there besides what was there",
    ),
}
"""By the name of an entry: what its text says, what it is read as, and why."""

PRESUPPOSED = "person/2.ttl"
"""The graph that one entry deletes and none before it makes."""


def read_older(path: Path) -> list[Test]:
    """The entries in their order; none where the manifest is missing."""
    if not path.exists():
        return []
    manifest = Graph().parse(path, publicID=path.as_uri())
    [entries] = manifest.objects(None, MF.entries)
    found = []
    for entry in manifest.items(entries):
        name = str(entry).rpartition("#")[2]
        [text] = (str(c) for c in manifest.objects(entry, RDFS.comment) if "#### Request" in c)
        found.append(Test(name, manifest, entry, (_exchange(_read_as(name, text)),)))
    return found


def _read_as(name: str, text: str) -> str:
    if name in READINGS:
        written, read, _ = READINGS[name]
        assert written in text, name
        text = text.replace(written, read)
    text = text.replace("http://$HOST$/$GRAPHSTORE$", "http://localhost/data")
    return text.replace("$GRAPHSTORE$", "/data")


def _exchange(text: str) -> Exchange:
    asked, told = text.replace("#### Request", "").split("#### Response")
    line, headers, body = _message(asked)
    method, path, _ = line.split()
    if "multipart" in headers.get("Content-Type", ""):
        body = body.replace("\n", "\r\n")
    status, told_headers, told_body = _message(told)
    location = told_headers.pop("Location", None)
    return Exchange(
        method,
        path,
        headers,
        body.encode(),
        frozenset({status.split()[0]}),
        location=location,
        told_headers=told_headers,
        told_body=told_body or None,
    )


def _message(text: str) -> tuple[str, dict[str, str], str]:
    """The first line, the headers and the body of a message; lengths and hosts are left out."""
    head, _, body = dedent(text).strip().partition("\n\n")
    first, *lines = head.splitlines()
    pairs = [re.fullmatch(r"\s*([A-Za-z-]+): (.+)", line) for line in lines]
    headers = {p[1]: p[2] for p in pairs if p and p[1] not in ("Host", "Content-Length")}
    return first.strip(), headers, body
