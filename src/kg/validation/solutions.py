"""SELECT over the union of all graphs of a store, with our prefixes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import CURATED, IMPORTED, LINKS, PREFIXES

WRITTEN: Final = (CURATED, IMPORTED, LINKS)
"""The graphs of data, which people or imports write."""

_WHERE: Final = "WHERE {"

Found = Iterator[tuple[str, str]]
"""Entity and message, as the checks that are queries select them."""


Entities: TypeAlias = frozenset[ox.NamedNode] | None
"""What a check is asked about; None is all."""


def quads_about(store: ox.Store, entities: Entities = None) -> Iterator[ox.Quad]:
    """The quads of data that have one of these subjects."""
    subjects: Iterable[ox.NamedNode | None] = (None,) if entities is None else entities
    for subject in subjects:
        for graph in WRITTEN:
            yield from store.quads_for_pattern(subject, None, None, ox.NamedNode(str(graph)))


def solutions_about(
    store: ox.Store, query: str, entities: Entities = None, *, source: str | None = None
) -> Iterator[ox.QuerySolutions]:
    """The solutions of a query for each of these values of ?entity, which it selects."""
    asked: Iterable[ox.NamedNode | None] = (
        (None,) if entities is None else sorted(entities, key=str)
    )
    for entity in asked:
        yield solutions_of(store, query, entity, source=source)


def solutions_of(
    store: ox.Store, query: str, entity: ox.NamedNode | None = None, *, source: str | None = None
) -> ox.QuerySolutions:
    """The solutions of a query; raises `QueryError` if it cannot be run, or is no SELECT.

    With an entity, only those in which it is the value of ?entity, which the query selects. A
    store that is served keeps the union in its unnamed graph; any other has nothing there.
    """
    has_union = any(True for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    bound: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]
    bound = {} if entity is None else {ox.Variable("entity"): entity}
    text = query if entity is None else _planned_for(entity, query)
    try:
        result = store.query(
            text,
            prefixes=PREFIXES,
            use_default_graph_as_union=not has_union,
            substitutions=bound,
        )
    except SyntaxError as error:
        raise QueryError(str(error), source=source) from error
    if not isinstance(result, ox.QuerySolutions):
        raise QueryError("a check is a SELECT query", source=source)
    return result


def _planned_for(entity: ox.NamedNode, query: str) -> str:
    """A query in which an entity stands where it begins.

    The engine plans before it looks at what is substituted: it would begin with all claims there
    are, to find those of one.
    """
    start, where, rest = query.partition(_WHERE)
    return f"{start}{where} VALUES ?entity {{ {entity} }} {rest}" if where else query
