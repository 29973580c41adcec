"""All rules over all that people and imports wrote: from files of triples to files of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Final

import numpy as np
import pyoxigraph as ox

from kg.claims.mentions import mentioned
from kg.claims.rules import KEPT, Followed, Rule, rules
from kg.claims.setwise.algebra import Found, Query
from kg.claims.setwise.facts import Facts, Terms
from kg.claims.setwise.tables import Ids
from kg.errors import QueryError

LINES: Final = 100_000
"""So many lines are made at once."""


def follow_all(
    authored: Iterable[Path], computed: Mapping[ox.NamedNode, Path], place: Path
) -> list[Followed]:
    """What the computed graphs have to become, all rules being run over everything.

    Reads files of N-Triples as the engine writes them: those of the authored graphs as one, and
    one for each computed graph as it is. Files are made in `place`, a folder. Holds the terms that
    rules read in memory, and eight bytes for each triple of these, several times.
    """
    run = _Run(authored)
    for rule in _all_rules():
        run.rule(rule)
    return [run.followed(name, computed[name], place) for name in KEPT.values()]


@cache
def _all_rules() -> tuple[tuple[Rule, Query], ...]:
    return tuple((rule, _query(rule)) for rule in (*rules("consensus"), *rules("derived")))


def _query(rule: Rule) -> Query:
    try:
        return Query(rule.text)
    except QueryError as error:
        raise QueryError(str(error), source=str(rule.path)) from error


class _Run:
    """The rules at work: all triples they see, and what they found for each graph that is kept."""

    def __init__(self, authored: Iterable[Path]) -> None:
        self._terms = Terms()
        self._facts = Facts(self._terms)
        read = mentioned(rule for rule, _ in _all_rules())
        self._facts.read(authored, {str(term).encode() for term in read})
        self._kept = {name: Facts(self._terms) for name in KEPT.values()}
        self._named = {name.value: facts for name, facts in self._kept.items()}

    def rule(self, rule: tuple[Rule, Query]) -> None:
        """Run a rule over the results of those before it."""
        of, query = rule
        found = self._found(of, query)
        for predicate, pairs in found:
            self._facts.add(predicate, pairs)
            if of.target != "working":
                self._kept[KEPT[of.target]].add(predicate, pairs)

    def _found(self, rule: Rule, query: Query) -> Found:
        try:
            return query.run(self._terms, self._facts, self._named)
        except QueryError as error:
            raise QueryError(str(error), source=str(rule.path)) from error

    def followed(self, name: ox.NamedNode, stored: Path, place: Path) -> Followed:
        """Write how a graph differs from what is stored."""
        old, new = Facts(self._terms), self._kept[name]
        old.read([stored])
        stem = name.value.rpartition("/")[2]
        files = Followed(name, place / f"{stem}-come.nt", place / f"{stem}-gone.nt")
        texts = self._terms.texts()
        for path, more, less in ((files.come, new, old), (files.gone, old, new)):
            with path.open("wb") as file:
                names = sorted(more.predicates(), key=texts.__getitem__)
                _write(file, _differing(names, more, less), texts)
        return files


def _differing(names: Sequence[int], more: Facts, less: Facts) -> list[Ids]:
    """Subjects, predicates and objects of the triples that the second has not."""
    pairs = [more.relation(name).without(less.relation(name)) for name in names]
    sizes = [len(each.subjects) for each in pairs]
    repeated = [np.repeat(np.array(names, np.int32), sizes)]
    columns = [each.subjects for each in pairs], repeated, [each.objects for each in pairs]
    return [np.concatenate([*column, np.zeros(0, np.int32)]) for column in columns]


def _write(file: IO[bytes], columns: Sequence[Ids], texts: Sequence[bytes]) -> None:
    """Write triples subject by subject: the engine writes the terms of what it loads at once."""
    order = np.argsort(columns[0], kind="stable")
    for start in range(0, len(order), LINES):
        part = order[start : start + LINES]
        terms = zip(*(column[part].tolist() for column in columns), strict=True)
        file.writelines(b"%b %b %b .\n" % (texts[s], texts[p], texts[o]) for s, p, o in terms)
