"""A plain table of figures: who counted what, in a form that any release can be brought into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kg.errors import EdtfError
from kg.importers.claims import Claims, Estimate, Said
from kg.importers.datasets import Note, out_of_order
from kg.importers.releases import Release
from kg.importers.values import UnusableRow, Values, count, text
from kg.namespaces import KINDS, compact, expand
from kg.rdf.edtf import bounds

CERTAINTIES: Final = ("certain", "probable", "possible", "underspecified")
COUNTED: Final = ("event", "conflict", "state")
"""The kinds of things that people die in."""

_KEY: Final = re.compile(r"[a-z0-9.]+(-[a-z0-9.]+)*")


@dataclass(frozen=True, slots=True)
class Figures:
    """One figure a row. `populations` and `qualifiers` are the names of their concepts."""

    release: Release
    populations: frozenset[str]
    qualifiers: frozenset[str]
    needs: tuple[str, ...] = ("key", "subject", "name", "population")

    def key(self, values: Values) -> str:
        """What the table calls the row."""
        key = text(values, "key")
        if not _KEY.fullmatch(key):
            raise UnusableRow("key is not of small letters and digits, with hyphens between", key)
        return key

    def claim(self, key: str, values: Values, claims: Claims) -> Iterator[Note]:
        """How many people the release counts."""
        subject, estimate = self._subject(values), self._estimate(values)
        certainty = text(values, "certainty") or CERTAINTIES[0]
        if certainty not in CERTAINTIES:
            raise UnusableRow(f"certainty is none of {', '.join(CERTAINTIES)}", certainty)
        passage = claims.passage(f"{self.release.slug}-{key}-1", text(values, "locator") or key)
        said = Said(
            subject,
            "casualties",
            claims.estimate(estimate),
            f"{compact(subject)} – casualties – {estimate.label}",
            f"{self.release.title} gives {estimate.label} for {text(values, 'name')}",
            certainty,
        )
        claims.claim(f"{self.release.slug}-{key}-1", said, passage)
        yield from out_of_order(estimate.low, estimate.best, estimate.high)

    def _subject(self, values: Values) -> str:
        given = text(values, "subject")
        subject = expand(given)
        kind = compact(subject).partition(":")[0] if subject else ""
        if subject is None or kind not in COUNTED or kind not in KINDS:
            raise UnusableRow("subject is no event, conflict or state, as in conflict:…", given)
        if not text(values, "name"):
            raise UnusableRow("name is empty: what does the release call the subject?", given)
        return subject

    def _estimate(self, values: Values) -> Estimate:
        low, best, high = (
            count(values, name) if text(values, name) else None for name in ("low", "best", "high")
        )
        population, qualifier = text(values, "population"), text(values, "qualifier")
        if population not in self.populations:
            raise UnusableRow("population is no concept of the scheme", population)
        if qualifier and qualifier not in self.qualifiers:
            raise UnusableRow("qualifier is no concept of the scheme", qualifier)
        if (low, best, high) == (None, None, None) and not qualifier:
            raise UnusableRow("low, best, high and qualifier are all empty")
        period, scope = text(values, "period"), _scope(values)
        number = _words(low, best, high, qualifier)
        label = f"{number} {population.replace('-', ' ')}{f' ({scope})' if scope else ''}"
        return Estimate(label, population, low, best, high, period, scope, qualifier)


def _scope(values: Values) -> str:
    """The scope with the period in it, since estimates of several years are several nodes."""
    period, scope = text(values, "period"), text(values, "scope")
    if not period:
        return scope
    try:
        bounds(period)
    except EdtfError as error:
        raise UnusableRow("period is no time in EDTF, as in 2023 or 1990/1994", period) from error
    return f"{scope}, {period}" if scope else period


def _words(low: int | None, best: int | None, high: int | None, qualifier: str) -> str:
    if low is not None and high is not None:
        between = f"{low} to {high}"
    elif low is not None:
        between = f"{low} or more"
    else:
        between = "" if high is None else f"up to {high}"
    number = between if best is None else f"{best} ({between})" if between else str(best)
    return f"{qualifier.replace('-', ' ')} {number}".strip()
