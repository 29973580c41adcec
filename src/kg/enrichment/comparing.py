"""Compares what Wikidata says with what stands here: names, places and times that differ.

Nothing is decided: a difference is for somebody to look at. Only things that are exactly those of
Wikidata are compared, and only what both speak of.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import RDFS

from kg.enrichment import wikibase
from kg.enrichment.dates import Span
from kg.enrichment.graph import kept
from kg.enrichment.statements import Said, Statement, best, by_subject
from kg.errors import NotFoundError
from kg.namespaces import CKG
from kg.rdf.edtf import Bounds, bounds
from kg.resources import queries_dir
from kg.store.interface import Store
from kg.store.values import Solution, solutions
from kg.validation.beyond.wikidata import id_of

EARTH_KM: Final = 6371.0
"""The mean radius."""

LABEL: Final = ox.NamedNode(str(RDFS.label))

Part: TypeAlias = Callable[[Bounds], Span]


@dataclass(frozen=True, slots=True)
class Difference:
    """`thing` is the IRI of ours, `item` the id of Wikidata's; `note` says what to look at."""

    thing: str
    item: str
    what: str
    ours: str
    theirs: str
    note: str = ""


def _whole(time: Bounds) -> Span:
    return Span.of(time.earliest, time.latest)


def _start(time: Bounds) -> Span:
    """When an interval starts; an instant is all that is known of its start."""
    return Span.of(time.earliest, time.latest_start) if _is_interval(time) else _whole(time)


def _end(time: Bounds) -> Span:
    return Span.of(time.earliest_end, time.latest) if _is_interval(time) else _whole(time)


def _is_interval(time: Bounds) -> bool:
    return time.latest_start is not None or time.earliest_end is not None


PARTS: Final[Mapping[str, Mapping[str, Part]]] = {
    str(CKG.happenedOn): {"P585": _whole, "P580": _start, "P582": _end},
    str(CKG.concludedOn): {"P585": _whole},
    str(CKG.startedOn): {"P580": _whole},
    str(CKG.endedOn): {"P582": _whole},
}
"""Which part of a time of ours is what a property of Wikidata gives."""

NAMES: Final = {"P580": "start", "P582": "end", "P585": "time"}


def differences(store: Store, km: float) -> list[Difference]:
    """What was fetched and differs from what stands here; places by more than `km`.

    Raises `NotFoundError` where nothing was fetched, which is not the same as no difference.
    """
    fetched = {item: by_subject(triples) for item, triples in kept(store.snapshot()).items()}
    if not fetched:
        raise NotFoundError("nothing was fetched yet", hint="`kg enrich` fetches from Wikidata")
    found: list[Difference] = []
    for name, compare in (
        ("our-names", _names),
        ("our-places", lambda said, here: _places(said, here, km)),
        ("our-times", _times),
    ):
        for here in _grouped(store, name):
            said = fetched.get(here.item)
            if said is not None:
                found.extend(compare(said, here))
    return sorted(found, key=lambda each: (each.thing, each.what))


@dataclass(frozen=True, slots=True)
class Here:
    """What stands here of one thing, as the solutions of a query have it."""

    thing: str
    item: str
    rows: Sequence[Solution]

    def differs(self, what: str, ours: str, theirs: str, note: str = "") -> Difference:
        """A difference of this thing."""
        return Difference(self.thing, self.item, what, ours, theirs, note)


def _grouped(store: Store, query: str) -> Iterator[Here]:
    text = (queries_dir() / "enrichment" / f"{query}.rq").read_text("utf-8")
    groups: dict[tuple[str, str], list[Solution]] = defaultdict(list)
    for row in solutions(store, text):
        groups[_value(row["thing"]), id_of(_value(row["item"])) or ""].append(row)
    return (Here(thing, item, rows) for (thing, item), rows in groups.items())


def _value(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _names(said: Said, here: Here) -> Iterator[Difference]:
    """Labels that are none of our names in that language."""
    ours: dict[str, list[str]] = defaultdict(list)
    for row in here.rows:
        if isinstance(row["value"], ox.Literal):
            ours[row["value"].language or ""].append(row["value"].value)
    for triple in said.get(wikibase.entity(here.item), ()):
        label = triple.object
        if triple.predicate != LABEL or not isinstance(label, ox.Literal):
            continue
        known = ours.get(label.language or "", [])
        if known and _folded(label.value) not in map(_folded, known):
            yield here.differs(f"name {label.language}", " | ".join(known), label.value)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _places(said: Said, here: Here, km: float) -> Iterator[Difference]:
    """A place that is farther than so from each that Wikidata gives on Earth."""
    theirs = [s for s in best(said, here.item, wikibase.POINT) if s.point is not None]
    for row in here.rows:
        ours = float(_value(row["latitude"])), float(_value(row["longitude"]))
        far = {kilometres(ours, s.point): s for s in theirs if s.point is not None}
        if far and min(far) > km:
            note = "; ".join((f"{min(far):.1f} km apart", *_qualified([far[min(far)]])))
            yield here.differs("place", "{}, {}".format(*ours), str(far[min(far)]), note)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance on a sphere between two points, given in degrees of latitude and longitude."""
    (lat, long), (lat2, long2) = (map(math.radians, point) for point in (one, other))
    half = math.sin((lat2 - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat2) * math.sin((long2 - long) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def _times(said: Said, here: Here) -> Iterator[Difference]:
    """Times of which no day is one of those that a claim gives."""
    for prop, name in NAMES.items():
        ours = list(_spans(here.rows, prop))
        theirs = best(said, here.item, prop)
        if not ours or not theirs or any(statement.is_unknown for statement in theirs):
            continue
        spans = [statement.span for statement in theirs if statement.span is not None]
        if not any(one.meets(other) for _, one in ours for other in spans):
            notes = list(_qualified(theirs))
            if any(s.span is None and s.value is not None for s in theirs):
                notes.append("not a date with a precision")
            texts = " | ".join(dict.fromkeys(text for text, _ in ours))
            yield here.differs(name, texts, " | ".join(map(str, theirs)), "; ".join(notes))


def _spans(rows: Iterable[Solution], prop: str) -> Iterator[tuple[str, Span]]:
    for row in rows:
        part = PARTS[_value(row["predicate"])].get(prop)
        if part is not None:
            text = _value(row["value"])
            yield text, part(bounds(text))


def _qualified(statements: Iterable[Statement]) -> Iterator[str]:
    found = dict.fromkeys(each for s in statements for each in s.qualifiers)
    if found:
        yield f"qualified: {', '.join(found)}"
