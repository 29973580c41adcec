"""A state of the quads that is not stored: what is stored, with a patch laid over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from typing import Final, Protocol, TypeAlias

import pyoxigraph as ox

Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Object: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
GraphName: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

_UNION: Final = ox.DefaultGraph()


class Quads(Protocol):
    """What can be asked for quads by pattern: a store, or a store with a patch laid over it."""

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        object: Object | None,
        graph_name: GraphName | None = None,
    ) -> Iterable[ox.Quad]:
        """The quads that fit; None fits everything."""


class United:
    """A store whose unnamed graph is the union of some graphs, while it does not change.

    What is not in the union is looked up in none of them: most of what a change adds is new, and
    each look-up in each graph takes as long as all the rest that is done with it.
    """

    def __init__(self, store: ox.Store, union: Collection[ox.NamedNode]) -> None:
        self._store = store
        self._union = frozenset(union)
        self._known: dict[tuple[object, ...], bool] = {}

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        object: Object | None,
        graph_name: GraphName | None = None,
    ) -> Iterable[ox.Quad]:
        """The quads that fit; None fits everything."""
        pattern = (subject, predicate, object)
        if graph_name in self._union and not self._is_there(pattern):
            return ()
        return self._store.quads_for_pattern(*pattern, graph_name)

    def _is_there(self, pattern: tuple[Subject | None, ox.NamedNode | None, Object | None]) -> bool:
        if pattern not in self._known:
            found = self._store.quads_for_pattern(*pattern, _UNION)
            self._known[pattern] = any(True for _ in found)
        return self._known[pattern]


class Overlay:
    """The quads of `base` without `removed`, and with `added`, which wins over `removed`.

    Nothing is copied from `base`, which must stay as it is; the patch is indexed once.
    """

    def __init__(
        self, base: Quads, added: Collection[ox.Quad], removed: Collection[ox.Quad]
    ) -> None:
        self._base = base
        self._added = ox.Store()
        self._added.extend(added)
        self._hidden = {*removed, *added}
        self._subjects = {quad.subject for quad in self._hidden}
        self._objects = {quad.object for quad in self._hidden}

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        object: Object | None,
        graph_name: GraphName | None = None,
    ) -> Iterable[ox.Quad]:
        """The quads that fit, each once, found as they are asked for."""
        stored = self._base.quads_for_pattern(subject, predicate, object, graph_name)
        if subject is not None and subject not in self._subjects:
            return stored
        if object is not None and object not in self._objects:
            return stored
        added = self._added.quads_for_pattern(subject, predicate, object, graph_name)
        return chain((quad for quad in stored if quad not in self._hidden), added)
