"""Which competency questions would be answered otherwise, if a contribution were accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.namespaces import PREFIXES, compact
from kg.resources import queries_dir
from kg.sparql.examples import Example, examples

Rows: TypeAlias = Counter[tuple[str, ...]]
"""Solutions, each as its values in words, and how often it is there."""

TOLD: Final = 20
"""At most so many solutions of a question are told that come or go; the others are counted."""


@cache
def _questions() -> tuple[Example, ...]:
    return tuple(examples(queries_dir() / "competency"))


def has_more(store: ox.Store, quads: int) -> bool:
    """Whether a state has more quads than so many."""
    text = f"SELECT ?s {{ GRAPH ?graph {{ ?s ?p ?o }} }} OFFSET {quads} LIMIT 1"
    found = store.query(text)
    return isinstance(found, ox.QuerySolutions) and any(True for _ in found)


def answers(store: ox.Store) -> dict[str, Rows]:
    """The answers to all questions in a state, by the name of the question."""
    return {each.name: _answer(store, each.text) for each in _questions()}


def changed_answers(
    before: Mapping[str, Rows], after: Mapping[str, Rows]
) -> list[dict[str, object]]:
    """The questions whose answers differ, with what comes and what goes."""
    summaries = {each.name: each.summary for each in _questions()}
    return [
        {
            "name": name,
            "question": summaries[name],
            "added": _rows(after[name] - before[name]),
            "removed": _rows(before[name] - after[name]),
            "added_count": (after[name] - before[name]).total(),
            "removed_count": (before[name] - after[name]).total(),
        }
        for name in sorted(before)
        if before[name] != after[name]
    ]


def _rows(rows: Rows) -> list[list[str]]:
    return [list(row) for row in sorted(rows)[:TOLD]]


def _answer(store: ox.Store, text: str) -> Rows:
    found = store.query(text, prefixes=PREFIXES)
    if isinstance(found, ox.QueryBoolean):
        return Counter([("yes" if found else "no",)])
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("a competency question is a SELECT or an ASK")
    names = [variable.value for variable in found.variables]
    return Counter(tuple(_words(row[name]) for name in names) for row in found)


def _words(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return compact(term.value)
    return term.value if isinstance(term, ox.Literal) else str(term or "–")
