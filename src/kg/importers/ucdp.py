"""Things of UCDP that have no link: nodes named by its numbers, the same in every release.

The label is made of the number alone, so that releases that call a thing differently do not
disagree about it; what they call it are other names.
"""

from __future__ import annotations

from typing import Final

from kg.importers.claims import Claims
from kg.importers.values import Values, text, whole
from kg.namespaces import iri

_GOVERNMENT: Final = "Government"
_TERRITORY, _OVER_GOVERNMENT, _BOTH = 1, 2, 3


def conflict_named(claims: Claims, number: int, called: str) -> str:
    """A conflict of UCDP that none of ours is linked to."""
    conflict = str(iri("conflict", f"ucdp-{number}"))
    return claims.thing(conflict, "Conflict", f"UCDP conflict {number}", _names(called))


def dyad_named(claims: Claims, number: int, called: str) -> str:
    """The fighting between a pair of parties that none of ours is linked to."""
    dyad = str(iri("conflict", f"ucdp-dyad-{number}"))
    return claims.thing(dyad, "Conflict", f"UCDP dyad {number}", _names(called))


def name_of_conflict(values: Values) -> str:
    """A conflict as GED calls it, `Azerbaijan: Government`, from the columns that ACD has."""
    about = {
        _TERRITORY: text(values, "territory_name"),
        _OVER_GOVERNMENT: _GOVERNMENT,
        _BOTH: f"{_GOVERNMENT} and {text(values, 'territory_name')}",
    }.get(whole(values, "incompatibility"), "")
    return f"{text(values, 'location')}: {about}" if about else text(values, "location")


def _names(called: str) -> tuple[str, ...]:
    return (called,) if called else ()
