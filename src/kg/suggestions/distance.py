"""Distances on the earth."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees."""

EARTH_KM: Final = 6_371.0


def kilometres(one: Point, two: Point) -> float:
    """The distance of two points on a sphere."""
    (lat, long), (lat_, long_) = ((radians(p[0]), radians(p[1])) for p in (one, two))
    half = sin((lat - lat_) / 2) ** 2 + cos(lat) * cos(lat_) * sin((long - long_) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))
