"""Natural Earth's GeoJSON files, and which of their rows are things of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rdflib import URIRef

from kg.errors import InputError
from kg.geo.wkt import Geometry
from kg.links.sssom import MappingSet, Row
from kg.messages import marked
from kg.namespaces import iri

COUNTRIES: Final = "ne_110m_admin_0_countries.geojson"
PLACES: Final = "ne_50m_populated_places.geojson"
AREAS: Final = "ne_10m_admin_0_disputed_areas.geojson"

POLICY: Final = marked(
    "Natural Earth draws borders by who controls the ground, not by law, and lists disputed areas "
    "apart. That is its policy, not a finding of this graph."
)
"""What stands beside each map; their words are at `POLICY_PAGE`."""
POLICY_PAGE: Final = "https://www.naturalearthdata.com/about/disputed-boundaries-policy/"

_CODES: Final = re.compile(r"\(\w\w, ([A-Z]{3}), (\d{3})\)$")
_NONE: Final = ("", "-99", "-099", "None")


@dataclass(frozen=True, slots=True)
class Feature:
    """A row: its columns in capital letters, those without a value left out, and its geometry."""

    columns: Mapping[str, str]
    geometry: Geometry


@dataclass(frozen=True, slots=True)
class Linked:
    """Local names of ours, by what verified exact links say of them.

    `states` has the three-letter and the numeric code of ISO 3166-1, `places` Wikidata's id.
    """

    states: Mapping[tuple[str, str], str]
    places: Mapping[str, str]


def features(path: Path) -> tuple[Feature, ...]:
    """All rows of a file, in its order; raises `InputError` where it is no such file."""
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
        return tuple(map(_feature, collection["features"]))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", source=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"is no GeoJSON of points and polygons: {error}",
            hint="take the files of https://www.naturalearthdata.com/ as GeoJSON",
            source=str(path),
        ) from error


def linked(sets: Iterable[MappingSet]) -> Linked:
    """What the rows of links say of states and places; close matches say too little."""
    states: dict[tuple[str, str], str] = {}
    places: dict[str, str] = {}
    for authority, row in _exact(sets):
        kind, _, slug = row.subject_id.partition(":")
        codes = _CODES.search(row.object_label)
        if authority == "iso-3166" and codes and kind == "state":
            states[codes[1], codes[2]] = slug
        elif authority == "wikidata" and kind == "place":
            places[row.object_id.rpartition("/")[2]] = slug
    return Linked(states, places)


def states_by_code(countries: Iterable[Feature], ours: Linked) -> dict[str, str]:
    """Slugs of our states by Natural Earth's own code of a country (`ADM0_A3`).

    The three-letter code and the number of ISO 3166-1 must both agree. `ISO_A3` is empty for
    France in this release, so the columns are `ADM0_A3_IS` and `UN_A3`.
    """
    found = {}
    for feature in countries:
        columns = feature.columns
        slug = ours.states.get((columns.get("ADM0_A3_IS", ""), columns.get("UN_A3", "")))
        if slug:
            found[columns["ADM0_A3"]] = slug
    return found


def area_iri(code: str) -> URIRef:
    """The place that a disputed area is here, by Natural Earth's code of it."""
    return iri("place", f"natural-earth-{code.lower()}")


def _exact(sets: Iterable[MappingSet]) -> Iterator[tuple[str, Row]]:
    for mappings in sets:
        for row in mappings.rows:
            if row.predicate_id == "skos:exactMatch":
                yield mappings.authority, row


def _feature(raw: Mapping[str, Any]) -> Feature:
    columns = {name.upper(): str(value) for name, value in raw["properties"].items()}
    kept = {name: value for name, value in columns.items() if value not in _NONE}
    return Feature(kept, _geometry(raw["geometry"]["type"], raw["geometry"]["coordinates"]))


def _geometry(kind: str, coordinates: Any) -> Geometry:
    if kind == "Point":
        return Geometry(points=((float(coordinates[0]), float(coordinates[1])),))
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a {kind}")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return Geometry(
        polygons=tuple(
            tuple(tuple((float(x), float(y)) for x, y in ring) for ring in polygon)
            for polygon in polygons
        )
    )
