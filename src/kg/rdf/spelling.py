"""The known names that are most like one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(name: str, known: Iterable[str], *, cutoff: float = 0.7) -> list[str]:
    """Up to three known names like this one, the likeliest first."""
    by_lower = {candidate.lower(): candidate for candidate in sorted(known)}
    found = get_close_matches(name.lower(), by_lower, n=3, cutoff=cutoff)
    return [by_lower[candidate] for candidate in found]


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A question that offers the likeliest known names; None if none is like this one."""
    found = near(name, known)
    return f"did you mean {' or '.join(found)}?" if found else None
