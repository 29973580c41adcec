"""An explanation of a triple, and the list of uncontested ones, as lines of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from kg.claims.explain import ClaimOn, Condition, Explanation
from kg.claims.uncontested import Uncontested

WIDTH = 80


def explanation_text(found: Explanation) -> str:
    """All there is to say of one triple, the verdict first."""
    return "\n".join(_explanation(found))


def table(rows: Iterable[Uncontested]) -> str:
    """One entry per triple: how many sources state it, and what it says."""
    lines = ["sources  triple"]
    for row in rows:
        lines += _wrapped(f"{row.sources:7}  ", " – ".join(row.labels))
        lines += _wrapped(" " * 9, " ".join(row.triple))
    return "\n".join(lines)


def _explanation(found: Explanation) -> Iterator[str]:
    yield from _wrapped("", " ".join(found.triple))
    yield from _wrapped("", " – ".join(found.labels))
    yield ""
    yield from _wrapped("", _verdict(found))
    if found.unknown:
        yield from _wrapped("", f"Unknown: {', '.join(found.unknown)}.")
    if not found.propositions and found.other_objects:
        yield from _wrapped("", f"Claimed or denied instead: {', '.join(found.other_objects)}.")
    if found.claims:
        yield from ("", f"Claims on {', '.join(found.propositions)}")
        for claim in found.claims:
            yield from _claim(claim)
    if found.conditions:
        yield from ("", "Conditions")
        for condition in found.conditions:
            yield from _condition(condition)


def _verdict(found: Explanation) -> str:
    failing = sum(not condition.holds for condition in found.conditions)
    if found.in_consensus:
        plural = "" if found.sources == 1 else "s"
        return f"In consensus: {found.sources} source{plural}, and nobody contests it."
    if not found.propositions:
        return "Not in consensus: nobody claims or denies it."
    if not found.claims:
        return "Not in consensus: there is a proposition, and no claim on it."
    verb = "fails" if failing == 1 else "fail"
    return f"Not in consensus: {failing} of {len(found.conditions)} conditions {verb}."


def _claim(claim: ClaimOn) -> Iterator[str]:
    yield from _wrapped("  ", claim.claim + (f"  {claim.gloss}" if claim.gloss else ""))
    yield from _wrapped("    ", f"{', '.join(claim.axes)}; claimant {claim.claimant}")
    if claim.lacks:
        yield from _wrapped("    ", f"carries nothing: {'; '.join(claim.lacks)}")
    else:
        yield from _wrapped("    ", "a certain fact in a source's own voice")


def _condition(condition: Condition) -> Iterator[str]:
    mark = "ok   " if condition.holds else "FAILS"
    yield from _wrapped(f"  {mark}  ", condition.summary)
    for reason in condition.reasons:
        yield from _wrapped(" " * 9, reason)
    if not condition.holds:
        yield from _wrapped(" " * 9, f"rule: queries/consensus/{condition.rule}.rq")


def _wrapped(start: str, words: str) -> list[str]:
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=start,
        subsequent_indent=" " * len(start),
        break_long_words=False,
        break_on_hyphens=False,
    )
