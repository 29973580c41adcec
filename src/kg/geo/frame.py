"""Where things of the globe are in a picture: an equirectangular map around what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, radians
from typing import Final, NamedTuple, TypeAlias

from kg.geo.wkt import Point, Polygon

WIDTH: Final = 720.0
"""Units of the picture from left to right."""
LEAST: Final = 6.0
"""Degrees of latitude that a map shows at least: the outlines are too coarse for less."""
ROOM: Final = 1.3
"""How much larger the map is than what it shows."""
FLATTEST: Final = 0.6
STEEPEST: Final = 0.85
"""The height of a picture is between these parts of its width."""
MARGIN: Final = 10.0
"""Outlines are cut off so far outside of the picture, so that the cut is not seen."""
FINEST: Final = 1.0
"""Points nearer than this to the one before are left out."""

TURNS: Final = (-360.0, 0.0, 360.0)
"""Where a point is found again when one goes round the globe."""

Spot: TypeAlias = tuple[float, float]
"""A place in the picture, from its upper left corner."""


class Box(NamedTuple):
    """What a polygon lies in, in degrees."""

    west: float
    south: float
    east: float
    north: float


def box(polygon: Polygon) -> Box:
    """The box around a polygon."""
    xs, ys = zip(*polygon[0], strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the globe in a picture: its upper left corner, and units for each degree."""

    west: float
    north: float
    across: float
    down: float
    height: float

    def spot(self, point: Point) -> Spot | None:
        """Where a point is, or None where it is outside."""
        for x, y in self._turned(point):
            if 0 <= x <= WIDTH and 0 <= y <= self.height:
                return x, y
        return None

    def lines(self, polygons: Iterable[Polygon]) -> list[tuple[Spot, ...]]:
        """The rings of polygons that are in the picture, cut off outside of it."""
        return self.lines_of((polygon, box(polygon)) for polygon in polygons)

    def lines_of(self, boxed: Iterable[tuple[Polygon, Box]]) -> list[tuple[Spot, ...]]:
        """The same of polygons with the boxes around them; most of the globe is not in it."""
        found = []
        for polygon, around in boxed:
            for turn in TURNS:
                if self._reaches(around, turn):
                    rings = (tuple(self._at(x + turn, y) for x, y in ring) for ring in polygon)
                    found += [cut for ring in rings if (cut := self._cut(ring))]
        return found

    def _turned(self, point: Point) -> Iterator[Spot]:
        yield from (self._at(point[0] + turn, point[1]) for turn in TURNS)

    def _reaches(self, around: Box, turn: float) -> bool:
        """Whether a box meets the picture."""
        left, top = self._at(around.west + turn, around.north)
        right, bottom = self._at(around.east + turn, around.south)
        return left <= WIDTH and right >= 0 and top <= self.height and bottom >= 0

    def _at(self, x: float, y: float) -> Spot:
        return (x - self.west) * self.across, (self.north - y) * self.down

    def _cut(self, ring: Sequence[Spot]) -> tuple[Spot, ...]:
        low, right, bottom = -MARGIN, WIDTH + MARGIN, self.height + MARGIN
        spots = list(ring[:-1])
        for axis, limit, sign in ((0, low, 1), (0, right, -1), (1, low, 1), (1, bottom, -1)):
            spots = list(_half(spots, axis, limit, sign))
        return tuple(_thinned(spots))


def frame(points: Iterable[Point]) -> Frame:
    """The frame around points, at least one, of which the longitudes may go round the globe."""
    found = list(points)
    first, last = extent(x for x, _ in found)
    ys = [y for _, y in found]
    centre = (min(ys) + max(ys)) / 2
    shrink = max(cos(radians(centre)), 0.3)
    wide = max((last - first) * ROOM * shrink, LEAST)
    high = max((max(ys) - min(ys)) * ROOM, FLATTEST * wide)
    wide = min(max(wide, high / STEEPEST), 360 * shrink)
    high = min(max(high, FLATTEST * wide), STEEPEST * wide)
    north = min(centre + high / 2, 90.0)
    down = WIDTH / wide
    west = (first + last) / 2 - wide / shrink / 2
    # Never rounded down: a pole may lie on the lower edge.
    height = ceil(high * down * 10 + 1e-6) / 10
    return Frame(west, max(north, high - 90), down * shrink, down, height)


def extent(longitudes: Iterable[float]) -> tuple[float, float]:
    """The first and the last of longitudes, from west to east; the last may be beyond 180.

    The globe is cut open where the widest gap between them is.
    """
    xs = sorted({x % 360 for x in longitudes})
    gaps = [(after - before, after, before + 360) for before, after in pairwise(xs)]
    gaps.append((xs[0] + 360 - xs[-1], xs[0], xs[-1]))
    _, first, last = max(gaps)
    return (first, last) if first <= 180 else (first - 360, last - 360)


def path(lines: Iterable[Sequence[Spot]]) -> str:
    """Rings as the `d` of an SVG path, with a digit after the point."""
    return "".join(
        f"M{'L'.join(f'{x:.1f} {y:.1f}'.replace('.0', '') for x, y in line)}Z" for line in lines
    )


def middle(line: Sequence[Spot]) -> Spot:
    """The centre of gravity of a ring, for its label."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(line, (*line[1:], line[0]), strict=True):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return (x / (3 * area), y / (3 * area)) if area else line[0]


def _half(spots: Sequence[Spot], axis: int, limit: float, sign: int) -> Iterator[Spot]:
    """The part of a ring on one side of a line, after Sutherland and Hodgman."""

    def inside(spot: Spot) -> bool:
        return sign * (spot[axis] - limit) >= 0

    for before, spot in zip((*spots[-1:], *spots[:-1]), spots, strict=True):
        if inside(before) != inside(spot):
            share = (limit - before[axis]) / (spot[axis] - before[axis])
            yield (
                before[0] + share * (spot[0] - before[0]),
                before[1] + share * (spot[1] - before[1]),
            )
        if inside(spot):
            yield spot


def _thinned(spots: Iterable[Spot]) -> tuple[Spot, ...]:
    kept: list[Spot] = []
    for x, y in spots:
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= FINEST:
            kept.append((x, y))
    return tuple(kept) if len(kept) > 2 else ()
