"""What functions of GeoSPARQL answer in queries, and how they fail."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import QueryError
from kg.geo.functions import DISTANCE, FUNCTIONS, IRIS, MEASURING, RELATE
from kg.namespaces import EXTERNAL_PREFIXES, iri
from kg.resources import root
from kg.sparql.service import answer
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch
from kg.store.values import read

POINT = '"POINT (1 1)"^^geo:wktLiteral'
AREA = '"POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))"^^geo:wktLiteral'
OTHER = '"POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1))"^^geo:wktLiteral'
MERIDIAN_AREA = '"MULTIPOLYGON (((179 0, 180 0, 180 1, 179 0)))"^^geo:wktLiteral'
LATITUDE_FIRST = '"<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (1 1)"^^geo:wktLiteral'
EARTH_METRES = 6_371_008.8
META = CommitMeta(author="a test", message="a town", time=datetime(2024, 1, 2, tzinfo=UTC))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path_factory.mktemp("geo-store"))
    town, drawn = (ox.NamedNode(str(iri("place", name))) for name in ("far-town", "drawn"))
    graph = ox.NamedNode("https://w3id.org/conflict-kg/graph/curated")
    has = ox.NamedNode(EXTERNAL_PREFIXES["geo"] + "hasGeometry")
    store.commit(Patch((ox.Quad(town, has, drawn, graph),)), META, commit_id="town")
    return store


def value(store: EmbeddedStore, expression: str) -> str | None:
    """What an expression comes to; None where it is an error."""
    query = f"SELECT (({expression}) AS ?value) WHERE {{}}"
    given = answer(store, query, accept="application/sparql-results+json")
    [row] = json.loads(read(given.stream))["results"]["bindings"]
    return row["value"]["value"] if row else None


def example(name: str) -> str:
    """A call that has an answer."""
    if name == DISTANCE:
        return f"geof:distance({POINT}, {POINT}, uom:metre)"
    if name == RELATE:
        return f'geof:relate({AREA}, {OTHER}, "T*T***T**")'
    if name in MEASURING:
        return f"geof:{name}({AREA}, uom:kilometre)"
    return f"geof:{name}({AREA}, {OTHER})" if takes_two(name) else f"geof:{name}({AREA})"


def takes_two(name: str) -> bool:
    combining = name in ("union", "difference", "intersection", "symDifference")
    return combining or name.startswith(("sf", "eh", "rcc8"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_of_the_list_has_an_answer(store: EmbeddedStore, name: str) -> None:
    assert value(store, example(name)) is not None


def test_the_page_lists_each_function() -> None:
    page = (root() / "docs" / "geo.md").read_text(encoding="utf-8")
    assert [name for name in FUNCTIONS if f"`{name}`" not in page] == []
    assert len(set(IRIS)) == len(FUNCTIONS)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (f"geof:sfWithin({POINT}, {AREA})", "true"),
        (f"geof:sfContains({AREA}, {POINT})", "true"),
        (f"geof:sfWithin({AREA}, {OTHER})", "false"),
        (f"geof:sfIntersects({AREA}, {OTHER})", "true"),
        (f"geof:sfDisjoint({AREA}, {MERIDIAN_AREA})", "true"),
        (f'geof:sfWithin("<{iri("place", "x")}> POINT (1 1)"^^geo:wktLiteral, {AREA})', None),
    ],
)
def test_relations_are_those_of_the_plane(
    store: EmbeddedStore, expression: str, expected: str | None
) -> None:
    assert value(store, expression) == expected


@pytest.mark.parametrize(
    ("here", "there"),
    [((44.5, 40.2), (49.9, 40.4)), ((-179.5, 10.0), (179.5, -10.0)), ((0.0, 90.0), (0.0, -90.0))],
)
def test_a_distance_is_that_along_a_sphere(
    store: EmbeddedStore, here: tuple[float, float], there: tuple[float, float]
) -> None:
    points = [f'"POINT ({x} {y})"^^geo:wktLiteral' for x, y in (here, there)]
    metres = value(store, f"geof:distance({', '.join(points)}, uom:metre)")
    assert metres is not None
    assert float(metres) == pytest.approx(haversine(here, there), rel=1e-9)


def haversine(here: tuple[float, float], there: tuple[float, float]) -> float:
    (x1, y1), (x2, y2) = (map(radians, point) for point in (here, there))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(half)))


@pytest.mark.parametrize(
    "expression",
    [
        f"geof:distance({POINT}, {POINT})",
        f"geof:distance({POINT}, {AREA}, uom:metre)",
        f"geof:distance({POINT}, {POINT}, uom:furlong)",
        f"geof:sfWithin({LATITUDE_FIRST}, {AREA})",
        f'geof:sfWithin("POINT (1 1)", {AREA})',
        f'geof:sfWithin("POINT (1"^^geo:wktLiteral, {AREA})',
        f'geof:sfWithin("<script>"^^geo:wktLiteral, {AREA})',
        f"geof:sfWithin(place:far-town, {AREA})",
        'geof:envelope("POINT EMPTY"^^geo:wktLiteral)',
    ],
)
def test_what_has_no_answer_is_an_error_that_filter_and_bind_know(
    store: EmbeddedStore, expression: str
) -> None:
    assert value(store, expression) is None
    assert value(store, f'COALESCE({expression}, "an error")') == "an error"
    asked = f"ASK {{ FILTER(BOUND(?x) || ({expression}) || true) }}"
    given = answer(store, asked, accept="application/sparql-results+json")
    assert json.loads(read(given.stream))["boolean"] is True


def test_a_function_that_there_is_not_is_named(store: EmbeddedStore) -> None:
    with pytest.raises(QueryError, match="buffer"):
        value(store, f"geof:buffer({POINT}, 1, uom:metre)")


def test_a_box_of_degrees_is_written_as_a_polygon(store: EmbeddedStore, tmp_path: Path) -> None:
    box = value(store, f"geof:envelope({OTHER})")
    assert box is not None
    assert value(store, f'geof:sfEquals("{box}"^^geo:wktLiteral, {OTHER})') == "true"
