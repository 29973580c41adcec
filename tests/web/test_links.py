"""Links on pages."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
from tests.web.conftest import commit

from kg.links.sssom import MappingSet, Row
from kg.links.turtle import graph_of_links
from kg.namespaces import LINKS
from kg.store.embedded import EmbeddedStore
from kg.web import create_app

ROW = Row(
    "place:baku",
    "skos:closeMatch",
    "http://www.wikidata.org/entity/Q9248",
    "Baku",
    "city",
    "semapv:ManualMappingCuration",
    "0.6",
    "somebody",
    "2024-01-31",
    "row 7 of a table",
    "the city only",
)


def test_a_link_is_shown_with_its_evidence_and_when_doubtful_once_more(
    store: EmbeddedStore,
) -> None:
    graph = graph_of_links(MappingSet("wikidata", Path("x"), (ROW,)))
    triples = ox.parse(graph.serialize(format="nt").encode(), format=ox.RdfFormat.N_TRIPLES)
    commit(store, *(ox.Quad(*quad.triple, ox.NamedNode(str(LINKS))) for quad in triples))
    page = create_app(store).test_client().get("/links").text
    assert page.count("row 7 of a table") == 2
    for words in ("the city only", "somebody", "2024-01-31", ROW.object_id, "close"):
        assert words in page
    found = create_app(store).test_client().get("/.well-known/void.ttl").text
    assert "http://rdfs.org/ns/void#Linkset" in found or "void:Linkset" in found
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in found


def test_what_is_wanted_has_a_page(store: EmbeddedStore) -> None:
    page = create_app(store).test_client().get("/wanted").text
    assert "Q244165 is the Republic of Artsakh and not the region." in page
    assert "Charles Michel" in page
