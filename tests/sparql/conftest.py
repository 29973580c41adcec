from __future__ import annotations

from datetime import UTC, datetime

import pyoxigraph as ox
import pytest

from kg.namespaces import GRAPH, PREFIXES
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch

META = CommitMeta(author="a curator", message="a fixture", time=datetime(2024, 1, 2, tzinfo=UTC))

DATA = """
GRAPH graph:ontology {
  ckg:Claim a owl:Class ; rdfs:label "claim"@en .
  ckg:claimant a owl:ObjectProperty ; rdfs:label "claimant"@en .
  ckg:content a owl:ObjectProperty . ckg:standing a owl:ObjectProperty .
  ckg:mode a owl:ObjectProperty . ckg:roleAgent a owl:ObjectProperty .
  mode:fact a skos:Concept ; skos:prefLabel "fact"@en .
  kind:accuse a skos:Concept ; skos:prefLabel "accuse"@en ; skos:altLabel "blame"@en .
}
GRAPH graph:curated {
  claim:000-1-1 a ckg:Claim ; rdfs:label "One thing"@en ; ckg:claimant state:a .
  claim:000-1-2 a ckg:Claim ; rdfs:label "Two, \\"things\\""@en ; ckg:claimant state:b .
}
GRAPH graph:imported { claim:000-1-1 a ckg:Claim . state:a a ckg:State . }
"""


def quads(trig: str) -> tuple[ox.Quad, ...]:
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    return tuple(ox.parse(head + trig, format=ox.RdfFormat.TRIG))


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    """A store that all tests of queries ask and none changes."""
    store = EmbeddedStore(tmp_path_factory.mktemp("sparql") / "home")
    store.commit(Patch(quads(DATA)), META, commit_id="fixture")
    return store


@pytest.fixture
def graph():
    return lambda name: ox.NamedNode(str(GRAPH[name]))
