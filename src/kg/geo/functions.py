"""The functions of GeoSPARQL that our engine answers, which `docs/geo.md` lists too.

It has them built in; a worker runs them under the limits of its query, so one over a huge geometry
ends with the query. What is no geometry, in another coordinate system or not of the right kind
makes an error as SPARQL has it: FILTER lets nothing through, BIND leaves its variable unbound.
"""

from __future__ import annotations

from typing import Final

from kg.namespaces import EXTERNAL_PREFIXES

GEOF: Final = EXTERNAL_PREFIXES["geof"]

RELATIONS: Final[tuple[str, ...]] = (
    *("sfContains", "sfCrosses", "sfDisjoint", "sfEquals", "sfIntersects", "sfOverlaps"),
    *("sfTouches", "sfWithin"),
    *("ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint", "ehEquals", "ehInside", "ehMeet"),
    "ehOverlap",
    *("rcc8dc", "rcc8ec", "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po", "rcc8tpp", "rcc8tppi"),
)
"""Of two geometries, true or false: the families of Simple Features, Egenhofer and RCC8."""
COMBINING: Final = ("difference", "intersection", "symDifference", "union")
"""Of two geometries, a geometry."""
SHAPING: Final = ("centroid", "convexHull", "envelope")
"""Of one geometry, a geometry."""
DESCRIBING: Final[tuple[str, ...]] = (
    *("asGeoJSON", "coordinateDimension", "dimension", "getSRID", "isEmpty", "isSimple"),
    "spatialDimension",
)
"""Of one geometry, a value."""
MEASURING: Final = ("length", "perimeter")
"""Of one geometry and a unit (`uom:metre`, `uom:kilometre`), a number, on a sphere."""
DISTANCE: Final = "distance"
"""Of two points and a unit, a number, on a sphere; of anything but points, an error."""
RELATE: Final = "relate"
"""Of two geometries and a pattern of DE-9IM such as `T*F**F***`, true or false."""

FUNCTIONS: Final[tuple[str, ...]] = tuple(
    sorted((*RELATIONS, *COMBINING, *SHAPING, *DESCRIBING, *MEASURING, DISTANCE, RELATE))
)
"""All of them, by their names after `geof:`."""
IRIS: Final = tuple(GEOF + name for name in FUNCTIONS)
