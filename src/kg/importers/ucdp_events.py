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
class _Read:
    """What a row says, looked at before anything is written: `deaths` are low, best and high.

    `country` is 0 where there is none; `fought` are the numbers of states.
    """

    when: str
    deaths: tuple[int, int, int]
    kind: int
    conflict: int
    country: int
    fought: tuple[int, ...]
    notes: tuple[Note, ...]


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
        """How many died, when, in which conflict, where, and which states fought."""
        read = _read(values)
        event = self._event(key, values, claims)
        claimed = (
            ("1", self._deaths(event, read, claims)),
            ("2", self._time(event, read, claims)),
            ("3", self._part(event, read, values, claims)),
            ("4", self._place(event, values, claims)),
            ("5", self._country(event, read)),
            *((f"belligerent-{code}-1", self._fought(event, code)) for code in read.fought),
        )
        for suffix, said in claimed:
            if said is not None:
                claims.claim(f"{event.slug}-{suffix}", said, event.passage)
        yield from (*read.notes, *out_of_order(*read.deaths), *_odd(values, read.when))
        for code in sorted({*read.fought, read.country} - {0}):
            if self._state(code) is None:
                yield Note("no state of ours is linked to a number of a state", str(code))

    def _event(self, key: str, values: Values, claims: Claims) -> _Event:
        label = f"UCDP GED event {key}"
        node = claims.thing(str(iri("event", f"ucdp-ged-{key}")), "Event", label)
        slug = f"{self._release.slug}-{key}"
        codes = ", ".join(f"{name} {text(values, name)}" for name in CODES if values.get(name))
        passage = claims.passage(f"{slug}-1", f"id {key} ({codes})" if codes else f"id {key}")
        between = text(values, "dyad_name")
        return _Event(node, label, f"event {key}, {between}" if between else label, passage, slug)

    def _deaths(self, event: _Event, read: _Read, claims: Claims) -> Said:
        low, best, high = read.deaths
        population, words = POPULATIONS[read.kind]
        label = f"{best} {words} ({low} to {high})"
        estimate = claims.estimate(Estimate(label, population, low=low, best=best, high=high))
        gloss = f"{self._release.title} counts {label} in {event.called}"
        proposition = f"{event.label} – casualties – {label}"
        return Said(event.node, "casualties", estimate, proposition, gloss)

    def _time(self, event: _Event, read: _Read, claims: Claims) -> Said:
        label = f"{event.label} – happened on – {read.when}"
        gloss = f"{self._release.title} dates {event.called} to {read.when}"
        return Said(event.node, "happenedOn", claims.time(read.when), label, gloss)

    def _part(self, event: _Event, read: _Read, values: Values, claims: Claims) -> Said:
        conflict, name = self._whole(read, text(values, "conflict_name"), claims)
        label = f"{event.label} – part of – {name}"
        gloss = f"{self._release.title} counts {event.called} to {name}"
        return Said(event.node, "partOf", conflict, label, gloss)

    def _whole(self, read: _Read, called: str, claims: Claims) -> tuple[str, str]:
        """What the event is part of, and how that is called by its number."""
        number, names = read.conflict, (called,) if called else ()
        if read.kind == STATE_BASED:
            near = self._linked.near("ucdp-conflict", number)
            return near or conflict_named(claims, number, called), f"UCDP conflict {number}"
        if read.kind == NON_STATE:
            node, name = iri("conflict", f"ucdp-non-state-{number}"), "non-state conflict"
            type_ = "Conflict"
        else:
            node, name = iri("event", f"ucdp-one-sided-{number}"), "one-sided violence"
            type_ = "Event"
        label = f"UCDP {name} {number}"
        return claims.thing(str(node), type_, label, names), label

    def _place(self, event: _Event, values: Values, claims: Claims) -> Said | None:
        name = text(values, "where_coordinates")
        latitude, longitude = degrees(values, "latitude", 90), degrees(values, "longitude", 180)
        if not name or latitude is None or longitude is None:
            return None
        exact = text(values, "where_prec") == str(EXACT)
        slug = _digits(name, latitude, longitude)
        return Said(
            event.node,
            "happenedAt",
            claims.place(name, f"{latitude:f}", f"{longitude:f}", slug),
            f"{event.label} – happened at – {name}",
            f"{self._release.title} locates {event.called} {'at' if exact else 'around'} {name}",
            "certain" if exact else "probable",
        )

    def _country(self, event: _Event, read: _Read) -> Said | None:
        state = self._state(read.country)
        if state is None:
            return None
        label = f"{event.label} – happened at – {_name(state)}"
        gloss = f"{self._release.title} locates {event.called} in {_name(state)}"
        return Said(event.node, "happenedAt", state, label, gloss)

    def _fought(self, event: _Event, code: int) -> Said | None:
        state = self._state(code)
        if state is None:
            return None
        label = f"{event.label} – belligerent – {_name(state)}"
        gloss = f"{self._release.title} has {_name(state)} among those who fought in {event.called}"
        return Said(event.node, "belligerent", state, label, gloss)

    def _state(self, code: int) -> str | None:
        return self._linked.near("gleditsch-ward", code)


def _read(values: Values) -> _Read:
    low, best, high = (count(values, name) for name in ("low", "best", "high"))
    kind = _kind(values)
    fought, notes = _belligerents(kind, values)
    return _Read(
        when=_when(values),
        deaths=(low, best, high),
        kind=kind,
        conflict=count(values, "conflict_new_id"),
        country=count(values, "country_id") if text(values, "country_id") else 0,
        fought=tuple(fought),
        notes=tuple(notes),
    )


def _belligerents(kind: int, values: Values) -> tuple[list[int], list[Note]]:
    """The numbers of states that fought; one-sided violence is no fight."""
    codes, notes = set[int](), list[Note]()
    for name in ("gwnoa", "gwnob"):
        try:
            codes.update(numbers(values, name))
        except UnusableRow as error:
            notes.append(Note(f"{name} is no list of numbers", error.value))
    return ([] if kind == ONE_SIDED else sorted(codes - {0})), notes


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
