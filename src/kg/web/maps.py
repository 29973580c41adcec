"""Maps on the pages of things: SVG that the server makes, with a table of all that is on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.errors import InputError
from kg.geo import wkt
from kg.geo.backdrop import Shape, backdrop
from kg.geo.frame import WIDTH, Frame, Spot, frame, middle, path
from kg.geo.natural_earth import area_iri
from kg.geo.wkt import Geometry, Point
from kg.namespaces import CKG
from kg.store.interface import Term
from kg.web.addresses import href
from kg.web.facts import Text

Row = Mapping[str, Term]

HOW: Final[dict[str, str]] = {
    str(CKG.locatedIn): "located in it",
    str(CKG.happenedAt): "where it took place",
    str(CKG.beganAt): "where it began",
    str(CKG.overTerritory): "the territory that it is about",
    str(CKG.partOf): "a part of it",
}
"""How a thing comes to be on the map of another, by the predicate."""

DIGITS: Final = 4
LETTER: Final = 8.2
"""About how wide a letter of a label is, and how high a line, in units of the picture."""
LINE: Final = 18.0
NARROW: Final = 34.0
"""Outlines narrower than this have no label; the table names them."""


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
class Label:
    """A name in the picture; `kind` is `state`, `area` or `thing`."""

    text: str
    x: float
    y: float
    kind: str


@dataclass(frozen=True)
class Map:
    """A picture, in units of `width` and `height`, and its table.

    `states` and `shown` are paths in black and highlighted, `areas` those of disputed areas, and
    `points` the centres of marks. `disputed` are the disputed areas in the picture, `around` the
    names of the states in it.
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


def map_of(rows: Sequence[Row]) -> Map | None:
    """The map out of the rows of `map.rq`; None where nothing has a place on the globe."""
    placed = [(row, geometry) for row in rows if (geometry := _geometry(row))]
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
        labels=tuple(_labels(framed, marks, areas, states)),
        drawn=tuple(dict.fromkeys(_drawn(row, geometry) for row, geometry in placed)),
        disputed=_disputed(rows, (area for area, _ in areas)),
        around=tuple(sorted(state.name for state, _ in states)),
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


def _inside(framed: Frame, shapes: Iterable[Shape]) -> list[tuple[Shape, list[tuple[Spot, ...]]]]:
    found = ((shape, framed.lines(shape.polygons)) for shape in shapes)
    return [(shape, lines) for shape, lines in found if lines]


def _disputed(rows: Iterable[Row], areas: Iterable[Shape]) -> tuple[Shape, ...]:
    """The disputed areas in the picture that have no row of their own in the table."""
    named = {row[name].value for row in rows for name in ("thing", "area") if name in row}
    return tuple(area for area in areas if str(area_iri(area.code)) not in named)


def _marks(framed: Frame, placed: Iterable[tuple[Row, Geometry]]) -> list[tuple[Spot, str]]:
    """A mark and a name for each thing that has a point; of several points the first."""
    found: dict[str, tuple[Spot, str]] = {}
    for row, geometry in placed:
        for point in geometry.points:
            spot = framed.spot(point)
            if spot:
                x, y = round(spot[0], 1), round(spot[1], 1)
                found.setdefault(row["thing"].value, ((x, y), row["label"].value))
    return list(found.values())


def _labels(
    framed: Frame,
    marks: Iterable[tuple[Spot, str]],
    areas: Iterable[tuple[Shape, list[tuple[Spot, ...]]]],
    states: Iterable[tuple[Shape, list[tuple[Spot, ...]]]],
) -> Iterator[Label]:
    """Names that do not cover each other: of things first, then of areas, then of states."""
    wanted = [Label(name, x, y - 10, "thing") for (x, y), name in marks]
    wanted += [label for area in areas if (label := _within(framed, *area, "area"))]
    wanted += [label for state in states if (label := _within(framed, *state, "state"))]
    taken: list[Label] = []
    for label in wanted:
        half = len(label.text) * LETTER / 2
        x = min(max(label.x, half + 4), WIDTH - half - 4)
        y = min(max(label.y, LINE), framed.height - 6)
        moved = Label(label.text, round(x, 1), round(y, 1), label.kind)
        if not any(_covers(moved, other) for other in taken):
            taken.append(moved)
            yield moved


def _within(
    framed: Frame, shape: Shape, lines: Sequence[Sequence[Spot]], kind: str
) -> Label | None:
    line = max(lines, key=_width)
    x, y = middle(line)
    if _width(line) < NARROW or not (0 <= x <= WIDTH and 0 <= y <= framed.height):
        return None
    return Label(shape.name, x, y + LINE / 4, kind)


def _width(line: Sequence[Spot]) -> float:
    xs = [x for x, _ in line]
    return max(xs) - min(xs)


def _covers(one: Label, other: Label) -> bool:
    letters = (len(one.text) + len(other.text)) / 2
    return abs(one.y - other.y) < LINE and abs(one.x - other.x) < letters * LETTER


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
        return f"{_degrees(y, 'N', 'S', DIGITS)}, {_degrees(x, 'E', 'W', DIGITS)}"
    xs, ys = zip(*_points(geometry), strict=True)
    return (
        f"{_degrees(min(ys), 'N', 'S', 1)} to {_degrees(max(ys), 'N', 'S', 1)}, "
        f"{_degrees(min(xs), 'E', 'W', 1)} to {_degrees(max(xs), 'E', 'W', 1)}"
    )


def _degrees(value: float, positive: str, negative: str, digits: int) -> str:
    text = f"{abs(value):.{digits}f}"
    return f"{text}° {negative if value < 0 else positive}"


def _named(row: Row, name: str, label: str) -> Named:
    iri = row[name].value
    return Named(iri, row[label].value if label in row else iri)


def _source(row: Row) -> Named | Text | None:
    source = row.get("source")
    if isinstance(source, ox.NamedNode):
        return _named(row, "source", "sourceLabel")
    return Text(source.value) if source is not None else None
