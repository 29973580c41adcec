"""All states and all disputed areas of Natural Earth, coarse, for maps to be drawn on.

They come with the package, not with the data: a map shows what lies around a place, whether or not
this graph says anything of it, and no dispute is left out because its parties are not ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from kg.geo.frame import Box, box
from kg.geo.natural_earth import AREAS, COUNTRIES, Feature, features
from kg.geo.wkt import Polygon, rounded

FILE: Final = "backdrop.json"
DIGITS: Final = 2
"""Of degrees: about a kilometre, which is less than a pixel of any of our maps."""


@dataclass(frozen=True)
class Shape:
    """A state or a disputed area; `note` is what Natural Earth notes on whose it is."""

    code: str
    name: str
    note: str
    polygons: tuple[Polygon, ...]

    @cached_property
    def boxed(self) -> tuple[tuple[Polygon, Box], ...]:
        """The polygons, each with the box around it."""
        return tuple((polygon, box(polygon)) for polygon in self.polygons)


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What lies beneath every map."""

    states: tuple[Shape, ...]
    areas: tuple[Shape, ...]


@lru_cache(maxsize=1)
def backdrop() -> Backdrop:
    """The backdrop that comes with the package."""
    text = files("kg.geo").joinpath(FILE).read_text(encoding="utf-8")
    found = json.loads(text)
    return Backdrop(*(tuple(map(_shape, found[name])) for name in ("states", "areas")))


def written(folder: Path) -> str:
    """The file of the backdrop, out of Natural Earth's files in a folder: a line for each shape."""
    found = {
        "states": [_row(f, "ADM0_A3", "NAME") for f in features(folder / COUNTRIES)],
        "areas": [_row(f, "BRK_A3", "BRK_NAME") for f in features(folder / AREAS)],
    }
    lists = (f'"{name}":[\n{_lines(rows)}\n]' for name, rows in found.items())
    return f"{{{', '.join(lists)}}}\n"


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    kept = (row for row in rows if row[3])
    return ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in kept)


def _row(feature: Feature, code: str, name: str) -> tuple[Any, ...]:
    columns = feature.columns
    return columns[code], columns[name], columns.get("NOTE_BRK", ""), _coarse(feature)


def _coarse(feature: Feature) -> list[list[list[float]]]:
    """Polygons as lists of flat rings; those that vanish on the grid are left out."""
    found = []
    for polygon in feature.geometry.polygons:
        rings = [rounded(ring, DIGITS) for ring in polygon]
        if rings[0]:
            found.append([[value for point in ring for value in point] for ring in rings if ring])
    return found


def _shape(row: Sequence[Any]) -> Shape:
    code, name, note, polygons = row
    rings = (tuple(zip(*[iter(flat)] * 2, strict=True)) for polygon in polygons for flat in polygon)
    return Shape(
        code, name, note, tuple(tuple(next(rings) for _ in polygon) for polygon in polygons)
    )
