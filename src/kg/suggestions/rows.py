"""Files of candidates and of rejected ones: SSSOM rows that a project can keep and review in git.

    data/links/candidates/AUTHORITY.sssom.tsv   what the tool suggests; nobody has looked at it
    data/links/rejected/AUTHORITY.sssom.tsv     what a person has rejected (predicate_modifier Not)

Both are in folders of their own, so that neither is taken for links.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from importlib.metadata import version
from pathlib import Path
from typing import Final

from kg.errors import InputError
from kg.links.authorities import Authority
from kg.links.sssom import SUFFIX, values
from kg.links.turtle import mapping_id
from kg.namespaces import expand
from kg.suggestions.answers import one_line
from kg.suggestions.scoring import Suggestion
from kg.suggestions.types import categories_of

CANDIDATES: Final = "candidates"
REJECTED: Final = "rejected"

BY_PROGRAM: Final = "semapv:CompositeMatching"
BY_PERSON: Final = "semapv:ManualMappingCuration"
TOOL: Final = "kg link suggest"
NOT: Final = "Not"
HIGHEST: Final = 0.99
"""Only a person is surer than this."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A suggestion as its file has it; names are those of SSSOM, all values text.

    `evidence`, `features` and `verdict` are extensions: the evidence in words, parted by ` | `;
    the numbers behind the score as `name=value`, parted by spaces; and `certain` or `open`.
    """

    subject_id: str
    subject_label: str
    predicate_modifier: str
    predicate_id: str
    object_id: str
    object_label: str
    object_category: str
    mapping_justification: str
    confidence: str
    mapping_tool: str
    mapping_tool_version: str
    reviewer_label: str
    mapping_date: str
    evidence: str
    features: str
    verdict: str

    @property
    def key(self) -> str:
        """What it is called in forms: a hash of what it links."""
        subject = expand(self.subject_id) or self.subject_id
        predicate = expand(self.predicate_id) or self.predicate_id
        return mapping_id(subject, predicate, self.object_id)

    @property
    def pair(self) -> tuple[str, str]:
        """What it links."""
        return self.subject_id, self.object_id


@dataclass(frozen=True, slots=True)
class Files:
    """The files of an authority in a folder of links."""

    folder: Path
    authority: Authority

    @property
    def links(self) -> Path:
        """The reviewed links."""
        return self.folder / f"{self.authority.name}{SUFFIX}"

    @property
    def candidates(self) -> Path:
        """What is suggested."""
        return self.folder / CANDIDATES / f"{self.authority.name}{SUFFIX}"

    @property
    def rejected(self) -> Path:
        """What a person has rejected."""
        return self.folder / REJECTED / f"{self.authority.name}{SUFFIX}"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait until nobody else changes these files."""
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)


def candidate(suggestion: Suggestion, authority: Authority, day: str) -> Candidate:
    """A suggestion as a row that nobody has reviewed; `day` is when it was made."""
    thing, other = suggestion.thing, suggestion.other
    fitting = [c for c in other.categories if c in categories_of(thing.kind)]
    evidence = (suggestion.words, *(e.words for e in suggestion.evidence))
    return Candidate(
        subject_id=thing.iri,
        subject_label=one_line(thing.names[0]),
        predicate_modifier="",
        predicate_id="skos:exactMatch",
        object_id=authority.iri(other.identifier),
        object_label=one_line(other.label),
        object_category=fitting[0] if fitting else "",
        mapping_justification=BY_PROGRAM,
        confidence=f"{round(min(suggestion.score, HIGHEST), 2):g}",
        mapping_tool=TOOL,
        mapping_tool_version=version("conflict-kg"),
        reviewer_label="",
        mapping_date=day,
        evidence=" | ".join(_words(text) for text in evidence),
        features=_features(suggestion),
        verdict=suggestion.verdict,
    )


def _features(suggestion: Suggestion) -> str:
    rating = suggestion.other.rating
    numbers = {"name": f"{suggestion.name:.2f}", "exact_name": f"{suggestion.exact:d}"}
    numbers |= {e.sort: f"{e.fits:d}" for e in suggestion.evidence}
    numbers |= {} if rating is None else {"service": f"{rating:g}"}
    return " ".join(f"{name}={number}" for name, number in numbers.items())


def _words(text: str) -> str:
    return one_line(text).replace("|", "/")


def read(path: Path) -> list[Candidate]:
    """The rows of a file; none where there is no file. Raises `InputError` for a bad one."""
    if not path.exists():
        return []
    names = tuple(field.name for field in fields(Candidate))
    return [Candidate(*row) for row in values(path, names)]


def write(path: Path, rows: Sequence[Candidate], authority: Authority) -> None:
    """Write a file of candidates, wholly or not at all, sorted by what it links."""
    names = tuple(field.name for field in fields(Candidate))
    ordered = sorted(rows, key=lambda row: (row.subject_id, -float(row.confidence), row.object_id))
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, _header(authority, path) + lines_of([names, *map(astuple, ordered)]))


def _header(authority: Authority, path: Path) -> str:
    what = f"{path.parent.name}/{authority.name}"
    return "".join(
        f"#{line}\n"
        for line in (
            f"mapping_set_id: https://w3id.org/conflict-kg/links/{what}",
            f"mapping_set_title: {path.parent.name.capitalize()} for links to {authority.title}",
            "license: https://creativecommons.org/licenses/by/4.0/",
            f"object_source: {authority.homepage}",
            "extension_definitions:",
            "- slot_name: evidence",
            "  property: https://w3id.org/conflict-kg/ns#linkEvidence",
            "- slot_name: features",
            "- slot_name: verdict",
        )
    )


def lines_of(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as tab-separated lines; raises `InputError` for a value with a tab or line end."""
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n"
    )
    try:
        writer.writerows(rows)
    except csv.Error as error:
        raise InputError(f"a value cannot stand in a row: {error}") from error
    return out.getvalue()


def replace_file(path: Path, text: str) -> None:
    """Write a file, wholly or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)
