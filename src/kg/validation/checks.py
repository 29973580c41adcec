"""Checks: what crosses entities, asked of the whole dataset.

Most are queries, `queries/checks/NAME-violation.rq` or `NAME-warning.rq`, that select `?entity` and
`?message` over the union graph. What SPARQL cannot compute stands in `kg.validation.computed`. The
end of a name is its severity.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import QueryError
from kg.resources import queries_dir
from kg.validation.computed import COMPUTED
from kg.validation.report import Finding, Severity
from kg.validation.solutions import solutions_of

SEVERITIES: Final = {"violation": Severity.VIOLATION, "warning": Severity.WARNING}


def check_files() -> list[Path]:
    """The files of all checks that are queries."""
    return sorted((queries_dir() / "checks").glob("*.rq"))


def check_names() -> list[str]:
    """The names of all checks, queries and computed ones."""
    return sorted([path.stem for path in check_files()] + list(COMPUTED))


def severity_of(name: str) -> Severity:
    """The severity that the name of a check ends with."""
    return SEVERITIES[name.rpartition("-")[2]]


def run_checks(store: ox.Store) -> list[Finding]:
    """All findings of all checks over a store that holds consensus and derived already."""
    findings = [
        Finding(entity, message, severity_of(name), name)
        for name, check in COMPUTED.items()
        for entity, message in check(store)
    ]
    for path in check_files():
        findings.extend(run_query(store, path))
    return sorted(set(findings), key=lambda finding: finding.order)


def run_query(store: ox.Store, path: Path) -> Iterator[Finding]:
    """The findings of one query; a query that cannot be run raises `QueryError`."""
    text = path.read_text(encoding="utf-8")
    for solution in solutions_of(store, text, source=str(path)):
        entity, message = solution["entity"], solution["message"]
        if not isinstance(entity, ox.NamedNode) or not isinstance(message, ox.Literal):
            raise QueryError("a check binds ?entity to an IRI, ?message to text", source=str(path))
        yield Finding(entity.value, message.value, severity_of(path.stem), path.stem)
