"""SELECT over the union of all graphs of a store, with our prefixes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import CURATED, IMPORTED, LINKS, PREFIXES

WRITTEN: Final = (CURATED, IMPORTED, LINKS)
"""The graphs of data, which people or imports write."""

Found = Iterator[tuple[str, str]]
"""Entity and message, as the checks that are queries select them."""


def solutions_of(store: ox.Store, query: str, *, source: str | None = None) -> ox.QuerySolutions:
    """The solutions of a query; raises `QueryError` if it cannot be run, or is no SELECT.

    A store that is served keeps the union in its unnamed graph; any other has nothing there.
    """
    has_union = any(True for _ in store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    try:
        result = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=not has_union)
    except SyntaxError as error:
        raise QueryError(str(error), source=source) from error
    if not isinstance(result, ox.QuerySolutions):
        raise QueryError("a check is a SELECT query", source=source)
    return result
