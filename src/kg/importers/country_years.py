"""Sums of UCDP GED by country and year that a third party made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kg.errors import InputError
from kg.importers.claims import Claims, Estimate, Said
from kg.importers.datasets import Note, out_of_order
from kg.importers.linked import Linked
from kg.importers.releases import Release
from kg.importers.values import UnusableRow, Values, count, text, year

SUFFIX: Final = "-country-years"
"""What the slug of the release ends with; claims are named after the release that was summed."""


@dataclass(frozen=True, slots=True)
class CountryYears:
    """Deaths in state-based conflict within a country in a year."""

    release: Release
    linked: Linked
    needs: tuple[str, ...] = ("gwcode", "country_name", "year", "low", "best", "high", "source")

    def key(self, values: Values) -> str:
        """Country and year, the country by our name."""
        state = self._state(values)
        return f"{state.rpartition('/')[2]}-{year(values)}"

    def claim(self, key: str, values: Values, claims: Claims) -> Iterator[Note]:
        """How many died there in the year."""
        low, best, high = (count(values, name) for name in ("low", "best", "high"))
        if not text(values, "source").endswith(f" {self.release.version}"):
            raise InputError(
                f"a row was summed from {text(values, 'source')}, not {self.release.version}",
                hint="give the version of the release that was summed as --release",
            )
        country, during = text(values, "country_name"), str(year(values))
        within = f"in {country} in {during}"
        label = f"{best} state-based deaths {within} ({low} to {high})"
        scope = f"all state-based conflict {within}"
        estimate = Estimate(
            label, "state-based-deaths", low=low, best=best, high=high, period=during, scope=scope
        )
        gloss = f"A third party's sum of UCDP GED {self.release.version} gives {label}"
        slug = f"{self.release.slug.removesuffix(SUFFIX)}-{key}-1"
        passage = claims.passage(slug, f"gwcode {count(values, 'gwcode')}, year {during}")
        said = Said(
            self._state(values),
            "casualties",
            claims.estimate(estimate),
            f"{country} – casualties – {label}",
            gloss,
        )
        claims.claim(slug, said, passage)
        yield from out_of_order(low, best, high)

    def _state(self, values: Values) -> str:
        code = count(values, "gwcode")
        state = self.linked.near("gleditsch-ward", code)
        if state is None:
            name = text(values, "country_name")
            raise UnusableRow("no state of ours is linked to the gwcode", f"{code} ({name})")
        return state
