"""Conflicts: a list of all, and what the page of each shows besides what every entity has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, render_template

from kg.web import rows as read
from kg.web.addresses import split_iri
from kg.web.asking import Asking
from kg.web.facts import Thing
from kg.web.rows import Row

LISTED: Final = 100
"""At most so many events are listed; the queries give one more where there are more."""


@dataclass(frozen=True)
class Listed:
    """A conflict in the list: parties, times and wholes are uncontested."""

    thing: Thing
    parties: tuple[Thing, ...]
    times: tuple[Thing, ...]
    wholes: tuple[Thing, ...]
    claims: int
    opposed: int


@dataclass(frozen=True)
class Party:
    """Somebody in a conflict or a part of it: in what way, and how the content stands."""

    what: Thing
    predicate: Thing
    party: Thing
    content: Thing
    standing: Thing | None


@dataclass(frozen=True)
class Beside:
    """An event or agreement beside a conflict, of what kind, and how often they are together."""

    thing: Thing
    kind: str
    status: str
    count: int


@dataclass(frozen=True)
class Overview:
    """What hangs together with a conflict; `cut` says that a list has more than is shown."""

    parties: tuple[Party, ...]
    told_together: tuple[Beside, ...]
    shared_parties: tuple[Beside, ...]
    cut: bool


def blueprint(asking: Asking) -> Blueprint:
    """The list of conflicts."""
    bp = Blueprint("conflicts", __name__)

    @bp.get("/conflicts")
    def listed() -> str:
        """All conflicts with their parties and how much is claimed of them."""
        return render_template("conflicts.html", conflicts=conflicts(asking.kept("conflicts")))

    return bp


def conflicts(rows: Iterable[Row]) -> list[Listed]:
    """The conflicts out of the rows of `conflicts.rq`, in their order."""
    by_conflict: dict[str, list[Row]] = {}
    for row in rows:
        by_conflict.setdefault(row["conflict"].value, []).append(row)
    return [_listed(each) for each in by_conflict.values()]


def overview(asking: Asking, iri: str) -> Overview:
    """What the page of one conflict shows first."""
    bound = ox.NamedNode(iri)
    together = asking.rows("told-together", entity=bound)
    shared = asking.rows("shared-parties", entity=bound)
    return Overview(
        parties=tuple(_party(row) for row in asking.rows("parties", entity=bound)),
        told_together=tuple(_beside(row, "sentences") for row in together[:LISTED]),
        shared_parties=tuple(_beside(row, "parties") for row in shared[:LISTED]),
        cut=max(len(together), len(shared)) > LISTED,
    )


def _listed(rows: list[Row]) -> Listed:
    return Listed(
        thing=read.thing(rows[0], "conflict"),
        parties=_each(rows, "party"),
        times=_each(rows, "time"),
        wholes=_each(rows, "whole"),
        claims=read.number(rows[0], "claims") or 0,
        opposed=read.number(rows[0], "opposed") or 0,
    )


def _each(rows: list[Row], name: str) -> tuple[Thing, ...]:
    return tuple(dict.fromkeys(read.thing(row, name) for row in rows if name in row))


def _party(row: Row) -> Party:
    return Party(
        what=read.thing(row, "what"),
        predicate=read.thing(row, "predicate"),
        party=read.thing(row, "party"),
        content=read.thing(row, "content"),
        standing=read.thing_or_none(row, "standing"),
    )


def _beside(row: Row, count: str) -> Beside:
    other = read.thing(row, "other")
    kind, _ = split_iri(other.iri) or ("", "")
    status = row["statusLabel"].value if "statusLabel" in row else ""
    return Beside(other, kind.replace("-", " "), status, read.number(row, count) or 0)
