"""Conflicts: a list of all, and what the page of each shows besides what every entity has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, render_template

from kg.publication.counts import Counts
from kg.store.interface import Term
from kg.web import rows as read
from kg.web.addresses import split_iri
from kg.web.around import around
from kg.web.asking import Asking
from kg.web.facts import Thing
from kg.web.listing import ABOUT, found_about_and_by
from kg.web.paging import page_of
from kg.web.rows import Row
from kg.web.together import together


@dataclass(frozen=True)
class Listed:
    """A conflict in the list: parties, times and wholes are uncontested.

    How many claims there are is None as long as they have not been counted.
    """

    thing: Thing
    parties: tuple[Thing, ...]
    times: tuple[Thing, ...]
    wholes: tuple[Thing, ...]
    claims: int | None
    opposed: int | None


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
        every = asking.kept("every-conflict")
        page = page_of(every, "conflicts", asking.sizes.entries)
        nodes = [row["conflict"] for row in page.items]
        rows = asking.rows("conflicts", conflict=nodes) if nodes else []
        shown = page.showing(conflicts(rows, asking.counted.counts()))
        return render_template("conflicts.html", conflicts=shown)

    return bp


def conflicts(rows: Iterable[Row], counts: Counts | None) -> list[Listed]:
    """The conflicts out of the rows of `conflicts.rq`, in their order, with what was counted."""
    by_conflict: dict[str, list[Row]] = {}
    for row in rows:
        by_conflict.setdefault(row["conflict"].value, []).append(row)
    return [_listed(each, counts) for each in by_conflict.values()]


def overview(asking: Asking, iri: str) -> Overview:
    """What the page of one conflict shows first, of as much around it as a page looks at."""
    near, most = around(asking, iri), asking.sizes.rows

    def ask() -> tuple[tuple[list[Row], bool], ...]:
        return together(
            lambda: _first(asking.rows("parties", limit=most + 1, what=near.things), most),
            lambda: _first(_told_together(asking, iri), most),
            lambda: _with_its_parties(asking, iri),
        )

    (parties, cut), (told, more), (shared, others) = asking.once("overview", iri, ask)
    return Overview(
        parties=tuple(map(_party, parties)),
        told_together=tuple(_beside(row, "sentences") for row in told),
        shared_parties=tuple(_beside(row, "parties") for row in shared),
        cut=near.cut or cut or more or others,
    )


def _told_together(asking: Asking, iri: str) -> list[Row]:
    """What is told of in the sentences of the first claims about a conflict and its parts."""
    near, sizes = around(asking, iri), asking.sizes
    most = sizes.sorted_entries
    nodes = _claims_about(asking, iri, near.things)
    rest = asking.rows("resting", limit=most, claim=nodes) if nodes else []
    sentences = list(dict.fromkeys(row["sentence"] for row in rest))
    if not sentences:
        return []
    entity = ox.NamedNode(iri)
    return asking.rows("told-together", limit=sizes.rows + 1, entity=entity, sentence=sentences)


def _claims_about(asking: Asking, iri: str, things: Sequence[ox.NamedNode]) -> list[Term]:
    """The first claims about a conflict and its parts; without parts the page lists the same."""
    if len(things) == 1:
        rows: Sequence[Row] = found_about_and_by(asking, iri)[0].rows
    else:
        most, about = asking.sizes.sorted_entries, ox.NamedNode(ABOUT)
        rows = asking.rows("claims-of", limit=most, entity=things, relation=about)
    return list(dict.fromkeys(row["claim"] for row in rows))


def _with_its_parties(asking: Asking, iri: str) -> tuple[list[Row], bool]:
    """What two or more parties of a conflict took part in, and that is no part of it.

    A state takes part in thousands: the first of each party are looked at, which come from the
    engine in the same order for all; whether there are more is told.
    """
    parties = asking.rows("belligerents", limit=asking.sizes.entries + 1, entity=ox.NamedNode(iri))
    each, more = asking.sizes.sorted_entries, len(parties) > asking.sizes.entries
    counted: Counter[ox.NamedNode] = Counter()
    for party in parties[: asking.sizes.entries] if len(parties) > 1 else ():
        took = asking.rows("took-part", limit=each + 1, party=party["party"])
        counted.update(row["other"] for row in took if isinstance(row["other"], ox.NamedNode))
        more = more or len(took) > each
    shared = [other for other, count in counted.items() if count > 1 and other.value != iri]
    wholes = asking.rows("wholes", what=shared) if shared else []
    inside = {row["what"] for row in wholes if row["whole"].value == iri}
    left = sorted(set(shared) - inside, key=lambda other: (-counted[other], other.value))
    rows: list[Row] = [{"other": o, "parties": ox.Literal(counted[o])} for o in left]
    first, cut = _first(rows, asking.sizes.rows)
    return asking.named(first), more or cut


def _first(rows: list[Row], most: int) -> tuple[list[Row], bool]:
    """The first rows, at most so many, and whether there are more."""
    return rows[:most], len(rows) > most


def _listed(rows: list[Row], counts: Counts | None) -> Listed:
    iri = rows[0]["conflict"].value
    return Listed(
        thing=read.thing(rows[0], "conflict"),
        parties=_each(rows, "party"),
        times=_each(rows, "time"),
        wholes=_each(rows, "whole"),
        claims=counts.claims.get("about", {}).get(iri, 0) if counts else None,
        opposed=counts.opposed.get(iri, 0) if counts else None,
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
