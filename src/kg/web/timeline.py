"""What was when, by those who say so: a table whose rows have the time as a bar.

A bar is pale over all days that it may have been, and dark over those that it certainly covers. A
time without bounds ("on Tuesday", of an article without a date) has its row and no bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kg.names.phrases import before
from kg.web import rows as read
from kg.web.facts import Thing
from kg.web.rows import Row
from kg.web.scale import Axis, of_days


@dataclass(frozen=True)
class Teller:
    """Who says it, and in which claim; `denies` says that the claim is that it is not so."""

    claim: Thing
    claimant: Thing
    denies: bool


@dataclass(frozen=True)
class Bar:
    """From where to where, in percent; `sure` is the part that the time certainly covers."""

    first: float
    last: float
    sure: tuple[float, float] | None


@dataclass(frozen=True)
class Moment:
    """Something that is said to have been at a time."""

    what: Thing
    predicate: Thing
    time: Thing
    standing: Thing | None
    tellers: tuple[Teller, ...]
    bar: Bar | None


@dataclass(frozen=True)
class Timeline:
    """All moments, those without bounds last; without any bounds there is no axis.

    `cut` says that there are more claims than were looked at.
    """

    axis: Axis | None
    moments: tuple[Moment, ...]
    cut: bool


def of(rows: Iterable[Row], iri: str) -> list[Row]:
    """The rows of `times.rq` that belong to a thing, in the order of time.

    Of memberships (`?held`) only its own do; what is said to have been then is the membership.
    """
    kept = []
    for row in rows:
        is_held = row["held"] != row["time"]
        if not is_held or row["what"].value == iri:
            kept.append({**row, "what": row["held"]} if is_held else row)
    names = ("earliest", "what", "predicate", "time", "claim")
    return sorted(kept, key=lambda row: [row[n].value if n in row else "" for n in names])


def timeline(rows: Sequence[Row], most: int) -> Timeline | None:
    """The timeline out of at most so many rows of `times.rq`; None where nothing has a time."""
    by_moment: dict[tuple[str, ...], list[Row]] = {}
    for row in rows[:most]:
        key = tuple(row[name].value for name in ("what", "predicate", "time"))
        by_moment.setdefault(key, []).append(row)
    if not by_moment:
        return None
    found = [each[0] for each in by_moment.values()]
    days = [day for row in found if (ends := _ends(row)) for day in ends]
    axis = of_days(days) if days else None
    moments = (_moment(each, axis) for each in by_moment.values())
    in_order = sorted(moments, key=lambda moment: moment.bar is None)
    return Timeline(axis, tuple(in_order), cut=len(rows) > most)


def _ends(row: Row) -> tuple[date, date] | None:
    first, last = read.day(row, "earliest"), read.day(row, "latest")
    return (first, last) if first and last and first <= last else None


def _moment(rows: list[Row], axis: Axis | None) -> Moment:
    row = rows[0]
    predicate, time = read.thing(row, "predicate"), read.thing(row, "time")
    return Moment(
        what=read.thing(row, "what"),
        predicate=replace(predicate, label=before(predicate.label, time.label)),
        time=time,
        standing=read.thing_or_none(row, "standing"),
        tellers=tuple(_tellers(rows)),
        bar=_bar(row, axis) if axis else None,
    )


def _tellers(rows: Iterable[Row]) -> dict[Teller, None]:
    """Who says it, each claim once, in the order of the rows."""
    return {
        Teller(
            read.thing(row, "claim"),
            read.thing(row, "claimant"),
            row["polarity"].value.endswith("/negative"),
        ): None
        for row in rows
    }


def _bar(row: Row, axis: Axis) -> Bar | None:
    ends = _ends(row)
    if ends is None:
        return None
    first, last = (axis.at(ends[0].toordinal()), axis.at(ends[1].toordinal() + 1))
    begun, ended = read.day(row, "latestStart"), read.day(row, "earliestEnd")
    if begun is None and ended is None and ends[0] == ends[1]:
        begun = ended = ends[0]
    if begun is None or ended is None or begun > ended:
        return Bar(first, last, None)
    return Bar(first, last, (axis.at(begun.toordinal()), axis.at(ended.toordinal() + 1)))
