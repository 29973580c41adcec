"""Which of many values break a constraint, told from their keys where that is quick.

What the key does not tell at once is asked of the constraint itself, term by term.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Final

import pyoxigraph as ox

from kg.shacl import constraints as c
from kg.shacl.columns import Columns, Key, matching_filter, terms_of, tsv
from kg.shacl.shapes import Run
from kg.shacl.terms import BOOLEAN, INTEGER, LANG_STRING, STRING, sh

_WHOLE: Final = re.compile(rb"[+-]?[0-9]+")
_BATCH: Final = 100_000
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
    quick = _QUICK.get(type(constraint))
    rest = list(keys) if quick is None else list(quick(constraint, keys, columns))
    if quick is not None and not isinstance(constraint, c.OfDatatype | c.InRange):
        return set(rest)
    return {key for key, term in terms_of(rest).items() if not constraint.allows(run, term)}


def _not_of_class(constraint: c.OfClass, keys: Iterable[Key], columns: Columns) -> Iterable[Key]:
    return frozenset(keys) - columns.instances(constraint.of)


def _not_of_kind(constraint: c.OfKind, keys: Iterable[Key], _: Columns) -> Iterable[Key]:
    letters = _LETTERS.get(constraint.kind)
    if letters is not None:
        return (key for key in keys if key[0] not in letters)
    wrong = {sh("Literal"): b"<_", sh("BlankNodeOrLiteral"): b"<", sh("IRIOrLiteral"): b"_"}
    return (key for key in keys if key[0] in wrong[constraint.kind])


def _not_in_languages(constraint: c.InLanguages, keys: Iterable[Key], _: Columns) -> Iterable[Key]:
    ends = [(key, key[key.rfind(b'"') + 1 :]) for key in keys]
    fitting = {end for end in {end for _, end in ends} if _fits(constraint, end)}
    return (key for key, end in ends if end not in fitting)


def _fits(constraint: c.InLanguages, end: bytes) -> bool:
    if not end.startswith(b"@"):
        return False
    value = ox.Literal("", language=end[1:].decode())
    return constraint.allows(None, value)  # type: ignore[arg-type]


def _perhaps_not_of_datatype(
    constraint: c.OfDatatype, keys: Iterable[Key], _: Columns
) -> Iterable[Key]:
    fits = _SURELY.get(constraint.datatype)
    return keys if fits is None else (key for key in keys if not fits(key))


_SURELY: Final[dict[ox.NamedNode, Callable[[Key], object]]] = {
    INTEGER: _WHOLE.fullmatch,
    STRING: lambda key: key.endswith(b'"'),
    BOOLEAN: lambda key: key in (b"true", b"false"),
    LANG_STRING: lambda key: key.startswith(b'"') and key[key.rfind(b'"') + 1 :][:1] == b"@",
}
"""How the key of a well-typed literal of a datatype looks."""


def _perhaps_out_of_range(constraint: c.InRange, keys: Iterable[Key], _: Columns) -> Iterator[Key]:
    text = constraint.bound.value
    if constraint.bound.datatype != INTEGER or not _WHOLE.fullmatch(text.encode()):
        yield from keys
        return
    bound = int(text)
    fits = constraint.allows_number
    for key in keys:
        if not _WHOLE.fullmatch(key) or len(key) > _DIGITS or not fits(int(key), bound):
            yield key


def _not_matching(constraint: c.Matching, keys: Iterable[Key], _: Columns) -> Iterator[Key]:
    """The engine matches whole batches, in time linear in the text."""
    fits = matching_filter("?o", constraint)
    rest = iter(keys)
    while batch := list(islice(rest, _BATCH)):
        yield from (key for key in batch if key.startswith(b"_"))
        lines = [b"<urn:s> <urn:p> " + key + b" .\n" for key in batch if key[:1] != b"_"]
        store = ox.Store()
        store.bulk_load(b"".join(lines), format=ox.RdfFormat.TURTLE)
        found = store.query(f"SELECT ?o {{ ?s ?p ?o FILTER(!({fits})) }}")
        yield from tsv(found).split(b"\n")[:-1]


_QUICK: Final[dict[type, Callable[[Any, Iterable[Key], Columns], Iterable[Key]]]] = {
    c.OfClass: _not_of_class,
    c.OfKind: _not_of_kind,
    c.InLanguages: _not_in_languages,
    c.OfDatatype: _perhaps_not_of_datatype,
    c.InRange: _perhaps_out_of_range,
    c.Matching: _not_matching,
}
