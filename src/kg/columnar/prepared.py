"""Queries that differ in IRIs alone are read once: the others are the same with IRIs put in.

The IRIs of a query are taken out of its text, and ones that stand for them put in their place. What
is read of such a text is kept, with the places in it where they are; a query with other IRIs has
the same operators with its own ones there. Where one that stands for an IRI is found to be a part
of something else (of a string, or of a name by its prefix), the query is read by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

from kg.columnar.algebra import (
    NODES,
    Call,
    Expression,
    Query,
    Values,
    found_once,
    refuse_uncertain,
)
from kg.columnar.engine import refuse_unreadable
from kg.columnar.handing_over import HandedOver
from kg.columnar.parse import parse
from kg.sparql.shape import (
    STANDING,
    listed,
    number_of,
    number_of_rows,
    put_back,
    stands_in,
    taken_out,
)

DEEPEST: Final = 80
"""A query in which operators nest deeper is read by itself."""

Fill: TypeAlias = Callable[[Sequence[str]], Any]
"""Makes a part of a query with IRIs in their places."""


class _EmbeddedError(Exception):
    """What stands for an IRI is a part of something else, or too deep in the query."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """The operators of a query, and all functions in its expressions."""

    query: Query
    functions: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of reading a text: why it is handed over, or operators with some IRIs put in."""

    refusal: HandedOver | None
    fill: Fill
    functions: frozenset[str] = frozenset()


def prepared(text: str, graph: str | None = None, *, known: bool = False) -> Prepared:
    """A query as it is to be answered; raises `HandedOver` for what the copy does not answer.

    A `graph` is the only one that it sees; None is what the query says, or else the whole dataset.
    Where the engine is not `known` to take it, it is asked, which may take long: it evaluates what
    looks at no data.
    """
    shape, iris = taken_out(text)
    read = _lifted(shape, graph, known) if STANDING not in text else None
    return _made(_plain(text, graph, known), ()) if read is None else _made(read, iris)


def _made(read: _Read, iris: Sequence[str]) -> Prepared:
    """What was read, with these IRIs."""
    if read.refusal is not None:
        raise HandedOver(put_back(str(read.refusal), iris), read.refusal.advice)
    return Prepared(read.fill(iris), read.functions)


@lru_cache(maxsize=256)
def _lifted(shape: str, graph: str | None, known: bool) -> _Read | None:
    """What came of a text whose IRIs were taken out; None where one is embedded in something."""
    read = _plain(shape, graph, known)
    if read.refusal is not None:
        return read
    query = read.fill(())
    try:
        return _Read(None, _filling(query) or read.fill, read.functions)
    except _EmbeddedError:
        return None


@lru_cache(maxsize=256)
def _plain(text: str, graph: str | None, known: bool) -> _Read:
    """What came of a text as it is."""
    try:
        query = parse(text, graph)
        refuse_uncertain(query.where)
        if not known:
            refuse_unreadable(text)
    except HandedOver as refusal:
        return _Read(refusal.with_traceback(None), lambda _: None)
    return _Read(None, lambda _: query, frozenset(_functions(query)))


def _functions(query: Query) -> Iterator[str]:
    """The functions and operators in a query."""
    todo: list[object] = [query]
    while todo:
        part = todo.pop()
        if isinstance(part, Call):
            yield part.function
        if is_dataclass(part) and not isinstance(part, type):
            todo += (getattr(part, each.name) for each in fields(part))
        elif isinstance(part, tuple):
            todo += part


def _filling(part: object, depth: int = 0) -> Fill | None:
    """What puts IRIs into a part of a query; None where it has none."""
    if depth > DEEPEST:
        raise _EmbeddedError
    if isinstance(part, str):
        return _of_text(part)
    if isinstance(part, Expression):
        return _of_expression(part, depth)
    if isinstance(part, Values) and (rows := _of_rows(part)) is not None:
        return rows
    if is_dataclass(part) and not isinstance(part, type):
        inner = _places(((each.name, getattr(part, each.name)) for each in fields(part)), depth)
        return _of_operator(part, inner) if inner else None
    if isinstance(part, tuple):
        return _of_tuple(part, depth)
    return None


def _of_operator(part: Any, inner: Sequence[tuple[str, Fill]]) -> Fill:
    """What is known of an operator but its constants is so of those with other IRIs."""
    known = found_once(part) if isinstance(part, NODES) else {}

    def filled(iris: Sequence[str]) -> object:
        made = replace(part, **{name: fill(iris) for name, fill in inner})
        if known:
            made.__dict__.update(known)
        return made

    return filled


def _places(parts: Iterable[tuple[Any, object]], depth: int) -> list[tuple[Any, Fill]]:
    """Those of some parts that have IRIs, by their names or numbers."""
    found = ((name, _filling(part, depth + 1)) for name, part in parts)
    return [(name, fill) for name, fill in found if fill is not None]


def _of_rows(values: Values) -> Fill | None:
    """The rows of a list of values whose IRIs were taken out together."""
    first = values.rows[0] if values.rows else ()
    at = number_of_rows(first[0] or "") if first else None
    if at is None:
        return None
    return lambda iris: replace(values, rows=tuple((iri,) for iri in listed(iris[at])))


def _of_text(text: str) -> Fill | None:
    """A term that is nothing but an IRI has its place; raises `_EmbeddedError` for other ones."""
    at = number_of(text)
    if at is not None:
        return lambda iris: iris[at]
    if STANDING in text:
        raise _EmbeddedError
    return None


def _of_expression(expression: Expression, depth: int) -> Fill | None:
    _of_text(expression.prologue)
    tree = _filling(expression.tree, depth + 1)
    if tree is None and stands_in(expression.text):
        raise _EmbeddedError
    return tree and (
        lambda iris: replace(expression, text=put_back(expression.text, iris), tree=tree(iris))
    )


def _of_tuple(part: tuple[object, ...], depth: int) -> Fill | None:
    if isinstance(part, Call) and STANDING in part.function:
        raise _EmbeddedError
    inner = _places(enumerate(part), depth)
    if not inner:
        return None
    make = getattr(type(part), "_make", tuple)

    def filled(iris: Sequence[str]) -> object:
        made = list(part)
        for at, fill in inner:
            made[at] = fill(iris)
        return make(made)

    return filled
