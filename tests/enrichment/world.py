"""A store of ours with links, and an endpoint with an extract in Wikidata's shape, both made up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from kg.enrichment.asking import Courtesy, Questions
from kg.errors import EndpointError
from kg.federation.client import Request
from kg.federation.endpoints import endpoints
from kg.namespaces import PREFIXES

EXTRACT = Path(__file__).parent / "wikidata.ttl"
ENDPOINT = "https://wikidata.example/sparql"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SOON = Courtesy(pause_seconds=0.5, attempts=3)

WD = "http://www.wikidata.org/entity/"
NORTHLAND, WAR, MERGED, GONE, CRATER = (f"Q90000000{n}" for n in (1, 2, 3, 5, 6))

OURS = """
state:northland skos:exactMatch wd:Q900000001 .
conflict:war-of-the-northland skos:exactMatch wd:Q900000002 .
place:middleton skos:exactMatch wd:Q900000003 .
place:nowhere skos:closeMatch wd:Q900000005 .
place:crater-town skos:exactMatch wd:Q900000006 .
place:elsewhere skos:exactMatch <https://sws.geonames.org/900000001/> .
"""


def turtle(text: str) -> list[ox.Triple]:
    head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    return [q.triple for q in ox.parse(f"{head}PREFIX wd: <{WD}>\n{text}", ox.RdfFormat.TURTLE)]


def in_graph(name: str, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    graph = ox.NamedNode(PREFIXES["graph"] + name)
    return [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]


def extract() -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(path=EXTRACT, format=ox.RdfFormat.TURTLE)]


@dataclass
class Held:
    """Quads in memory, as a store hands out a generation."""

    content: set[ox.Quad] = field(default_factory=set)
    generation: int = 1

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        names = {q.graph_name for q in self.content if isinstance(q.graph_name, ox.NamedNode)}
        return tuple(sorted(names, key=str))

    def quads(self, graph: ox.NamedNode | None = None) -> Iterable[ox.Quad]:
        return iter([q for q in self.content if graph is None or q.graph_name == graph])


@dataclass
class Far:
    """In place of the client: what it is asked, it asks the extract, or it fails as told."""

    data: ox.Store
    failures: list[EndpointError] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, triples: Iterable[ox.Triple]) -> Far:
        store = ox.Store()
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        return cls(store)

    def ask(self, request: Request) -> bytes:
        self.asked.append(request.query)
        if self.failures:
            raise self.failures.pop(0)
        return self.data.query(request.query).serialize(format=ox.QueryResultsFormat.JSON)


@dataclass
class World:
    """What asks and what is asked, and how long was waited in between."""

    far: Far = field(default_factory=lambda: Far.of(extract()))
    waited: list[float] = field(default_factory=list)

    def questions(self, **changes: float) -> Questions:
        (endpoint,) = endpoints([ENDPOINT])
        courtesy = replace(SOON, **changes)  # type: ignore[arg-type]
        return Questions(endpoint, self.far, courtesy, self.waited.append)  # type: ignore[arg-type]
