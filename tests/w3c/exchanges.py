"""HTTP exchanges as the manifests of the W3C write them down, and whether answers are as told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, Graph, Namespace
from rdflib.term import Node
from tests.sparql.w3c import MF, SHARED
from werkzeug.test import TestResponse

HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SUITES = SHARED / "w3c" / "sparql11"

STATUSES = {"OK": "200", "Created": "201", "NoContent": "204", "NotFound": "404"}
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/tab-separated-values",
        "text/csv",
    },
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"},
}


@dataclass(frozen=True)
class Exchange:
    """A request, and what is told of its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: frozenset[str]
    """Such as `2xx` or `404`."""
    boolean: bool | None = None
    format: str | None = None
    location: str | None = None
    told_headers: dict[str, str] = field(default_factory=dict)
    told_body: str | None = None

    def wrong(self, response: TestResponse) -> list[str]:
        """What an answer has that it should not."""
        status = str(response.status_code)
        found = []
        if not self.statuses & {status, f"{status[0]}xx"}:
            found.append(f"{status} {response.text[:200]}")
        if self.boolean is not None and response.get_json(force=True)["boolean"] != self.boolean:
            found.append("the boolean")
        if self.format is not None and response.mimetype not in FORMATS[self.format]:
            found.append(f"{response.mimetype} is not {self.format}")
        for name, value in self.told_headers.items():
            if response.headers.get(name) != value:
                found.append(f"{name}: {response.headers.get(name)}")
        if self.location is not None and "Location" not in response.headers:
            found.append("no Location")
        if self.told_body is not None and not same_graph(self.told_body, response.text):
            found.append(f"another graph: {response.text[:1000]}")
        return found


@dataclass(frozen=True)
class Test:
    """An entry of a manifest; its node tells of data that has to be there."""

    name: str
    manifest: Graph
    node: Node
    exchanges: tuple[Exchange, ...]

    __test__ = False  # it is no test of ours


def read_manifest(path: Path) -> list[Test]:
    """The entries of a manifest in their order, then what it describes and does not list.

    There are none where it is missing.
    """
    if not path.exists():
        return []
    manifest = Graph().parse(path, publicID=path.as_uri())
    entries = [e for each in manifest.objects(None, MF.entries) for e in manifest.items(each)]
    entries += sorted(set(manifest.subjects(MF.action)) - set(entries))
    return [
        Test(str(entry).rpartition("#")[2], manifest, entry, tuple(_exchanges(manifest, entry)))
        for entry in entries
        if (entry, RDF.type, None) in manifest
    ]


def _exchanges(manifest: Graph, entry: Node) -> Iterator[Exchange]:
    action = manifest.value(entry, MF.action)
    for requests in manifest.objects(action, HT.requests):
        for request in manifest.items(requests):
            yield _exchange(manifest, request)


def _exchange(manifest: Graph, request: Node) -> Exchange:
    response = manifest.value(request, HT.resp)
    boolean = manifest.value(response, MF.expectedBoolean)
    location = manifest.value(response, MF.expectedLocation)
    told = manifest.value(response, MF.expectedFormat)
    body = manifest.value(response, HT.body)
    statuses = {str(s).rpartition("#")[2] for s in manifest.objects(response, MF.expectedStatus)}
    return Exchange(
        str(manifest.value(request, HT.methodName)),
        str(manifest.value(request, HT.absolutePath)),
        _headers(manifest, request),
        _body(manifest, manifest.value(request, HT.body)),
        frozenset(STATUSES.get(s, s.removeprefix("StatusCode")) for s in statuses),
        None if boolean is None else bool(boolean.toPython()),
        None if told is None else str(told),
        None if location is None else str(location),
        _headers(manifest, response),
        None if body is None else _body(manifest, body).decode(),
    )


def _headers(manifest: Graph, node: Node | None) -> dict[str, str]:
    return {
        str(manifest.value(each, HT.fieldName)): str(manifest.value(each, HT.fieldValue))
        for headers in manifest.objects(node, HT.headers)
        for each in manifest.items(headers)
    }


def _body(manifest: Graph, node: Node | None) -> bytes:
    if node is None:
        return b""
    coding = str(manifest.value(node, CNT.characterEncoding))
    return str(manifest.value(node, CNT.chars)).encode(coding)


def same_graph(told: str, found: str) -> bool:
    """Whether two texts in Turtle are isomorphic."""
    sets = []
    for text in (told, found):
        quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri="http://www.example/")
        dataset = ox.Dataset(quads)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        sets.append(dataset)
    return bool(sets[0] == sets[1])
