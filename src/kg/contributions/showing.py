"""Contributions in words: as members of JSON, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kg.contributions.content import Content
from kg.contributions.model import Contribution, Step
from kg.namespaces import compact
from kg.store.patches import patch_text

LISTED: Final = 12
"""So many things are listed line by line; the others are counted."""


def members(contribution: Contribution, author: Callable[[Step], str]) -> dict[str, Any]:
    """What anybody may know of a contribution."""
    return {
        "number": contribution.number,
        "state": contribution.state.value,
        "version": contribution.version,
        "title": contribution.title,
        "reason": contribution.reason,
        "documents": [compact(each) for each in contribution.documents],
        "base": contribution.base,
        "checked": contribution.checked,
        "reverts": contribution.reverts,
        "steps": [
            {
                "number": step.number,
                "action": step.action.value,
                "state": step.state.value,
                "author": author(step),
                "time": step.time.isoformat(),
                "note": step.note,
            }
            for step in contribution.steps
        ],
    }


def content_members(content: Content) -> dict[str, Any]:
    """What it would change and what was found about it: for those who may see drafts."""
    return {"diff": patch_text(content.patch), **content.told}


def lines(told: Mapping[str, Any]) -> Iterator[str]:
    """What was found about a contribution, line by line: the sentence of the consensus first."""
    meaning = told.get("meaning")
    if problem := told.get("problem"):
        yield from _problem(problem)
    for clash in told.get("conflicts", ()):
        yield from _conflict(clash)
    if not meaning:
        return
    yield meaning["consensus"]["sentence"]
    for side, sign in (("added", "+"), ("removed", "−")):
        yield from _part(meaning["consensus"][side], f"  {sign} ", lambda row: "  ".join(row))
    for title in ("adds", "changes", "removes"):
        found = meaning[title]
        if found["count"]:
            yield f"{title} {in_kinds(found['kinds'])}"
            first = {**found, "first": found["first"][:LISTED]}
            yield from _part(first, "  ", lambda thing: f"{thing['id']}  {thing['label']}")
    for title in ("supports", "contradicts", "duplicates"):
        yield from _part(
            meaning[title],
            f"{title} ",
            lambda pair: f"{pair['existing']['id']}: {pair['why']} (with {pair['new']['id']})",
        )
    if meaning["questions"] is None:
        yield "which competency questions it answers another way is not told: there is much data"
    for each in meaning["questions"] or ():
        yield f"answers another way: {each['question']}"
        yield from (f"  + {'  '.join(row)}" for row in each["added"])
        yield from (f"  − {'  '.join(row)}" for row in each["removed"])


def in_kinds(kinds: Mapping[str, int]) -> str:
    """How many things of which kinds, in words."""
    return ", ".join(f"{count} {_of(kind, count)}" for kind, count in kinds.items())


def _of(kind: str, count: int) -> str:
    word = kind.replace("-", " ")
    if count == 1:
        return word
    return f"{word[:-1]}ies" if word.endswith(("ty", "ry")) else f"{word}s"


def _part(found: Mapping[str, Any], before: str, words: Callable[[Any], str]) -> Iterator[str]:
    for each in found["first"]:
        yield f"{before}{words(each)}"
    if found["count"] > len(found["first"]):
        yield f"{before}… and {found['count'] - len(found['first'])} more"


def _problem(problem: Mapping[str, Any]) -> Iterator[str]:
    place = f"{problem['line']}:{problem.get('column', 1)}: " if "line" in problem else ""
    yield f"problem: {place}{problem['message']}"
    if "excerpt" in problem:
        yield from problem["excerpt"].splitlines()
    if "hint" in problem:
        yield f"hint: {problem['hint']}"


def _conflict(clash: Mapping[str, Any]) -> Iterator[str]:
    yield f"conflict: {clash['subject']} was changed by others too"
    for whose, side in (("this", "ours"), ("others", "theirs")):
        yield from (f"  {whose:6} − {line}" for line in clash[side]["removed"])
        yield from (f"  {whose:6} + {line}" for line in clash[side]["added"])
    yield from (f"  generation {c['generation']}: {c['message']}" for c in clash["commits"])
