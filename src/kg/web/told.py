"""What was found about a contribution, or about what may become one, for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kg.store import wire
from kg.validation.explained import explained, groups
from kg.validation.render import in_words, place_of
from kg.web import reports
from kg.web.words import in_kinds

LISTED: Final = 50
"""So many findings of one shape are told."""


def told_members(told: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `_told.html` needs."""
    found = []
    if told.get("report") is not None:
        kept = {name: told[name] for name in ("conforms", "report", "findings")}
        found = groups(reports.report_of(wire.verdict_of(kept)))
    return {
        "told": told,
        "groups": found,
        "in_kinds": in_kinds,
        "explained": explained,
        "in_words": in_words,
        "place_of": place_of,
        "most": LISTED,
    }
