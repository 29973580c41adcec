"""Answers as values, for our own queries: solutions, triples, and yes or no.

Whatever the home, an answer travels as bytes in a standard format; here it is parsed again. Text
from outside does not come this way but through `kg.sparql.service`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError
from kg.store.interface import ByteStream, Store, Term

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Solution: TypeAlias = dict[str, Node]
"""The bound variables of one solution, by name without `?`."""

RESULTS: ox.QueryResultsFormat = ox.QueryResultsFormat.JSON
GRAPH: ox.RdfFormat = ox.RdfFormat.N_TRIPLES


def read(stream: ByteStream) -> bytes:
    """All bytes of an answer."""
    return b"".join(stream)


def solutions(store: Store, text: str, **bindings: Term) -> list[Solution]:
    """The solutions of a SELECT, in their order; `bindings` give values to projected variables."""
    answer = _results(store, text, bindings)
    if isinstance(answer, ox.QueryBoolean):
        raise QueryError("an ASK has no solutions")
    names = [variable.value for variable in answer.variables]
    return [
        {name: term for name in names if (term := solution[name]) is not None}
        for solution in answer
    ]


def truth(store: Store, text: str, **bindings: Term) -> bool:
    """The answer of an ASK."""
    answer = _results(store, text, bindings)
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    raise QueryError("only an ASK is true or false")


def triples(store: Store, text: str, **bindings: Term) -> list[ox.Triple]:
    """The graph of a CONSTRUCT or DESCRIBE."""
    data = read(store.query(text, accept=GRAPH.media_type, bindings=bindings))
    return [quad.triple for quad in ox.parse(data, format=GRAPH)]


def _results(
    store: Store, text: str, bindings: Mapping[str, Term]
) -> ox.QuerySolutions | ox.QueryBoolean:
    data = read(store.query(text, accept=RESULTS.media_type, bindings=bindings))
    return ox.parse_query_results(data, RESULTS)
