"""What becomes of candidates: a person accepts or rejects each, and nobody else does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, replace
from enum import Enum
from typing import Final

from kg.errors import InputError, StaleError
from kg.links.rows import problems
from kg.links.sssom import MappingSet, Row
from kg.links.sssom import read as read_links
from kg.suggestions.answers import one_line
from kg.suggestions.rows import (
    BY_PERSON,
    NOT,
    Candidate,
    Files,
    lines_of,
    read,
    replace_file,
    write,
)

NOBODY: Final = "a link is accepted or rejected by somebody: the reviewer has no name"


class Decision(Enum):
    """What a person may say to a candidate."""

    ACCEPT = "accept"
    REJECT = "reject"


def open_candidates(files: Files) -> list[Candidate]:
    """The candidates that nobody has looked at, the best of each thing first."""
    return read(files.candidates)


def suggest(files: Files, fresh: Iterable[Candidate]) -> int:
    """Add candidates to those in the file; how many were added or renewed.

    What a person has rejected, or linked by now, is left out.
    """
    with files.held():
        told = {row.pair for row in read(files.rejected)}
        linked = _linked(files)
        kept = {row.pair: row for row in read(files.candidates) if row.subject_id not in linked}
        found = {
            row.pair: row for row in fresh if row.pair not in told and row.subject_id not in linked
        }
        write(files.candidates, list((kept | found).values()), files.authority)
        return len(found)


def decide(files: Files, key: str, decision: Decision, reviewer: str, day: str) -> Candidate:
    """Do what a person has decided about a candidate, and return its row.

    An accepted one becomes a link, and the others for the same thing go; a rejected one is kept
    among the rejected. Raises `StaleError` where it is not there any more, and `InputError`
    without a reviewer or where the row would break a rule of links; nothing is changed then.
    """
    name = one_line(reviewer)
    if not name:
        raise InputError(NOBODY)
    with files.held():
        rows = read(files.candidates)
        row = next((row for row in rows if row.key == key), None)
        if row is None:
            words = "this candidate is not there any more"
            raise StaleError(words, hint="somebody has decided about it, or `suggest` ran again")
        if decision is Decision.ACCEPT:
            _link(files, _reviewed(row, name, day))
            left = [other for other in rows if other.subject_id != row.subject_id]
        else:
            _reject(files, row, name, day)
            left = [other for other in rows if other.key != key]
        write(files.candidates, left, files.authority)
    return row


def _linked(files: Files) -> set[str]:
    """Our things that have an exact or close match by now."""
    if not files.links.exists():
        return set()
    same = ("skos:exactMatch", "skos:closeMatch")
    return {r.subject_id for r in read_links(files.links).rows if r.predicate_id in same}


def _reviewed(row: Candidate, reviewer: str, day: str) -> Row:
    tool = f"suggested by {row.mapping_tool} {row.mapping_tool_version}"
    return Row(
        subject_id=row.subject_id,
        predicate_id=row.predicate_id,
        object_id=row.object_id,
        object_label=row.object_label,
        object_category=row.object_category,
        mapping_justification=BY_PERSON,
        confidence=row.confidence,
        reviewer_label=reviewer,
        mapping_date=day,
        evidence=f"{row.evidence.replace(' | ', '; ')}; {tool} on {row.mapping_date}",
        comment="",
    )


def _link(files: Files, row: Row) -> None:
    before = read_links(files.links)
    after = MappingSet(before.authority, files.links, (*before.rows, row))
    wrong = [words for subject, words in problems(after) if subject == row.subject_id]
    if wrong:
        words = f"{row.subject_id} cannot be linked: {' '.join(wrong)}"
        raise InputError(words, hint="reject it, or add the row by hand", source=str(files.links))
    text = files.links.read_text(encoding="utf-8").rstrip("\n")
    replace_file(files.links, f"{text}\n{lines_of([astuple(row)])}")


def _reject(files: Files, row: Candidate, reviewer: str, day: str) -> None:
    told = replace(
        row,
        predicate_modifier=NOT,
        mapping_justification=BY_PERSON,
        reviewer_label=reviewer,
        mapping_date=day,
    )
    rejected = [other for other in read(files.rejected) if other.pair != row.pair]
    write(files.rejected, [*rejected, told], files.authority)
