"""Maps on the pages of things: SVG that the server makes, with a table of all that is on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import InputError
from kg.geo import wkt
from kg.geo.backdrop import Shape, backdrop
from kg.geo.frame import WIDTH, Frame, Spot, extent, frame, path
from kg.geo.labels import Label, apart, at_mark, inside
from kg.geo.natural_earth import area_iri
from kg.geo.wkt import Geometry, Point
from kg.messages import marked
from kg.namespaces import CKG
from kg.store.interface import Term
from kg.web.addresses import href
from kg.web.facts import Text
from kg.web.translations import gettext

Row: TypeAlias = Mapping[str, Term]
Outlined: TypeAlias = tuple[Shape, list[tuple[Spot, ...]]]
"""A state or a disputed area, and its rings in the picture."""
Marks: TypeAlias = list[tuple[Spot, str]]
"""Where points are in the picture, and their names."""

HOW: Final[dict[str, str]] = {
    str(CKG.locatedIn): marked("located in it"),
    str(CKG.happenedAt): marked("where it took place"),
    str(CKG.beganAt): marked("where it began"),
    str(CKG.overTerritory): marked("the territory that it is about"),
    str(CKG.partOf): marked("a part of it"),
}
"""How a thing comes to be on the map of another, by the predicate."""

DIGITS: Final = 4


@dataclass(frozen=True)
class Named:
    """A thing with its label. A map is kept for others who ask, whose links may begin otherwise."""

    iri: str
    label: str

    @property
    def href(self) -> str | None:
        """The link to it for whoever asks now."""
        return href(self.iri)


@dataclass(frozen=True)
class Drawn:
    """One row of the table: what is drawn, why, where it is, and who says so."""

    thing: Named
    how: str
    place: str
    source: Named | Text | None
    area: Named | None = None
    note: str = ""


@dataclass(frozen=True)
class Map:
    """A picture, in units of `width` and `height`, and its table.

    `states` is the path of all outlines, `shown` that of what the page is about, `areas` that of
    disputed areas; `points` are the centres of marks. `disputed` are the disputed areas that have
    no row in `drawn`, `around` the names of the states in the picture. `cut` says that there are
    more rows than are drawn.
    """

    width: int
    height: float
    states: str
    shown: str
    areas: str
    points: tuple[Spot, ...]
    labels: tuple[Label, ...]
    drawn: tuple[Drawn, ...]
    disputed: tuple[Shape, ...]
    around: tuple[str, ...]
    cut: bool


def map_of(rows: Sequence[Row], most: int) -> Map | None:
    """The map out of at most so many rows of `points.rq`, with `how` each comes to be on it.

    None where nothing has a place on the globe.
    """
    placed = [(row, geometry) for row in rows[:most] if (geometry := _geometry(row))]
    if not placed:
        return None
    framed = frame(point for _, geometry in placed for point in _points(geometry))
    lines = [line for _, geometry in placed for line in framed.lines(geometry.polygons)]
    states = _inside(framed, backdrop().states)
    areas = _inside(framed, backdrop().areas)
    marks = _marks(framed, placed)
    return Map(
        width=int(WIDTH),
        height=framed.height,
        states=path(line for _, found in states for line in found),
        shown=path(lines),
        areas=path(line for _, found in areas for line in found),
        points=tuple(dict.fromkeys(spot for spot, _ in marks)),
        labels=tuple(apart(framed, _wanted(framed, marks, areas, states))),
        drawn=tuple(dict.fromkeys(_drawn(row, geometry) for row, geometry in placed)),
        disputed=_disputed(rows, (area for area, _ in areas)),
        around=tuple(sorted(state.name for state, _ in states)),
        cut=len(rows) > most,
    )


def _geometry(row: Row) -> Geometry | None:
    """Where a row says that its thing is; None for what cannot be read, which is not drawn."""
    try:
        if "wkt" in row:
            return wkt.read(row["wkt"].value)
        return wkt.read(f"POINT ({row['long'].value} {row['lat'].value})")
    except InputError:
        return None


def _points(geometry: Geometry) -> Iterator[Point]:
    yield from geometry.points
    for polygon in geometry.polygons:
        yield from polygon[0]


def _inside(framed: Frame, shapes: Iterable[Shape]) -> list[Outlined]:
    found = ((shape, framed.lines_of(shape.boxed)) for shape in shapes)
    return [(shape, lines) for shape, lines in found if lines]


def _disputed(rows: Iterable[Row], areas: Iterable[Shape]) -> tuple[Shape, ...]:
    """The disputed areas in the picture that have no row of their own in the table."""
    named = {row[name].value for row in rows for name in ("thing", "area") if name in row}
    return tuple(area for area in areas if str(area_iri(area.code)) not in named)


def _marks(framed: Frame, placed: Iterable[tuple[Row, Geometry]]) -> Marks:
    """A mark and a name for each thing that has a point; of several points the first."""
    found: dict[str, tuple[Spot, str]] = {}
    for row, geometry in placed:
        for point in geometry.points:
            spot = framed.spot(point)
            if spot:
                x, y = round(spot[0], 1), round(spot[1], 1)
                found.setdefault(row["thing"].value, ((x, y), row["label"].value))
    return list(found.values())


def _wanted(
    framed: Frame, marks: Marks, areas: Iterable[Outlined], states: Iterable[Outlined]
) -> Iterator[Label]:
    """Names of things first, then of disputed areas, then of states."""
    for spot, name in marks:
        yield at_mark(name, spot, "thing")
    for kind, outlined in (("area", areas), ("state", states)):
        for shape, lines in outlined:
            if label := inside(framed, shape.name, lines, kind):
                yield label


def _drawn(row: Row, geometry: Geometry) -> Drawn:
    how = row["how"].value if "how" in row else ""
    return Drawn(
        thing=_named(row, "thing", "label"),
        how=HOW.get(how, ""),
        place=_words(geometry),
        source=_source(row),
        area=_named(row, "area", "areaLabel") if "area" in row else None,
        note=row["note"].value if "note" in row else "",
    )


def _words(geometry: Geometry) -> str:
    """Where a geometry is: a point to four digits, or the degrees between which an area lies."""
    if geometry.points:
        x, y = geometry.points[0]
        return f"{_latitude(y, DIGITS)}, {_longitude(x, DIGITS)}"
    xs, ys = zip(*_points(geometry), strict=True)
    first, last = extent(xs)
    return gettext(
        "%(south)s to %(north)s, %(west)s to %(east)s",
        south=_latitude(min(ys), 1),
        north=_latitude(max(ys), 1),
        west=_longitude(first, 1),
        east=_longitude(last, 1),
    )


def _latitude(value: float, digits: int) -> str:
    angle = f"{abs(value):.{digits}f}"
    south, north = gettext("%(angle)s° S", angle=angle), gettext("%(angle)s° N", angle=angle)
    return south if value < 0 else north


def _longitude(value: float, digits: int) -> str:
    value = value - 360 if value > 180 else value
    angle = f"{abs(value):.{digits}f}"
    west, east = gettext("%(angle)s° W", angle=angle), gettext("%(angle)s° E", angle=angle)
    return west if value < 0 else east


def _named(row: Row, name: str, label: str) -> Named:
    iri = row[name].value
    return Named(iri, row[label].value if label in row else iri)


def _source(row: Row) -> Named | Text | None:
    source = row.get("source")
    if isinstance(source, ox.NamedNode):
        return _named(row, "source", "sourceLabel")
    return Text(source.value) if source is not None else None
