"""Files of candidate rows, and what becomes of them: a person accepts or rejects each."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from dataclasses import astuple, fields, replace
from pathlib import Path
from typing import Final

from kg.errors import InputError
from kg.links.authorities import Authority
from kg.links.rows import problems
from kg.links.sssom import SUFFIX, MappingSet, Row, read
from kg.suggestions.scoring import Suggestion
from kg.suggestions.things import fitting

BY_PROGRAM: Final = "semapv:CompositeMatching"
BY_PERSON: Final = "semapv:ManualMappingCuration"
HIGHEST: Final = 0.99


def candidate(suggestion: Suggestion, authority: Authority, day: str) -> Row:
    """A suggestion as a row that nobody has reviewed; `day` is when it was made."""
    other = suggestion.other
    return Row(
        subject_id=suggestion.thing.iri,
        predicate_id="skos:exactMatch",
        object_id=authority.iri(other.identifier),
        object_label=_line(other.label),
        object_category=fitting(suggestion.thing.kind, other.categories),
        mapping_justification=BY_PROGRAM,
        confidence=f"{min(suggestion.score, HIGHEST):.2f}",
        reviewer_label="",
        mapping_date=day,
        evidence=_line("; ".join(suggestion.evidence)),
        comment=suggestion.verdict,
    )


def accepted(row: Row, reviewer: str, day: str) -> Row:
    """A candidate row as the reviewed one that it becomes; raises `InputError` without reviewer."""
    if not reviewer.strip():
        raise InputError("a link is accepted by somebody: the reviewer has no name")
    return replace(
        row,
        mapping_justification=BY_PERSON,
        reviewer_label=_line(reviewer),
        mapping_date=day,
        comment="",
    )


def add(row: Row, path: Path) -> None:
    """Add an accepted row to the mapping set of its authority.

    Raises `InputError` where the rows would not keep what rows of links have to keep.
    """
    before = read(path)
    after = MappingSet(before.authority, path, (*before.rows, row))
    wrong = [words for subject, words in problems(after) if subject == row.subject_id]
    if wrong:
        raise InputError(f"{row.subject_id} is not linked: {' '.join(wrong)}", source=str(path))
    _replace(path, path.read_text(encoding="utf-8").rstrip("\n") + "\n" + _text([astuple(row)]))


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write a file of candidates, wholly or not at all."""
    names = tuple(field.name for field in fields(Row))
    _replace(path, _text([names, *map(astuple, rows)]))


def authority_name(path: Path) -> str:
    """The authority that a file of candidates is named after."""
    return path.name.removesuffix(SUFFIX).removesuffix(".candidates")


def _text(rows: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n"
    )
    writer.writerows(rows)
    return out.getvalue()


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def _line(text: str) -> str:
    """Without tabs, line ends and what a terminal would obey."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
