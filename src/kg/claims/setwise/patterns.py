"""Triple patterns and paths: what they match, joined star by star.

A star is the patterns of one subject. Joined first among themselves, they are as many solutions as
there are such subjects; what joins stars then agrees on all that they share at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Final, TypeAlias

import numpy as np
from rdflib.paths import AlternativePath, InvPath, MulPath, OneOrMore, Path, ZeroOrOne
from rdflib.term import Node, Variable

from kg.claims.setwise.facts import NOTHING, Facts, Relation, Terms
from kg.claims.setwise.tables import Ids, Table, join, matches, united, within
from kg.errors import QueryError

Triple: TypeAlias = tuple[Node, Node | Path, Node]


class Source:
    """The graph that patterns are matched with, which does not change meanwhile, and its terms."""

    def __init__(self, terms: Terms, facts: Facts) -> None:
        self.terms: Final = terms
        self.facts: Final = facts
        self._paths: dict[str, Relation] = {}

    def id_of(self, term: Node) -> int:
        """The number of a constant."""
        return self.terms.id_of(term.n3().encode())

    def relation(self, path: Node | Path) -> Relation:
        """The pairs that a predicate or a path leads from and to."""
        if isinstance(path, Node):
            return self.facts.relation(self.id_of(path))
        name = path.n3()
        if name not in self._paths:
            self._paths[name] = self._along(path)
        return self._paths[name]

    def _along(self, path: Path) -> Relation:
        match path:
            case AlternativePath():
                return NOTHING.with_all(*map(self.relation, path.args))
            case InvPath():
                return self.relation(path.arg).inverse
            case MulPath() if path.mod == OneOrMore:
                return closure(self.relation(path.path))
        raise QueryError(f"a rule over everything has no such path: {path}")


def closure(step: Relation) -> Relation:
    """All pairs that one or more steps lead from and to."""
    found, new = step, step
    while len(new.subjects):
        at, further = matches(new.objects.astype(np.int64), step.subjects.astype(np.int64))
        reached = Relation.of(new.subjects[at], step.objects[further])
        new = reached.without(found)
        found = found.with_all(new)
    return found


def matched(source: Source, triples: Sequence[Triple], given: Table) -> Table:
    """The solutions of patterns that agree with given ones."""
    stars: dict[Node, list[Triple]] = {}
    for triple in triples:
        stars.setdefault(triple[0], []).append(triple)
    waiting, table = list(stars.values()), given
    while waiting:
        star = min(waiting, key=lambda one: _cost(source, one, table))
        waiting.remove(star)
        table = _with_star(source, star, table)
    return table


def _cost(source: Source, star: Iterable[Triple], table: Table) -> tuple[bool, float]:
    """Stars that share something with what is there come first, and small ones before large."""
    apart = bool(table.columns) and not any(
        str(term) in table.columns for triple in star for term in triple
    )
    return apart, min(_size(source, triple, table) for triple in star)


def _size(source: Source, triple: Triple, table: Table) -> float:
    predicate = triple[1]
    if isinstance(predicate, Variable):
        return 0 if str(predicate) in table.columns else inf
    if _is_optional(predicate):
        return inf
    size = len(source.relation(predicate).subjects)
    return size if isinstance(triple[2], Variable) else size / 2


def _with_star(source: Source, star: Sequence[Triple], table: Table) -> Table:
    found: Table | None = None
    for triple in sorted(star, key=lambda each: _size(source, each, table)):
        if _is_optional(triple[1]):
            found = _with_optional(source, triple, found)
        else:
            pairs = _pairs(source, triple, table)
            found = pairs if found is None else join(found, pairs)
    return table if found is None else join(table, found)


def _pairs(source: Source, triple: Triple, table: Table) -> Table:
    """What a pattern matches, without what cannot agree with a table."""
    subject, predicate, value = triple
    if not isinstance(predicate, Variable):
        return _rows(source, (subject, value), source.relation(predicate), table)
    name = str(predicate)
    known = np.unique(table.columns[name]) if name in table.columns else source.facts.predicates()
    source.facts.load(map(int, known))
    found = Table(0, {str(term): np.zeros(0, np.int32) for term in (subject, predicate, value)})
    for one in known:
        rows = _rows(source, (subject, value), source.facts.relation(int(one)), table)
        column = np.full(rows.rows, one, np.int32)
        found = united(found, Table(rows.rows, {**rows.columns, name: column}))
    return found


def _rows(source: Source, ends: tuple[Node, Node], pairs: Relation, table: Table) -> Table:
    columns: dict[str, Ids] = {}
    mask = np.ones(len(pairs.subjects), np.bool_)
    for term, column in zip(ends, (pairs.subjects, pairs.objects), strict=True):
        if not isinstance(term, Variable):
            mask &= column == source.id_of(term)
            continue
        name = str(term)
        if name in columns:
            mask &= columns[name] == column
        elif name in table.columns:
            mask &= within(column, table.columns[name])
        columns[name] = column
    return Table(len(mask), columns).where(mask)


def _is_optional(path: object) -> bool:
    return isinstance(path, MulPath) and path.mod == ZeroOrOne


def _with_optional(source: Source, triple: Triple, found: Table | None) -> Table:
    """A path of no step or one, which ends where it began or one step further."""
    subject, path, value = triple
    if found is None or not isinstance(value, Variable) or not isinstance(path, MulPath):
        raise QueryError(f"what {path} leads from has to be bound, and where to has not")
    further = join(found, _pairs(source, (subject, path.path, value), found))
    stayed = {**found.columns, str(value): found.columns[str(subject)]}
    return united(further, Table(found.rows, stayed))
