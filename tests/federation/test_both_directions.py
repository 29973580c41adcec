"""The queries of docs/federation.md, asked in both directions of endpoints on this machine.

On one side is a server with the data that comes with kg, on the other one with items in the shape
of Wikidata's. What these say is what our rows of links and our own claims say of the same things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.enrichment.world import in_graph
from tests.federation.endpoints import serving
from tests.processes.running import ask, running
from tests.resilience.server import Server
from tests.seeded import Seeded

from kg.processes.settings import FILE

TEXT = (Path(__file__).parents[2] / "docs" / "federation.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sparql\n(.*?)```", TEXT, re.DOTALL)
WIKIDATA = "https://query.wikidata.org/sparql"
OURS = "http://127.0.0.1:8000/sparql"

ITEMS = """
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX p: <http://www.wikidata.org/prop/>
PREFIX psv: <http://www.wikidata.org/prop/statement/value/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wds: <http://www.wikidata.org/entity/statement/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX wdv: <http://www.wikidata.org/value/>
PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
wd:Q399 rdfs:label "Armenia"@en . wd:Q227 rdfs:label "Azerbaijan"@en, "Azerbaïdjan"@fr .
wd:Q1953 wdt:P625 "Point(44.5136 40.1812)"^^geo:wktLiteral .
wd:P50 rdfs:label "author"@en, "auteur"@fr .
wd:Q110999040 p:P580 wds:Q110999040-fiction-1, wds:Q110999040-fiction-2 .
wds:Q110999040-fiction-1 a wikibase:BestRank ; psv:P580 wdv:fiction-1 .
wds:Q110999040-fiction-2 psv:P580 wdv:fiction-2 .
wdv:fiction-1 wikibase:timeValue "2022-02-01T00:00:00Z"^^xsd:dateTime ;
    wikibase:timePrecision 10 ; wikibase:timeCalendarModel wd:Q1985727 .
wdv:fiction-2 wikibase:timeValue "2022-01-01T00:00:00Z"^^xsd:dateTime ;
    wikibase:timePrecision 9 ; wikibase:timeCalendarModel wd:Q1985727 .
"""


def items() -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(ITEMS, format=ox.RdfFormat.TURTLE)]


@dataclass(frozen=True)
class Sides:
    ours: Server
    theirs: str

    def solutions(self, query: str) -> list[dict[str, str]]:
        """Asked of ours, which asks the other side in place of Wikidata."""
        code, found, _ = ask(self.ours, query.replace(WIKIDATA, self.theirs))
        assert code == 200, found
        return [_plain(row) for row in found["results"]["bindings"]]


def _plain(row: dict[str, Any]) -> dict[str, str]:
    return {name: term["value"].removeprefix("https://w3id.org/conflict-kg/")
            for name, term in row.items()}  # fmt: skip


@pytest.fixture(scope="module")
def sides(seeded: Seeded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("sides")
    seeded.copy_to(folder / "ours")
    with serving(folder / "theirs", *in_graph("curated", items())) as theirs:
        allowed = f'[federation]\nendpoints = ["{theirs} allow-private"]\n'
        (folder / "ours" / FILE).write_text(allowed, encoding="utf-8")
        with running(folder / "ours", setup="kg.processes.opening:OURS") as server:
            yield Sides(server, theirs)


def test_every_query_of_the_page_is_asked_here():
    to_wikidata = [query for query in QUERIES if WIKIDATA in query]
    assert [*to_wikidata, *(query for query in QUERIES if OURS in query)] == QUERIES
    assert (len(to_wikidata), len(QUERIES)) == (3, 5)


def test_ours_learns_what_terms_are_called_there(sides):
    assert {"term": "ns#createdBy", "name": "author"} in sides.solutions(QUERIES[0])


def test_ours_puts_their_places_beside_its_own(sides):
    assert sides.solutions(QUERIES[1]) == [
        {
            "place": "id/place/yerevan",
            "latitude": "40.1812",
            "longitude": "44.5136",
            "there": "Point(44.5136 40.1812)",
        }
    ]


def test_ours_learns_how_precise_the_best_of_their_dates_is(sides):
    assert sides.solutions(QUERIES[2]) == [
        {
            "conflict": "id/conflict/russian-invasion-of-ukraine",
            "start": "2022-02-01T00:00:00Z",
            "precision": "10",
            "calendar": "http://www.wikidata.org/entity/Q1985727",
        }
    ]


@pytest.fixture(scope="module")
def oxigraph() -> ox.Store:
    """Another engine, with the items; it asks any endpoint that a query names."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in items())
    return store


def asked_from_there(store: ox.Store, sides: Sides, query: str) -> list[dict[str, str]]:
    found = store.query(query.replace(OURS, f"http://127.0.0.1:{sides.ours.port}/sparql"))
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: row[name].value for name in names} for row in found]  # type: ignore[union-attr]


def test_an_engine_with_wikidatas_data_asks_ours_by_its_identifiers(oxigraph, sides):
    found = asked_from_there(oxigraph, sides, QUERIES[3])
    assert {row["name"] for row in found} == {"Armenia", "Azerbaijan"}
    claims = sides.solutions(
        "SELECT ?gloss { ?claim ckg:claimant state:armenia ; rdfs:label ?gloss }"
    )
    assert {row["gloss"] for row in found if row["name"] == "Armenia"} == {
        row["gloss"] for row in claims
    }


def test_an_engine_without_any_data_asks_ours(sides):
    found = asked_from_there(ox.Store(), sides, QUERIES[4])
    assert len(found) > 0
    assert all(row["gloss"] for row in found)
