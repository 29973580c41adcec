"""How much a query finds, asked the way a query from outside is."""

from __future__ import annotations

import pyoxigraph as ox

from kg.sparql.service import answer
from kg.store.interface import Store
from kg.store.values import read


def found(store: Store, query: str) -> int:
    """The number of solutions of a SELECT or of triples of a graph; of an ASK, 1 for yes."""
    given = answer(store, query)
    data, media_type = read(given.stream), given.stream.media_type
    table = ox.QueryResultsFormat.from_media_type(media_type)
    if table is None:
        return len(list(ox.parse(data, format=ox.RdfFormat.from_media_type(media_type))))
    results = ox.parse_query_results(data, table)
    return int(bool(results)) if isinstance(results, ox.QueryBoolean) else len(list(results))
