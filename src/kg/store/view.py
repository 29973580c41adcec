"""One generation in memory, and how the engine is asked about it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import pyoxigraph as ox

from kg.errors import QueryError, StoreError
from kg.namespaces import BASE, PREFIXES
from kg.store.answers import Result
from kg.store.interface import Dataset, Generation, Term

UNNAMED: Final = ox.DefaultGraph()
KEPT_MERGES: Final = 4

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class View:
    """An immutable generation; `store` holds the named graphs, and their union unnamed.

    The engine does not merge: asked for several default graphs it answers a triple that stands in
    two of them twice. So the union is made once, as a graph of its own.
    """

    def __init__(
        self, generation: Generation, store: ox.Store, union: Sequence[ox.NamedNode]
    ) -> None:
        self.generation = generation
        self._store = store
        self._merges: dict[frozenset[ox.NamedNode], ox.Store] = {}
        self._lock = threading.Lock()
        if union:
            _merge(store, union)
        self._is_union = bool(union)

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        """The names of all graphs, sorted."""
        names = (g for g in self._store.named_graphs() if isinstance(g, ox.NamedNode))
        return tuple(sorted(names, key=lambda graph: graph.value))

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """All quads, or those of one named graph."""
        for quad in self._store.quads_for_pattern(None, None, None, graph):
            if quad.graph_name != UNNAMED or not self._is_union:
                yield quad

    def evaluate(self, text: str, dataset: Dataset, bindings: Mapping[str, Term]) -> Result:
        """Ask the engine, inside `engine_errors`."""
        store, default = self._for(dataset)
        return store.query(
            text,
            base_iri=BASE,
            prefixes=PREFIXES,
            default_graph=default,
            named_graphs=None if dataset.named is None else list(dataset.named),
            substitutions={ox.Variable(name): term for name, term in bindings.items()},
        )

    def _for(
        self, dataset: Dataset
    ) -> tuple[ox.Store, list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None]:
        if dataset.default is None:
            return self._store, None if dataset.named is None else [UNNAMED]
        if len(set(dataset.default)) < 2:
            return self._store, list(dataset.default)
        return self._merged(frozenset(dataset.default)), [UNNAMED]

    def _merged(self, graphs: frozenset[ox.NamedNode]) -> ox.Store:
        """A copy whose unnamed graph is the union of some graphs."""
        with self._lock:
            if graphs not in self._merges:
                copy = ox.Store()
                copy.bulk_extend(q for q in self._store if q.graph_name != UNNAMED)
                _merge(copy, graphs)
                while len(self._merges) >= KEPT_MERGES:
                    del self._merges[next(iter(self._merges))]
                self._merges[graphs] = copy
            return self._merges[graphs]


def _merge(store: ox.Store, graphs: Iterable[ox.NamedNode]) -> None:
    for graph in graphs:
        quads = list(store.quads_for_pattern(None, None, None, graph))
        store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)


@contextmanager
def engine_errors() -> Iterator[None]:
    """Translate what the engine raises, with its words and its place."""
    try:
        yield
    except SyntaxError as error:
        match = _PLACE.fullmatch(str(error))
        if match is None:
            raise QueryError(str(error)) from error
        raise QueryError(match[3], line=int(match[1]), column=int(match[2])) from error
    except RuntimeError as error:
        raise QueryError(f"the engine cannot evaluate this: {error}") from error
    except OSError as error:
        raise StoreError(f"the engine could not answer: {error}") from error
