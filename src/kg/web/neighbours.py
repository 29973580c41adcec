"""The neighbourhood of a thing: one step, as SVG that the server makes, as a table, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import pyoxigraph as ox

from kg.web import rows as read
from kg.web.asking import Asking
from kg.web.facts import Thing
from kg.web.rows import Row
from kg.web.translations import gettext

ADDED: Final = 20
"""At most so many are added to the picture of an answer at once; `beside.rq` gives one more."""
WIDTH: Final = 900
_LINE: Final = 24
_GAP: Final = 10
_MARGIN: Final = 18
_SIDE: Final = 330
"""How wide the columns of neighbours are, to the left and to the right of the thing."""
_LETTERS: Final = 40
"""Longer labels are cut in the picture; the table has them whole."""


@dataclass(frozen=True)
class Edge:
    """What a content sets beside the thing; `forward` where the thing is its subject."""

    predicate: Thing
    other: Thing
    content: Thing
    standing: Thing | None
    forward: bool

    @property
    def words(self) -> str:
        """How they hang together; a situation is what somebody describes, not what is so."""
        role = self.predicate.label
        described = self.other.iri == self.content.iri
        return gettext("described, it as %(role)s", role=role) if described else role

    @property
    def settled(self) -> bool:
        """Whether it is uncontested: drawn as a whole line, everything else broken."""
        return _is_settled(self.standing)


@dataclass(frozen=True)
class Words:
    """A line of words in the picture: a predicate, or a neighbour with where its curve ends."""

    text: str
    y: int
    edge: Edge | None


@dataclass(frozen=True)
class Side:
    """One column: neighbours that the thing points at, on the right, or that point at it."""

    x: int
    anchor: str
    words: tuple[Words, ...]

    @property
    def height(self) -> int:
        """How high the column is."""
        return self.words[-1].y + _MARGIN if self.words else 0


@dataclass(frozen=True)
class Neighbours:
    """All edges and the two columns; `cut` says that there are more."""

    edges: tuple[Edge, ...]
    sides: tuple[Side, Side]
    name: str
    cut: bool

    @property
    def height(self) -> int:
        """How high the picture is."""
        return max(_LINE * 3, *(side.height for side in self.sides))

    def curves(self) -> Iterator[tuple[str, Edge]]:
        """The path from the thing to each neighbour."""
        middle = self.height // 2
        for side, from_ in zip(self.sides, (WIDTH // 2 - 8, WIDTH // 2 + 8), strict=True):
            half = (from_ + side.x) // 2
            for words in side.words:
                if words.edge is not None:
                    y = words.y - 5
                    yield f"M{from_} {middle}C{half} {middle} {half} {y} {side.x} {y}", words.edge


def neighbours(rows: Sequence[Row], name: str, most: int) -> Neighbours | None:
    """The neighbourhood out of the first of the rows around a thing; None where there is none."""
    edges = tuple(dict.fromkeys(_edge(row) for row in rows[:most]))
    if not edges:
        return None
    ends = ((_SIDE, "end", False), (WIDTH - _SIDE, "start", True))
    left, right = (
        Side(x, anchor, tuple(_column(e for e in edges if e.forward is forward)))
        for x, anchor, forward in ends
    )
    return Neighbours(edges, (left, right), cut_short(name), cut=len(rows) > most)


def step(asking: Asking, entity: ox.NamedNode) -> dict[str, Any]:
    """One step from a thing, for a script: the first edges as JSON, and whether there are `more`.

    What contents set beside it, as its page draws it; for what is in none, other triples.
    """
    rows = asking.rows("neighbours", entity=entity) or asking.rows("beside", entity=entity)
    return {"edges": [_members(row) for row in rows[:ADDED]], "more": len(rows) > ADDED}


def _members(row: Row) -> dict[str, Any]:
    other = read.thing(row, "other")
    standing = read.thing_or_none(row, "standing")
    return {
        "how": read.thing(row, "predicate").label,
        "forward": row["forward"].value == "true",
        "other": {"iri": other.iri, "label": other.label, "href": other.href},
        "standing": standing.label if standing else None,
        "settled": "content" not in row or _is_settled(standing),
    }


def _is_settled(standing: Thing | None) -> bool:
    return standing is not None and standing.iri.endswith("/uncontested")


def cut_short(label: str) -> str:
    """A label as the picture has room for it."""
    return label if len(label) <= _LETTERS else f"{label[: _LETTERS - 1].rstrip()}…"


def _column(edges: Iterable[Edge]) -> Iterator[Words]:
    """The neighbours under their predicates, from the top to the bottom."""
    y = 2 * _MARGIN  # below the name of the thing
    in_order = sorted(edges, key=lambda e: (e.words, not e.settled, e.other.label))
    for words, group in groupby(in_order, key=lambda edge: edge.words):
        y += _GAP
        yield Words(words, y, None)
        for edge in group:
            y += _LINE
            yield Words(cut_short(edge.other.label), y, edge)
        y += _LINE - _GAP


def _edge(row: Row) -> Edge:
    return Edge(
        predicate=read.thing(row, "predicate"),
        other=read.thing(row, "other"),
        content=read.thing(row, "content"),
        standing=read.thing_or_none(row, "standing"),
        forward=row["forward"].value == "true",
    )
