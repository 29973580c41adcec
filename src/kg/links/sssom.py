"""SSSOM files: one mapping a row, a header of comments before them, as tab-separated values."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from kg.errors import InputError

SUFFIX: Final = ".sssom.tsv"
WANTED: Final = "wanted.tsv"

REVIEW_BELOW: Final = 0.75
"""Links with less confidence stand on the list of those to be looked at again."""


@dataclass(frozen=True, slots=True)
class Row:
    """A mapping as its file has it; names are those of SSSOM, all values text."""

    subject_id: str
    predicate_id: str
    object_id: str
    object_label: str
    object_category: str
    mapping_justification: str
    confidence: str
    reviewer_label: str
    mapping_date: str
    evidence: str
    comment: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was looked for in a collection and not found; without a subject, ours lacks it too."""

    subject_id: str
    label: str
    type: str
    authority: str
    note: str


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A file of mappings: the authority that it is named after, and its rows in their order."""

    authority: str
    path: Path
    rows: tuple[Row, ...]


def mapping_sets(folder: Path) -> list[MappingSet]:
    """The mapping sets of a folder, sorted by name; raises `InputError` for a bad file."""
    return [read(path) for path in sorted(folder.glob(f"*{SUFFIX}"))]


def read(path: Path) -> MappingSet:
    """Read one file; raises `InputError` with the line for rows of another form."""
    names = tuple(field.name for field in fields(Row))
    rows = tuple(Row(**dict(zip(names, row, strict=True))) for row in values(path, names))
    return MappingSet(path.name.removesuffix(SUFFIX), path, rows)


def wanted(folder: Path) -> list[Wanted]:
    """What is looked for, in the order of the file; nothing where there is no file."""
    path = folder / WANTED
    names = tuple(field.name for field in fields(Wanted))
    return [Wanted(*row) for row in values(path, names)] if path.is_file() else []


def values(path: Path, names: tuple[str, ...]) -> Iterator[list[str]]:
    """The rows of a file with these columns; raises `InputError` with the line of a bad one."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", source=str(path)) from error
    numbered = [(at, line) for at, line in enumerate(lines, 1) if not line.startswith("#")]
    for place, (at, line) in enumerate(numbered):
        row = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE), [])
        if place == 0 and tuple(row) != names:
            raise InputError(f"its columns are {', '.join(names)}", source=f"{path}:{at}")
        if len(row) != len(names):
            words = f"a row has {len(names)} values, not {len(row)}"
            raise InputError(words, source=f"{path}:{at}")
        if place:
            yield row
