"""Solutions of ids as solutions of terms, in the class of the engine's own answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Final, cast

import numpy as np
import pyoxigraph as ox

from kg.columnar.layout import Ids
from kg.columnar.overlay import Terms
from kg.columnar.table import Table

LINES: Final = 5_000
"""So many are made at once."""


def decoded(table: Table, names: Sequence[str], terms: Terms) -> ox.QuerySolutions:
    """The solutions of a query that selects these variables.

    They are written as TSV, in which a term is the text that the heap has, and read by the engine.
    """
    data = cast(IO[bytes], _Lines(table.only(names), terms))
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


def graph(found: Iterable[ox.Triple]) -> ox.QueryTriples:
    """The answer to a CONSTRUCT query."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in found)
    made = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    if not isinstance(made, ox.QueryTriples):
        raise TypeError("CONSTRUCT makes a graph")
    return made


class _Lines:
    """The file with these lines, which are made while it is read."""

    def __init__(self, table: Table, terms: Terms) -> None:
        self._terms = terms
        self._made = self._lines(table)
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most so many; none at the end."""
        if not self._left:
            self._left = next(self._made, b"")
        taken = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(taken) :]
        return taken

    def _lines(self, table: Table) -> Iterator[bytes]:
        yield ("\t".join(table.columns) + "\n").encode()
        for start in range(0, table.rows, LINES):
            places = np.arange(start, min(start + LINES, table.rows))
            columns = [self._texts(column[places]) for column in table.columns.values()]
            lines = map("\t".join, zip(*columns, strict=True))
            yield "".join(f"{line}\n" for line in lines).encode()

    def _texts(self, column: Ids) -> list[str]:
        """The text of each term; each distinct one is looked up once."""
        values, inverse = np.unique(column, return_inverse=True)
        texts = [self._terms.text(int(term)) if term else "" for term in values]
        return [texts[at] for at in inverse.tolist()]
