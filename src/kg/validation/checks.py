"""Checks: what crosses entities, asked of the whole dataset.

Most are queries, `queries/checks/NAME-violation.rq` or `NAME-warning.rq`, that select `?entity` and
`?message` over the union graph. What SPARQL cannot compute stands in `kg.validation.computed`. The
end of a name is its severity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError
from kg.resources import queries_dir
from kg.validation.computed import COMPUTED, QUERIES
from kg.validation.loops import in_new_loops
from kg.validation.report import Finding, Severity
from kg.validation.solutions import Entities, solutions_about
from kg.validation.suspects import ALTERED, suspects
from kg.validation.touched import Changed, Touch

Asked: TypeAlias = Mapping[str, Entities]
"""Names of checks, and the entities to ask them about."""

LOOPS: Final = "situation-in-itself-violation"
AT_ONCE: Final = 2
"""So many checks of everything are run at the same time."""

LARGE: Final = 2_000
"""A change of so many triples is judged by all checks of all entities."""

SEVERITIES: Final = {"violation": Severity.VIOLATION, "warning": Severity.WARNING}


def check_files() -> list[Path]:
    """The files of all checks that are queries."""
    return sorted((queries_dir() / "checks").glob("*.rq"))


def check_queries() -> dict[str, str]:
    """All queries of checks by the names of these; computed ones may begin with one."""
    return {**QUERIES, **{path.stem: _text(path) for path in check_files()}}


def check_names() -> list[str]:
    """The names of all checks, queries and computed ones."""
    return sorted([path.stem for path in check_files()] + list(COMPUTED))


def severity_of(name: str) -> Severity:
    """The severity that the name of a check ends with."""
    return SEVERITIES[name.rpartition("-")[2]]


def touched_by(store: ox.Store, changed: Changed) -> Asked:
    """Which checks a change can alter, and for which entities; `store` is the state after it.

    Nothing that is left out has a violation after the change that it had not before.
    """
    if len(changed.triples) > LARGE:
        return dict.fromkeys(check_names())
    touch = Touch(store, changed)
    asked: dict[str, Entities] = dict.fromkeys(COMPUTED, changed.subjects)
    asked[LOOPS] = in_new_loops(store, changed.added)
    for name, query in check_queries().items():
        altered = ALTERED.get(name)
        asked[name] = touch.entities(query) if altered is None else altered(store, changed)
    return {name: entities for name, entities in asked.items() if entities is None or entities}


def run_checks(store: ox.Store, asked: Asked | None = None) -> list[Finding]:
    """All findings of all checks over a store that holds consensus and derived already.

    With `asked`, the findings of these checks about these entities. Without, several are run at
    once: the engine lets go of Python's lock.
    """
    names = check_names() if asked is None else [name for name in check_names() if name in asked]
    entities = dict.fromkeys(names) if asked is None else asked

    def found(name: str) -> list[Finding]:
        return list(_findings(store, name, entities[name]))

    if asked is not None:
        findings = [finding for name in names for finding in found(name)]
    else:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            findings = [finding for part in pool.map(found, names) for finding in part]
    return sorted(set(findings), key=lambda finding: finding.order)


def _findings(store: ox.Store, name: str, entities: Entities) -> Iterator[Finding]:
    if name not in COMPUTED:
        about = suspects(store, name) if entities is None else entities
        yield from run_query(store, queries_dir() / "checks" / f"{name}.rq", about)
        return
    for entity, message in COMPUTED[name](store, entities):
        yield Finding(entity, message, severity_of(name), name)


def run_query(store: ox.Store, path: Path, entities: Entities = None) -> Iterator[Finding]:
    """The findings of one query; a query that cannot be run raises `QueryError`."""
    for solutions in solutions_about(store, _text(path), entities, source=str(path)):
        for solution in solutions:
            entity, message = solution["entity"], solution["message"]
            if not isinstance(entity, ox.NamedNode) or not isinstance(message, ox.Literal):
                said = "a check binds ?entity to an IRI, ?message to text"
                raise QueryError(said, source=str(path))
            yield Finding(entity.value, message.value, severity_of(path.stem), path.stem)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
