"""What validation found, as values: a report is never an error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import Final


class Severity(Enum):
    """How bad a finding is; a violation refuses the data, a warning asks for a look."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """The place in the order of severities, the worst first."""
        return _RANKS[self]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


class Kind(StrEnum):
    """What a finding is about, which says how sure it is and who found it.

    Shapes and checks say what data has to be. The others stand beside them: they compare it with
    what is known already, and only a person can tell what to do about them.
    """

    SHAPE = "shape"
    """A node does not have what a shape says; a result of SHACL."""
    CHECK = "check"
    """Entities do not fit together; a query or a computation over the whole dataset."""
    TERM = "term"
    """A class, a property or a concept that its namespace does not have."""
    LIKENESS = "likeness"
    """An entity looks like one that is there already; `related` are the candidates."""
    PRECISION = "precision"
    """A time is more precise than the source that it is taken from."""
    RELATION = "relation"
    """A claim supports or contradicts others; `related` are these. For information only."""
    IDENTIFIER = "identifier"
    """An identifier of somebody else's is malformed, gone, or of another kind of thing."""
    CHARACTERS = "characters"
    """A text has characters that do not belong there: letters of two scripts, words in a number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: a node that does not have what a shape or a check says that it has.

    `source_shape` is the IRI of a shape or the name of a check. `path` and `value` are known for
    shapes and for some of the kinds beyond them, `component` (the IRI of the constraint component)
    for shapes only, and `file` only when the data came from files. `related` are the IRIs of the
    other things that a finding tells of, the likeliest first. `line` and `column`, both from 1, say
    where it stands in the file or in the text that was sent, and `excerpt` is that line with a
    caret (see `kg.validation.places`).
    """

    focus_node: str
    message: str
    severity: Severity
    source_shape: str
    path: str | None = None
    value: str | None = None
    file: str | None = None
    component: str | None = None
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None
    kind: Kind = Kind.CHECK
    related: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, str, str, int, int, str, str]:
        """A key that puts findings in a stable order: severity, shape, place, focus node, value."""
        return (
            self.severity.rank,
            self.source_shape,
            self.file or "",
            self.line or 0,
            self.column or 0,
            self.focus_node,
            f"{self.value or ''} {self.message} {self.component or ''}",
        )


@dataclass(frozen=True, slots=True)
class Report:
    """All findings about some data, in a stable order, each once."""

    results: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """A report of these findings, sorted and without repetition."""
        return cls(tuple(sorted(set(findings), key=lambda finding: finding.order)))

    @property
    def conforms(self) -> bool:
        """Whether nothing in the data is a violation; warnings do not count."""
        return not self.violations

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that refuse the data."""
        return tuple(r for r in self.results if r.severity is Severity.VIOLATION)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that ask for a look."""
        return tuple(r for r in self.results if r.severity is Severity.WARNING)

    def fails(self, on: Severity) -> bool:
        """Whether some finding is as bad as `on`, or worse."""
        return any(result.severity.rank <= on.rank for result in self.results)

    def located(self, file_of: Callable[[str], str | None]) -> Report:
        """The same report, with the file of each focus node that `file_of` knows."""
        return Report.of(replace(r, file=r.file or file_of(r.focus_node)) for r in self.results)

    def __add__(self, other: Report) -> Report:
        return Report.of(self.results + other.results)
