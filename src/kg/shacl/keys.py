"""Which of many values break a constraint, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import pyoxigraph as ox

from kg.shacl import constraints as c
from kg.shacl.columns import Columns, Key, column, terms_of
from kg.shacl.conditions import condition_of
from kg.shacl.shapes import Run

_BATCH: Final = 100_000


def bad_keys(
    constraint: c.ValueConstraint, keys: Iterable[Key], columns: Columns, run: Run
) -> set[Key]:
    """The values that break a constraint; what the engine cannot tell is asked term by term."""
    if isinstance(constraint, c.OfClass):
        return set(keys) - columns.instances(constraint.of)
    condition = condition_of(constraint)
    listed = list(keys)
    if condition is None:
        return _one_by_one(constraint, listed, run)
    blank = [key for key in listed if key.startswith(b"_")]  # they have names of one store only
    others = (key for key in listed if not key.startswith(b"_"))
    return _one_by_one(constraint, blank, run).union(_in_batches(condition, others))


def _one_by_one(constraint: c.ValueConstraint, keys: list[Key], run: Run) -> set[Key]:
    return {key for key, term in terms_of(keys).items() if not constraint.allows(run, term)}


def _in_batches(condition: str, keys: Iterator[Key]) -> Iterator[Key]:
    """Values, `?o`, of which an expression is not true, as the engine evaluates it."""
    query = f"SELECT ?o {{ ?s ?p ?o FILTER(!COALESCE({condition}, false)) }}"
    while batch := list(islice(keys, _BATCH)):
        store = ox.Store()
        lines = (b"<urn:s> <urn:p> " + key + b" .\n" for key in batch)
        store.bulk_load(b"".join(lines), format=ox.RdfFormat.TURTLE)
        yield from column(store.query(query))
