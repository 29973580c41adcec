"""UCDP GED: events, with who died where and when.

An event is a thing of its own, part of its conflict. Its place is one of the release: a name with
coordinates, which stands for the surroundings where the release says that it is not exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kg.importers.claims import Claims, Estimate, Said
from kg.importers.datasets import Note, out_of_order
from kg.importers.linked import Linked
from kg.importers.releases import Release
from kg.importers.ucdp import conflict_named
from kg.importers.values import (
    UnusableRow,
    Values,
    count,
    day,
    degrees,
    numbers,
    text,
    truth,
    whole,
)  # fmt: skip
from kg.namespaces import iri

STATE_BASED, NON_STATE, ONE_SIDED = 1, 2, 3
POPULATIONS: Final = {
    STATE_BASED: ("state-based-deaths", "state-based deaths"),
    NON_STATE: ("non-state-deaths", "non-state deaths"),
    ONE_SIDED: ("one-sided-deaths", "deaths in one-sided violence"),
}
"""Whom the numbers of an event count, by `type_of_violence`, and in words."""

EXACT: Final = 1
"""The level of `where_prec` at which the event was at the place itself."""

CODES: Final = ("event_clarity", "date_prec", "where_prec")
TAGS: Final = "#"
"""What the second line of a table of HDX begins with somewhere: its row has no data but tags."""


@dataclass(frozen=True, slots=True)
class _Event:
    """An event that is being claimed: its node and passage, and how slugs of claims begin."""

    node: str
    label: str
    called: str
    passage: str
    slug: str


class Events:
    """UCDP GED, in a table or GeoJSON."""

    needs = (
        "id", "year", "active_year", "type_of_violence", "conflict_new_id", "conflict_name",
        "dyad_name", "date_start", "date_end", "low", "best", "high",
    )  # fmt: skip

    def __init__(self, release: Release, linked: Linked) -> None:
        self._release = release
        self._linked = linked

    def key(self, values: Values) -> str:
        """The number of the event."""
        if not values.get("id") and any(cell.startswith(TAGS) for cell in values.values()):
            raise UnusableRow("the row has tags and no data")
        return str(count(values, "id"))

    def claim(self, key: str, values: Values, claims: Claims) -> Iterator[Note]:
        """How many died, when, where, in which conflict, and which states fought."""
        when = _when(values)
        low, best, high = (count(values, name) for name in ("low", "best", "high"))
        kind, conflict = _kind(values), count(values, "conflict_new_id")
        if values.get("country_id", "").strip():
            count(values, "country_id")
        codes, notes = _belligerents(kind, values)
        event = self._event(key, values, claims)
        population, words = POPULATIONS[kind]
        label = f"{best} {words} ({low} to {high})"
        estimate = claims.estimate(Estimate(label, population, low=low, best=best, high=high))
        title = self._release.title
        said = [
            Said(
                event.node,
                "casualties",
                estimate,
                f"{event.label} – casualties – {label}",
                f"{title} counts {label} in {event.called}",
            ),
            Said(
                event.node,
                "happenedOn",
                claims.time(when),
                f"{event.label} – happened on – {when}",
                f"{title} dates {event.called} to {when}",
            ),
            self._part(event, kind, conflict, values, claims),
            *self._where(event, values, claims),
        ]
        said += self._fought(event, codes)
        for number, each in enumerate(said, 1):
            claims.claim(f"{event.slug}-{number}", each, event.passage)
        yield from (*notes, *out_of_order(low, best, high), *_odd(values, when))
        yield from self._unlinked(values, codes)

    def _event(self, key: str, values: Values, claims: Claims) -> _Event:
        label = f"UCDP GED event {key}"
        node = claims.thing(str(iri("event", f"ucdp-ged-{key}")), "Event", label)
        slug = f"{self._release.slug}-{key}"
        codes = ", ".join(f"{name} {values[name]}" for name in CODES if values.get(name))
        passage = claims.passage(f"{slug}-1", f"id {key} ({codes})" if codes else f"id {key}")
        between = text(values, "dyad_name")
        return _Event(node, label, f"event {key}, {between}" if between else label, passage, slug)

    def _part(self, event: _Event, kind: int, number: int, values: Values, claims: Claims) -> Said:
        called, whole_ = text(values, "conflict_name"), ""
        if kind == STATE_BASED:
            near = self._linked.near("ucdp-conflict", number)
            whole_, name = near or conflict_named(claims, number, called), f"UCDP conflict {number}"
        elif kind == NON_STATE:
            name = f"UCDP non-state conflict {number}"
            node = str(iri("conflict", f"ucdp-non-state-{number}"))
            whole_ = claims.thing(node, "Conflict", name, (called,))
        else:
            name = f"UCDP one-sided violence {number}"
            node = str(iri("event", f"ucdp-one-sided-{number}"))
            whole_ = claims.thing(node, "Event", name, (called,))
        label = f"{event.label} – part of – {name}"
        gloss = f"{self._release.title} counts {event.called} to {name}"
        return Said(event.node, "partOf", whole_, label, gloss)

    def _where(self, event: _Event, values: Values, claims: Claims) -> Iterator[Said]:
        name = text(values, "where_coordinates")
        latitude, longitude = degrees(values, "latitude", 90), degrees(values, "longitude", 180)
        if name and latitude is not None and longitude is not None:
            exact = values.get("where_prec", "").strip() == str(EXACT)
            near = "at" if exact else "around"
            place = claims.place(
                name, f"{latitude:f}", f"{longitude:f}", _digits(name, latitude, longitude)
            )
            yield Said(
                event.node,
                "happenedAt",
                place,
                f"{event.label} – happened at – {name}",
                f"{self._release.title} locates {event.called} {near} {name}",
                "certain" if exact else "probable",
            )
        code = values.get("country_id", "").strip()
        state = self._linked.near("gleditsch-ward", whole(values, "country_id")) if code else None
        if state:
            label = f"{event.label} – happened at – {_name(state)}"
            gloss = f"{self._release.title} locates {event.called} in {_name(state)}"
            yield Said(event.node, "happenedAt", state, label, gloss)

    def _fought(self, event: _Event, codes: list[int]) -> Iterator[Said]:
        for code in codes:
            if state := self._linked.near("gleditsch-ward", code):
                name = _name(state)
                label = f"{event.label} – belligerent – {name}"
                gloss = f"{self._release.title} has {name} among those who fought in {event.called}"
                yield Said(event.node, "belligerent", state, label, gloss)

    def _unlinked(self, values: Values, codes: list[int]) -> Iterator[Note]:
        country = values.get("country_id", "").strip()
        for code in sorted({*codes, *([int(country)] if country else [])}):
            if self._linked.near("gleditsch-ward", code) is None:
                yield Note("no state of ours is linked to a number of a state", str(code))


def _belligerents(kind: int, values: Values) -> tuple[list[int], list[Note]]:
    """The numbers of states that fought; one-sided violence is no fight."""
    codes, notes = set(), []
    for name in ("gwnoa", "gwnob"):
        try:
            codes.update(numbers(values, name))
        except UnusableRow as error:
            notes.append(Note(f"{name} is no list of numbers", error.value))
    return ([] if kind == ONE_SIDED else sorted(codes)), notes


def _name(state: str) -> str:
    """What a linked state is called in labels: the words of its slug."""
    return " ".join(word.capitalize() for word in state.rpartition("/")[2].split("-"))


def _kind(values: Values) -> int:
    kind = whole(values, "type_of_violence")
    if kind not in POPULATIONS:
        raise UnusableRow("type_of_violence is none of 1, 2 and 3", str(kind))
    return kind


def _when(values: Values) -> str:
    first, last = day(values, "date_start"), day(values, "date_end")
    if last < first:
        raise UnusableRow("date_end is before date_start", f"{first}, {last}")
    return first.isoformat() if first == last else f"{first}/{last}"


def _odd(values: Values, when: str) -> Iterator[Note]:
    if truth(values, "active_year") is None:
        yield Note("active_year is neither yes nor no", text(values, "active_year"))
    if not when.startswith(text(values, "year")):
        yield Note(
            "the event did not begin in the year of its row", f"{text(values, 'year')}, {when}"
        )
    if degrees(values, "latitude", 90) is None or degrees(values, "longitude", 180) is None:
        yield Note("there are no coordinates, and so no place")


def _digits(*parts: object) -> str:
    text_ = "\n".join(map(str, parts))
    return f"ucdp-ged-{hashlib.sha256(text_.encode()).hexdigest()[:12]}"
