"""Which of many values break a constraint.

Where their keys tell at once nothing else is asked; then the engine is, for whole batches, and only
for what it cannot tell the constraint itself, term by term.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

import pyoxigraph as ox

from kg.shacl import constraints as c
from kg.shacl.columns import Columns, Key, column, terms_of
from kg.shacl.conditions import condition_of
from kg.shacl.literals import in_languages
from kg.shacl.shapes import Run
from kg.shacl.terms import BOOLEAN, INTEGER, LANG_STRING, STRING, sh

_BATCH: Final = 100_000


_WHOLE: Final = re.compile(rb"[+-]?[0-9]+")
_DIGITS: Final = 18
"""Longer numbers than the engine's own are left to it."""

_LETTERS: Final = {
    sh("IRI"): b"<",
    sh("BlankNode"): b"_",
    sh("BlankNodeOrIRI"): b"<_",
}
"""What the key of a kind of node begins with; all others are literals."""


def bad_keys(
    constraint: c.ValueConstraint, keys: Iterable[Key], columns: Columns, run: Run
) -> set[Key]:
    """The values that break a constraint."""
    if isinstance(constraint, c.OfClass):
        return set(keys) - columns.instances(constraint.of)
    quick = _QUICK.get(type(constraint))
    listed = list(keys if quick is None else quick(constraint, keys))
    condition = condition_of(constraint)
    if condition is None:
        return _one_by_one(constraint, listed, run)
    blank = [key for key in listed if key.startswith(b"_")]  # they have names of one store only
    others = (key for key in listed if not key.startswith(b"_"))
    return _one_by_one(constraint, blank, run).union(_in_batches(condition, others))


def is_told_by_keys(constraint: object) -> bool:
    """Whether looking at the keys spares most of the work."""
    return type(constraint) in _QUICK


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


def _not_of_kind(constraint: c.OfKind, keys: Iterable[Key]) -> Iterable[Key]:
    letters = _LETTERS.get(constraint.kind)
    if letters is not None:
        return (key for key in keys if key[0] not in letters)
    wrong = {sh("Literal"): b"<_", sh("BlankNodeOrLiteral"): b"<", sh("IRIOrLiteral"): b"_"}
    return (key for key in keys if key[0] in wrong[constraint.kind])


def _not_in_languages(constraint: c.InLanguages, keys: Iterable[Key]) -> Iterable[Key]:
    likely = tuple(f'"@{language}'.encode() for language in constraint.languages)
    rest = [key for key in keys if not key.endswith(likely)]
    ends = [(key, key[key.rfind(b'"') + 1 :]) for key in rest]
    fitting = {end for end in {end for _, end in ends} if _fits(constraint, end)}
    return (key for key, end in ends if end not in fitting)


def _fits(constraint: c.InLanguages, end: bytes) -> bool:
    if not end.startswith(b"@"):
        return False
    return in_languages(ox.Literal("", language=end[1:].decode()), constraint.languages)


def _perhaps_not_of_datatype(constraint: c.OfDatatype, keys: Iterable[Key]) -> Iterable[Key]:
    fits = _SURELY.get(constraint.datatype)
    return keys if fits is None else (key for key in keys if not fits(key))


_SURELY: Final[dict[ox.NamedNode, Callable[[Key], object]]] = {
    INTEGER: _WHOLE.fullmatch,
    STRING: lambda key: key.endswith(b'"'),
    BOOLEAN: lambda key: key in (b"true", b"false"),
    LANG_STRING: lambda key: key.startswith(b'"') and key[key.rfind(b'"') + 1 :][:1] == b"@",
}
"""How the key of a well-typed literal of a datatype looks."""


def _perhaps_out_of_range(constraint: c.InRange, keys: Iterable[Key]) -> Iterator[Key]:
    text = constraint.bound.value
    if constraint.bound.datatype != INTEGER or not _WHOLE.fullmatch(text.encode()):
        yield from keys
        return
    bound = int(text) if constraint.inclusive else int(text) + (1 if constraint.least else -1)
    for key in keys:
        if (
            not _WHOLE.fullmatch(key)
            or len(key) > _DIGITS
            or (int(key) < bound if constraint.least else int(key) > bound)
        ):
            yield key


_QUICK: Final[dict[type, Callable[[Any, Iterable[Key]], Iterable[Key]]]] = {
    c.OfKind: _not_of_kind,
    c.InLanguages: _not_in_languages,
    c.OfDatatype: _perhaps_not_of_datatype,
    c.InRange: _perhaps_out_of_range,
}
"""What yields the keys that break a constraint, or perhaps do."""
