"""UCDP/PRIO ACD and UCDP Dyadic: a conflict, or a pair of its parties, in a year.

A row has no number of deaths but a level: that of the year's battle-related deaths. It is claimed
as an estimate with the bounds of the level and no best number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kg.errors import InputError
from kg.importers.claims import Claims, Estimate, Said
from kg.importers.datasets import Note
from kg.importers.linked import Linked
from kg.importers.releases import Release
from kg.importers.ucdp import conflict_named, dyad_named, name_of_conflict
from kg.importers.values import UnusableRow, Values, count, day, text, whole, year

LEVELS: Final[dict[int, tuple[int, int | None]]] = {1: (25, 999), 2: (1000, None)}
"""The lowest and highest number of battle-related deaths in a year, by `intensity_level`."""

EXACT: Final = 1
"""The level of precision at which a day is meant as such; other levels are not read."""


@dataclass(frozen=True, slots=True)
class ConflictYears:
    """UCDP/PRIO ACD."""

    release: Release
    linked: Linked
    needs: tuple[str, ...] = ("conflict_id", "location", "year", "intensity_level", "version")

    def key(self, values: Values) -> str:
        """Conflict and year."""
        return f"{count(values, 'conflict_id')}-{year(values)}"

    def claim(self, key: str, values: Values, claims: Claims) -> Iterator[Note]:
        """How intense the conflict was in the year, and when it began."""
        number = count(values, "conflict_id")
        of = f"UCDP conflict {number}"
        called = name_of_conflict(values)
        subject = self.linked.near("ucdp-conflict", number)
        told = _intensity(self.release, values, of, called)
        thing = subject or conflict_named(claims, number, called)
        passage = _row(claims, key, self.release, values, ("conflict_id",))
        _claim_intensity(claims, f"{self.release.slug}-{key}-1", (thing, of), told, passage)
        if subject is None or subject == self.linked.same("ucdp-conflict", number):
            yield from _claim_start(
                claims, f"{self.release.slug}-{number}", (thing, of, called), values, passage
            )


@dataclass(frozen=True, slots=True)
class DyadYears:
    """UCDP Dyadic."""

    release: Release
    linked: Linked
    needs: tuple[str, ...] = (
        "dyad_id", "conflict_id", "side_a", "side_b", "year", "intensity_level", "version",
    )  # fmt: skip

    def key(self, values: Values) -> str:
        """Pair of parties and year."""
        return f"{count(values, 'dyad_id')}-{year(values)}"

    def claim(self, key: str, values: Values, claims: Claims) -> Iterator[Note]:
        """How intense the fighting of the pair was, when it began, and in which conflict."""
        number, conflict = count(values, "dyad_id"), count(values, "conflict_id")
        of, called = f"UCDP dyad {number}", f"{text(values, 'side_a')} - {text(values, 'side_b')}"
        subject = self.linked.near("ucdp-dyad", number)
        told = _intensity(self.release, values, of, called)
        thing = subject or dyad_named(claims, number, called)
        passage = _row(claims, key, self.release, values, ("dyad_id", "conflict_id"))
        slug = f"{self.release.slug}-dyad-{number}"
        _claim_intensity(claims, f"{self.release.slug}-{key}-1", (thing, of), told, passage)
        whole_ = self.linked.near("ucdp-conflict", conflict) or conflict_named(
            claims, conflict, name_of_conflict(values)
        )
        if whole_ != thing:
            said = Said(
                thing,
                "partOf",
                whole_,
                f"{of} – part of – UCDP conflict {conflict}",
                f"{self.release.title} counts the dyad {called} to UCDP conflict {conflict}",
            )
            claims.claim(f"{slug}-part-of-{conflict}-1", said, passage)
        if subject is None or subject == self.linked.same("ucdp-dyad", number):
            yield from _claim_start(claims, slug, (thing, of, called), values, passage)


def _intensity(release: Release, values: Values, of: str, called: str) -> tuple[Estimate, str]:
    """The estimate of a year's level, and the gloss; raises what is wrong with the row."""
    if (version := text(values, "version")) != release.version:
        raise InputError(
            f"a row is of version {version}, and the release is {release.version}",
            hint=f"is it --release {version}?",
        )
    level, during = whole(values, "intensity_level"), str(year(values))
    if level not in LEVELS:
        raise UnusableRow("intensity_level is neither 1 nor 2", str(level))
    low, high = LEVELS[level]
    deaths = f"{low} to {high}" if high else f"{low} or more"
    label = f"{deaths} battle-related deaths in {of} in {during}"
    estimate = Estimate(
        label, "battle-related-deaths", low=low, high=high, period=during, scope=f"{of} in {during}"
    )
    gloss = f"{release.title} has {deaths} battle-related deaths in {called}, {of}, in {during}"
    return estimate, gloss


def _claim_intensity(
    claims: Claims, slug: str, of: tuple[str, str], told: tuple[Estimate, str], passage: str
) -> None:
    (thing, name), (estimate, gloss) = of, told
    label = f"{name} – casualties – {estimate.label}"
    claims.claim(slug, Said(thing, "casualties", claims.estimate(estimate), label, gloss), passage)


def _claim_start(
    claims: Claims, slug: str, of: tuple[str, str, str], values: Values, passage: str
) -> Iterator[Note]:
    """The day of the first death in battle, where the release knows the day."""
    thing, name, called = of
    try:
        exact, first = whole(values, "start_prec") == EXACT, day(values, "start_date").isoformat()
    except UnusableRow as error:
        yield Note(error.reason, error.value)
        return
    if not exact:
        yield Note(
            "start_date is not exact to the day and is not taken", text(values, "start_prec")
        )
        return
    gloss = f"The first battle-related death in {called}, {name}, was on {first}"
    said = Said(thing, "startedOn", claims.time(first), f"{name} – started on – {first}", gloss)
    claims.claim(f"{slug}-started-{first}-1", said, passage)


def _row(
    claims: Claims, key: str, release: Release, values: Values, columns: tuple[str, ...]
) -> str:
    locator = ", ".join(f"{name} {text(values, name)}" for name in (*columns, "year"))
    return claims.passage(f"{release.slug}-{key}-1", locator)
