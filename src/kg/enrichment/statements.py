"""Statements about an entity as they are read: the best of them, with values and qualifiers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kg.enrichment import wikibase
from kg.enrichment.dates import DAY, DECADE, JULIAN, MONTH, YEAR, Span, span
from kg.enrichment.fetching import TYPE, is_qualifier
from kg.validation.beyond.wikidata import ENTITY

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Said: TypeAlias = Mapping[object, Sequence[ox.Triple]]
"""Triples by their subject."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with a property: its value, in full too, and what qualifies it.

    `value` is None where the statement says that there is none; `full` has the parts of the full
    value by their names in Wikibase's ontology.
    """

    value: Node | None
    full: Mapping[str, str]
    qualifiers: tuple[str, ...]

    @property
    def is_unknown(self) -> bool:
        """Whether there is a value that nobody knows."""
        return isinstance(self.value, ox.NamedNode) and wikibase.SOME_VALUE in self.value.value

    @property
    def span(self) -> Span | None:
        """The days of a time; None if it cannot be read, or comes without its precision."""
        precision = self.full.get("timePrecision", "")
        if not precision.isdecimal():
            return None
        calendar = self.full.get("timeCalendarModel", "")
        return span(self.full.get("timeValue", ""), int(precision), calendar)

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude on Earth in degrees."""
        if isinstance(self.value, ox.Literal) and self.value.value.startswith("<"):
            return None  # GeoSPARQL names the globe so; Earth is the one that is not named
        try:
            return float(self.full["geoLatitude"]), float(self.full["geoLongitude"])
        except (KeyError, ValueError):
            return None

    def __str__(self) -> str:
        if self.value is None:
            return "no value"
        if self.point is not None:
            return "{}, {}".format(*self.point)
        return self._time() if self.span is not None else _text(self.value)

    def _time(self) -> str:
        """A time with as many digits as its precision has, and its calendar if that matters."""
        precision, value = int(self.full["timePrecision"]), self.full["timeValue"]
        year, month, day = value.rpartition("T")[0].rsplit("-", 2)
        shown = {DECADE: f"{year[:-1]}0s", YEAR: year, MONTH: f"{year}-{month}"}
        if precision >= DAY:
            return f"{year}-{month}-{day}"
        text = shown.get(precision, f"{year} (precision {precision})")
        is_julian = self.full.get("timeCalendarModel") == JULIAN
        return f"{text} (Julian calendar)" if is_julian else text


def by_subject(triples: Iterable[ox.Triple]) -> Said:
    """Triples by their subject."""
    said: dict[object, list[ox.Triple]] = defaultdict(list)
    for triple in sorted(triples, key=str):
        said[triple.subject].append(triple)
    return said


def best(said: Said, identifier: str, prop: str) -> list[Statement]:
    """The statements of the best rank that an entity has with a property: what truthy ones are.

    Those that are preferred, else those of normal rank; deprecated ones never.
    """
    nodes = [t.object for t in said.get(wikibase.entity(identifier), ())
             if t.predicate == wikibase.claim(prop)]  # fmt: skip
    ranks = {node: _object(said, node, wikibase.RANK) for node in nodes}
    top = wikibase.PREFERRED if wikibase.PREFERRED in ranks.values() else wikibase.NORMAL
    found = (_statement(said, node, prop) for node in nodes if ranks[node] == top)
    return [statement for statement in found if statement is not None]


def _statement(said: Said, node: Node, prop: str) -> Statement | None:
    """A statement; None for one that has neither a value nor says that there is none."""
    value = _object(said, node, wikibase.value(prop))
    types = [t.object for t in said.get(node, ()) if t.predicate == TYPE]
    if value is None and wikibase.no_value(prop) not in types:
        return None
    full = {
        triple.predicate.value.removeprefix(wikibase.WIKIBASE): _text(triple.object)
        for triple in said.get(_object(said, node, wikibase.full_value(prop)), ())
    }
    qualifiers = (triple for triple in said.get(node, ()) if is_qualifier(triple.predicate))
    return Statement(value, full, tuple(map(_qualified, qualifiers)))


def _qualified(triple: ox.Triple) -> str:
    """A qualifier in words: its property and its value, of entities of Wikidata only the ids."""
    prop = triple.predicate.value.removeprefix(wikibase.QUALIFIER)
    return f"{prop} {_text(triple.object).removeprefix(ENTITY)}"


def _object(said: Said, node: Node, predicate: ox.NamedNode) -> Node | None:
    return next((t.object for t in said.get(node, ()) if t.predicate == predicate), None)


def _text(term: Node) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
