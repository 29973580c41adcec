"""Names in a picture, none of which covers another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kg.geo.frame import WIDTH, Frame, Spot, middle

LETTER: Final = 11.0
"""About how wide a letter is on a phone, in units of the picture; elsewhere it is narrower."""
LINE: Final = 22.0
"""How high a line is there."""
ABOVE: Final = 10.0
"""How far above a mark its name stands."""
FIT: Final = 0.4
"""How much of its name an outline has to be as wide as: else the name lies on its neighbours."""
LONGEST: Final = 40
"""Characters of a name that are shown."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name, the middle of the line that it stands on, and what it is the name of."""

    text: str
    x: float
    y: float
    kind: str


def at_mark(name: str, spot: Spot, kind: str) -> Label:
    """The name of a mark, above it."""
    return Label(_short(name), spot[0], spot[1] - ABOVE, kind)


def inside(framed: Frame, name: str, lines: Iterable[Sequence[Spot]], kind: str) -> Label | None:
    """The name of outlines, in the widest of them; None where that is too narrow or outside."""
    line = max(lines, key=_width)
    x, y = middle(line)
    text = _short(name)
    if _width(line) < FIT * len(text) * LETTER or not (0 <= x <= WIDTH and 0 <= y <= framed.height):
        return None
    return Label(text, x, y + LINE / 4, kind)


def apart(framed: Frame, wanted: Iterable[Label]) -> Iterator[Label]:
    """Names moved into the picture, without those that would cover one before them."""
    taken: list[Label] = []
    for label in wanted:
        half = len(label.text) * LETTER / 2
        x = min(max(label.x, half + 4), WIDTH - half - 4)
        y = min(max(label.y, LINE), framed.height - 6)
        moved = replace(label, x=round(x, 1), y=round(y, 1))
        if not any(_covers(moved, other) for other in taken):
            taken.append(moved)
            yield moved


def _covers(one: Label, other: Label) -> bool:
    letters = (len(one.text) + len(other.text)) / 2
    return abs(one.y - other.y) < LINE and abs(one.x - other.x) < letters * LETTER


def _width(line: Sequence[Spot]) -> float:
    xs = [x for x, _ in line]
    return max(xs) - min(xs)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
