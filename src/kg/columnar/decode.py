"""Solutions of ids as solutions of terms, in the class of the engine's own answers."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pyoxigraph as ox

from kg.columnar.handing_over import HandedOver
from kg.columnar.overlay import Terms
from kg.columnar.table import Table


def decoded(table: Table, names: Sequence[str], terms: Terms) -> ox.QuerySolutions:
    """The solutions of a query that selects these variables.

    They are written as TSV, in which a term is the text that the heap has, and read by the engine.
    """
    if not names:
        raise HandedOver("it selects no variable")
    lines = zip(*(_texts(table, name, terms) for name in names), strict=True)
    data = "\n".join(["\t".join(names), *map("\t".join, lines), ""]).encode()
    found = ox.parse_query_results(data, ox.QueryResultsFormat.TSV)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("a table holds solutions")
    return found


def truth(value: bool) -> ox.QueryBoolean:
    """The answer to an ASK query."""
    text = json.dumps({"head": {}, "boolean": value})
    found = ox.parse_query_results(text, ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QueryBoolean):
        raise TypeError("ASK is true or false")
    return found


def _texts(table: Table, name: str, terms: Terms) -> list[str]:
    """The text of each term of a column; each distinct one is looked up once."""
    values, inverse = np.unique(table.column(name), return_inverse=True)
    texts = [terms.text(int(term)) if term else "" for term in values]
    return [texts[at] for at in inverse.tolist()]
