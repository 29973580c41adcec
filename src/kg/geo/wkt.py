"""Points and polygons in Well-Known Text, as far as our data has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from kg.errors import InputError

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LONGEST: Final = 200_000
"""Characters of a text that is read at all; the shape of geometries refuses longer ones."""

Point: TypeAlias = tuple[float, float]
"""Longitude and latitude, in degrees."""
Ring: TypeAlias = tuple[Point, ...]
"""A closed line: its first point is its last."""
Polygon: TypeAlias = tuple[Ring, ...]
"""An outer ring, then its holes."""

_CRS: Final = re.compile(r"\s*<([^<>\s]*)>")
_FORM: Final = re.compile(r"\s*(POINT|POLYGON|MULTIPOLYGON)\s*(\([-+\d.eE,()\s]*\))\s*", re.I)
_BRACKET: Final = re.compile(r"[()]")
_RING: Final = re.compile(r"\(([^()]*)\)")
_POLYGON_END: Final = re.compile(r"\)\s*\)\s*,")
_DEPTHS: Final = {"POINT": 1, "POLYGON": 2, "MULTIPOLYGON": 3}


@dataclass(frozen=True, slots=True)
class Geometry:
    """Points and polygons; one of the two is empty."""

    points: tuple[Point, ...] = ()
    polygons: tuple[Polygon, ...] = ()


def read(text: str) -> Geometry:
    """The geometry that a `POINT`, `POLYGON` or `MULTIPOLYGON` writes, in CRS84.

    Raises `InputError` for anything else, for coordinates off the globe and for texts longer than
    `LONGEST`; takes time in proportion to the text.
    """
    if len(text) > LONGEST:
        raise _refused(f"is longer than {LONGEST:,} characters")
    crs = _CRS.match(text)
    if crs and crs[1] != CRS84:
        raise _refused(f"is in {crs[1][:80]}, not in CRS84")
    form = _FORM.fullmatch(text, crs.end() if crs else 0)
    if form is None:
        raise _refused("is no POINT, POLYGON or MULTIPOLYGON")
    kind, body = form[1].upper(), form[2]
    if set(_depths(body)) != {_DEPTHS[kind]}:
        raise _refused(f"has other brackets than a {kind}")
    if kind == "POINT":
        return Geometry(points=(_point(body[1:-1]),))
    parts = _POLYGON_END.split(body) if kind == "MULTIPOLYGON" else [body]
    rings = (_RING.findall(part + ")") for part in parts)
    return Geometry(polygons=tuple(tuple(map(_ring, found)) for found in rings))


def write(geometry: Geometry, digits: int = 4) -> str:
    """The geometry as text, its coordinates rounded; points that become equal are written once."""
    if geometry.points:
        return f"POINT ({_written(geometry.points[0], digits)})"
    polygons = [_polygon_text(polygon, digits) for polygon in geometry.polygons]
    if len(polygons) == 1:
        return f"POLYGON {polygons[0]}"
    return f"MULTIPOLYGON ({', '.join(polygons)})"


def rounded(ring: Iterable[Point], digits: int) -> Ring:
    """A ring on a grid, without points that follow their equals; empty where nothing is left."""
    found: list[Point] = []
    for x, y in ring:
        point = (round(x, digits) + 0.0, round(y, digits) + 0.0)
        if not found or found[-1] != point:
            found.append(point)
    return tuple(found) if len(found) > 3 else ()


def _depths(body: str) -> Iterator[int]:
    """How deep each innermost bracket lies; 0 where the brackets do not match."""
    depth, opened = 0, False
    for bracket in _BRACKET.findall(body):
        if bracket == ")" and opened:
            yield depth
        opened = bracket == "("
        depth += 1 if opened else -1
        if depth < 0:
            yield 0
    if depth:
        yield 0


def _ring(text: str) -> Ring:
    ring = tuple(map(_point, text.split(",")))
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise _refused("has a ring that does not end where it begins")
    return ring


def _point(text: str) -> Point:
    try:
        x, y = map(float, text.split())
    except ValueError as error:
        raise _refused(f"has a point that is not two numbers: {text.strip()[:40]!r}") from error
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise _refused(f"has a point off the globe: {text.strip()[:40]!r}")
    return x, y


def _polygon_text(polygon: Polygon, digits: int) -> str:
    rings = [rounded(ring, digits) for ring in polygon]
    lines = [", ".join(_written(point, digits) for point in ring) for ring in rings if ring]
    return f"({', '.join(f'({line})' for line in lines)})"


def _written(point: Point, digits: int) -> str:
    return " ".join(f"{value:.{digits}f}".rstrip("0").rstrip(".") for value in point)


def _refused(why: str) -> InputError:
    return InputError(
        f"a geometry {why}",
        hint='write "POINT (44.5 40.2)" or "POLYGON ((…))": longitude, then latitude, in degrees',
    )
