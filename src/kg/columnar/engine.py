"""The engine without any data: what it reads of a query, and what expressions are worth to it."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from kg.columnar.handing_over import HandedOver
from kg.namespaces import BASE, PREFIXES

_EMPTY: Final = ox.Store()
"""Nothing is ever put into it."""


def solutions(text: str) -> ox.QuerySolutions:
    """The solutions of a query that looks at no triples and declares all its prefixes.

    Raises `HandedOver` where the engine does not take it.
    """
    try:
        found = _EMPTY.query(text, base_iri=BASE)
    except (SyntaxError, RuntimeError, OSError, ValueError) as error:
        raise HandedOver(f"the engine does not take it: {error}") from error
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("this is no SELECT query")
    return found


def refuse_unreadable(text: str) -> None:
    """Raise `HandedOver` for a query that the engine does not take, so that it says why."""
    try:
        _EMPTY.query(text, base_iri=BASE, prefixes=PREFIXES)
    except (SyntaxError, RuntimeError, OSError, ValueError) as error:
        raise HandedOver("the engine does not take it") from error
