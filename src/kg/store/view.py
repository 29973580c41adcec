"""One generation in memory, and how the engine is asked about it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Final, TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import BASE, PREFIXES
from kg.store.answers import Result
from kg.store.interface import WHOLE, Dataset, Generation, Term
from kg.store.live import MARK, UNNAMED, Mark, engine_error, mark_of
from kg.store.workflow import is_draft, written_about

KEPT_MERGES: Final = 4

Default: TypeAlias = list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None
Named: TypeAlias = list[ox.NamedNode | ox.BlankNode] | None

_OTHER: Final = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+"'''
    r"""|'''(?:[^'\\]|\\.|'(?!''))*+'''|'(?:[^'\\\n]|\\.)*+'"""
    r"|<[^<>\s]*+>|\#[^\n]*+|[?$:]\w++",
    re.DOTALL,
)
_FROM: Final = re.compile(r"\bFROM\b", re.IGNORECASE)

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def _prefixes(text: str) -> dict[str, str]:
    """Those of ours that may be in a text: the engine reads each anew for every query."""
    if "\\" in text:  # which may be how one is written
        return PREFIXES
    return {prefix: iri for prefix, iri in PREFIXES.items() if f"{prefix}:" in text}


class View:
    """An immutable generation over an engine's store, which holds the named graphs.

    The engine does not merge: asked for several default graphs it answers a triple that stands in
    two of them twice. So the unnamed graph holds the union of `union`, and any other union is
    copied when it is asked for.
    """

    def __init__(
        self, generation: Generation, store: ox.Store, union: Sequence[ox.NamedNode]
    ) -> None:
        self.generation = generation
        self._store = store
        self._merges: dict[Dataset, ox.Store] = {}
        self._lock = threading.Lock()
        self.union = frozenset(union)
        names = (g for g in store.named_graphs() if isinstance(g, ox.NamedNode) and g != MARK)
        names = (g for g in names if not is_draft(g))
        there = (g for g in names if any(True for _ in self._in(g)))  # the engine keeps names
        self._graphs = tuple(sorted(there, key=lambda graph: graph.value))

    @property
    def mark(self) -> Mark:
        """Which commit of which log this is."""
        return mark_of(self._store)

    def _in(self, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(None, None, None, graph)

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        """The names of all graphs that have triples, sorted."""
        return self._graphs

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """All quads, or those of one named graph; the mark is in neither, drafts are by name."""
        if graph is not None:
            if graph != MARK:
                yield from self._in(graph)
            return
        names = self._store.named_graphs()
        for name in (n for n in names if n != MARK and not is_draft(n)):
            yield from self._in(name)
        if not self.union:  # else what is unnamed is in these graphs, and takes as long to pass by
            yield from self._in(UNNAMED)

    def dump(self, graph: ox.NamedNode | ox.DefaultGraph, file: IO[bytes]) -> None:
        """Write the triples of one graph as N-Triples, each term in the engine's own words.

        The unnamed graph is the default graph of queries: the union, where there is one. The mark
        is in none.
        """
        if graph != MARK:
            self._store.dump(file, format=ox.RdfFormat.N_TRIPLES, from_graph=graph)

    def about(self, subjects: Iterable[ox.NamedNode]) -> tuple[ox.Quad, ...]:
        """What is written about some things."""
        return written_about(self._store, subjects)

    def mentions(self, thing: ox.NamedNode) -> bool:
        """Whether anything is said about a thing, or of others by naming it, outside of drafts."""
        for subject, object_ in ((thing, None), (None, thing)):
            found = self._store.quads_for_pattern(subject, None, object_)
            if any(q.graph_name != MARK and not is_draft(q.graph_name) for q in found):
                return True
        return False

    def evaluate(self, text: str, dataset: Dataset, bindings: Mapping[str, Term]) -> Result:
        """Ask the engine, inside `engine_errors`."""
        store, default, named = self._for(_without_mark(dataset), text)
        return store.query(
            text,
            base_iri=BASE,
            prefixes=_prefixes(text),
            default_graph=default,
            named_graphs=named,
            substitutions={ox.Variable(name): term for name, term in bindings.items()},
        )

    def _for(self, dataset: Dataset, text: str) -> tuple[ox.Store, Default, Named]:
        default = dataset.default
        named: Named = list(self._graphs if dataset.named is None else dataset.named)
        if default is None or (self.union and frozenset(default) == self.union):
            if dataset == WHOLE and _FROM.search(_OTHER.sub(" ", text)):
                return self._store, None, None  # the query chooses its graphs
            return self._store, [UNNAMED], named
        if len(set(default)) < 2:
            return self._store, list(default), named
        return self._merged(dataset), [UNNAMED], named

    def _merged(self, dataset: Dataset) -> ox.Store:
        """A copy of what a dataset names, with the union of its default graphs unnamed."""
        with self._lock:
            if dataset not in self._merges:
                copy = ox.Store()
                named = self._graphs if dataset.named is None else dataset.named
                for graph in set(named):
                    copy.bulk_extend(self._store.quads_for_pattern(None, None, None, graph))
                for graph in set(dataset.default or ()):
                    found = self._store.quads_for_pattern(None, None, None, graph)
                    copy.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in found)
                while len(self._merges) >= KEPT_MERGES:
                    del self._merges[next(iter(self._merges))]
                self._merges[dataset] = copy
            return self._merges[dataset]


def _without_mark(dataset: Dataset) -> Dataset:
    """The same dataset, where somebody names the graph of the mark too."""
    sides = (dataset.default, dataset.named)
    if not any(MARK in side for side in sides if side is not None):
        return dataset
    return Dataset(*(side and tuple(graph for graph in side if graph != MARK) for side in sides))


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
        raise engine_error("the engine could not answer", error) from error


def explained(text: str, error: QueryError) -> QueryError:
    """What our own engine says of a query that another one refuses; it knows the place.

    Only its words are read here, over no data. The given error, where ours takes the query.
    """
    try:
        with engine_errors():
            ox.Store().query(text, base_iri=BASE, prefixes=PREFIXES)
    except QueryError as ours:
        return ours
    return error
