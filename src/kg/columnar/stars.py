"""Patterns that share a subject: one of them says what the subject has, as for statements.

`?x rdf:subject ?event ; rdf:predicate ckg:partOf` looks up all that is stated of an event and then
leaves most of it. Of a predicate the rows whose subjects have a *mark*, a term beside another
predicate, are put together when they are asked for again, and kept as long as a process has the
copy: what has the mark is then looked up alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

from kg.columnar.handing_over import Budget
from kg.columnar.layout import ROW_BYTES, Predicate, Relation, distinct
from kg.columnar.packing import sorted_by, taken
from kg.columnar.scan import Scan
from kg.columnar.table import spread

SELECTIVE: Final = 2
"""A mark is worth it where so many times more subjects have the predicate than have the mark."""


@dataclass(frozen=True, eq=False)
class Star(Scan):
    """A pattern among subjects that have a mark."""

    plain: Scan
    mark: Scan

    @property
    def words(self) -> str:
        """See `Scan.words`."""
        return f"{' '.join(self.pattern)} of what has {' '.join(self.mark.pattern[1:])}"

    @property
    def parts(self) -> tuple[Scan, ...]:
        """See `Scan.parts`."""
        return self.plain, self.mark


def stars(scans: Sequence[Scan], bound: Set[str], budget: Budget) -> Iterator[Star]:
    """Those of some patterns of the default graph, for subjects that are not bound yet."""
    for mark in scans:
        subject = mark.pattern.s
        if subject in bound or not _is_mark(mark):
            continue
        for scan in scans:
            if scan is not mark and scan.pattern.s == subject != scan.pattern.o:
                relation = _relation(scan, mark, budget)
                if relation is not None:
                    own = (scan.pattern, None, scan.constants, scan.variables)
                    yield Star(relation, *own, scan, mark)


def _is_mark(scan: Scan) -> bool:
    s, p, o = scan.pattern
    return scan.graph is None and s[:1] == "?" and p in scan.constants and o in scan.constants


def _relation(scan: Scan, mark: Scan, budget: Budget) -> Relation | None:
    """The rows of a pattern's predicate whose subjects have a mark; None where it is no use."""
    predicate, other = scan.predicate, mark.predicate
    if predicate is None or other is None or mark.size * SELECTIVE > predicate.rows:
        return None
    if _is_mark(scan) and mark.size < scan.size:
        return None  # the rarer one is the mark of few, the other one that of many
    relation, key = scan.relation, (predicate.id, other.id, mark.constants[mark.pattern.o])
    found = relation.stars.get(key)
    if found is None and not budget.small and mark.size * ROW_BYTES <= relation.most_kept:
        if relation.asked.get(key) is None:
            relation.asked.keep(key, True, 1)
            return None
        found = _put_together(relation, predicate, mark, budget)
        relation.stars.keep(key, found, found.rows * ROW_BYTES)
    return found


def _put_together(relation: Relation, predicate: Predicate, mark: Scan, budget: Budget) -> Relation:
    marked = mark.part().s
    known, low, counts = relation.runs(predicate, "s", marked)
    rows = taken(known, spread(low, counts, budget)[1])
    back = sorted_by("o", rows)
    columns = {"so_s": rows.s, "so_o": rows.o, "os_s": back.s, "os_o": back.o}
    ends = distinct(rows.s), distinct(back.o)
    return Relation(columns, [Predicate(predicate.id, 0, len(rows.s), *ends)])
